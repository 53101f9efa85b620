package org.rhn4j.cells;

import java.util.EnumMap;
import java.util.Map;

/** How long the parts of training steps took, by the clock of the first worker. */
final class PhaseTimes {
    private final Map<Network.Phase, Long> nanoseconds = new EnumMap<>(Network.Phase.class);
    private long start;

    PhaseTimes() {
        clear();
    }

    /** A step begins. */
    void start(int worker) {
        if (worker == 0) {
            start = System.nanoTime();
        }
    }

    /** A phase ends, and the next begins. */
    void end(int worker, Network.Phase phase) {
        if (worker == 0) {
            long now = System.nanoTime();
            add(phase, now - start);
            start = now;
        }
    }

    void add(Network.Phase phase, long value) {
        nanoseconds.merge(phase, value, Long::sum);
    }

    Map<Network.Phase, Long> byPhase() {
        return new EnumMap<>(nanoseconds);
    }

    void clear() {
        for (Network.Phase phase : Network.Phase.values()) {
            nanoseconds.put(phase, 0L);
        }
    }
}
