package org.rhn4j.pilot;

import java.util.List;

/** Hears how a pilot goes, and may end it. Methods may be called by several threads. */
public interface PilotListener {
    /** Hears nothing, never stops. */
    PilotListener SILENT = new PilotListener() {};

    /** What a pilot is doing. */
    enum Stage {
        /** Short trainings that are thrown away, so that the first that counts finds compiled code. */
        WARM_UP,
        TRAINING,
        /** Timing of forecasts. */
        TIMING,
        /** Forecasts from a shortened past. */
        REACH
    }

    /** A training. */
    record Run(ContenderName name, long seed) {}

    /**
     * Where the pilot stands.
     *
     * @param running trainings that are under way
     * @param runsDone trainings that are done
     * @param runs trainings in all
     * @param share of the whole time that has passed, in [0, 1]
     * @param secondsLeft until the end, as planned
     */
    record Progress(Stage stage, List<Run> running, int runsDone, int runs, double share, double secondsLeft) {
        /** Copies the list. */
        public Progress {
            running = List.copyOf(running);
        }
    }

    /** It went on. */
    default void progress(Progress progress) {}

    /** A training and its evaluation are done. */
    default void trained(ContenderName name, SeedRun run) {}

    /** Whether to stop training, and to make a result of what there is. */
    default boolean isStopped() {
        return false;
    }
}
