package org.rhn4j.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells when a run is about to go wrong. Three rules, each with one threshold; {@code docs/design-decisions.md} has the
 * experiment that they were chosen by.
 *
 * <ul>
 *   <li>The last {@value #STEPS} steps moved the recurrent weights by more than {@value #LARGE_UPDATE} of their size on
 *       average.
 *   <li>Gradients grow more than {@value #LARGE_GROWTH}-fold over a window, at {@value #LINES} measurements in a row.
 *   <li>In every micro-layer more than {@value #SATURATED} of the units are saturated, at {@value #LINES} in a row.
 * </ul>
 *
 * <p>Each warns once.
 */
final class HealthRules {
    static final int STEPS = 5;
    static final double LARGE_UPDATE = 0.1;
    static final double LARGE_GROWTH = 10;
    static final double SATURATED = 0.98;
    static final int LINES = 2;

    private final int window;
    private final Set<HealthWarning.Kind> told = EnumSet.noneOf(HealthWarning.Kind.class);
    private final Deque<Double> ratios = new ArrayDeque<>();
    private final Map<HealthWarning.Kind, Integer> inARow = new EnumMap<>(HealthWarning.Kind.class);

    /**
     * @param window steps T that gradients go back
     */
    HealthRules(int window) {
        this.window = window;
    }

    /** Forgets what was seen, and takes it that these warnings were given. */
    void restart(List<HealthWarning> given) {
        ratios.clear();
        inARow.clear();
        told.clear();
        given.forEach(warning -> told.add(warning.kind()));
    }

    /** Judges a step of the optimiser. */
    List<HealthWarning> afterStep(long step, double updateRatio) {
        List<HealthWarning> warnings = new ArrayList<>();
        ratios.addLast(updateRatio);
        if (ratios.size() > STEPS) {
            ratios.removeFirst();
        }
        double mean = ratios.stream().mapToDouble(Double::doubleValue).sum() / STEPS;
        if (mean > LARGE_UPDATE) {
            tell(warnings, HealthWarning.Kind.UPDATES_TOO_LARGE, step, mean, LARGE_UPDATE);
        }
        return warnings;
    }

    /** Judges a measurement of the layers. */
    List<HealthWarning> afterMeasurement(TrainingHealth health) {
        List<HealthWarning> warnings = new ArrayList<>();
        double growth = Math.min(Math.pow(health.growth(), window), Double.MAX_VALUE);
        if (repeated(HealthWarning.Kind.GRADIENTS_GROW, growth > LARGE_GROWTH)) {
            tell(warnings, HealthWarning.Kind.GRADIENTS_GROW, health.step(), growth, LARGE_GROWTH);
        }
        if (repeated(HealthWarning.Kind.SATURATED, health.saturation() > SATURATED)) {
            tell(warnings, HealthWarning.Kind.SATURATED, health.step(), health.saturation(), SATURATED);
        }
        return warnings;
    }

    private boolean repeated(HealthWarning.Kind kind, boolean now) {
        int count = now ? inARow.getOrDefault(kind, 0) + 1 : 0;
        inARow.put(kind, count);
        return count >= LINES;
    }

    private void tell(
            List<HealthWarning> warnings, HealthWarning.Kind kind, long step, double value, double threshold) {
        if (told.add(kind)) {
            warnings.add(new HealthWarning(kind, step, value, threshold));
        }
    }
}
