package org.rhn4j.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells when a run is about to go wrong. Three rules; {@code docs/design-decisions.md} has the experiment that they were
 * chosen by.
 *
 * <ul>
 *   <li>One of the first {@value #FEWEST_USUAL} steps, or the last {@value #STEPS} steps on average, moved the recurrent
 *       weights by more than {@value #LARGE_UPDATE} of their size; or a step by more than {@value #JUMPED_UPDATE}, and by
 *       more than {@value #JUMP} times the median of the last {@value #USUAL} steps.
 *   <li>Gradients grow more than {@value #LARGE_GROWTH}-fold over a window, at {@value #LINES} measurements in a row.
 *   <li>In every micro-layer more than {@value #SATURATED} of the units are saturated, at {@value #LINES} in a row.
 * </ul>
 *
 * <p>Each warns once.
 */
final class HealthRules {
    static final int STEPS = 3;
    static final double LARGE_UPDATE = 0.1;
    static final double JUMPED_UPDATE = 0.05;
    static final double JUMP = 15;
    static final int USUAL = 50;
    /** Steps after which it is known what is usual. */
    static final int FEWEST_USUAL = 20;

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
        if (ratios.size() >= FEWEST_USUAL && updateRatio > JUMPED_UPDATE) {
            double most = Math.max(JUMPED_UPDATE, JUMP * median());
            if (updateRatio > most) {
                tell(warnings, HealthWarning.Kind.UPDATES_TOO_LARGE, step, updateRatio, most);
            }
        }
        ratios.addLast(updateRatio);
        if (ratios.size() > USUAL) {
            ratios.removeFirst();
        }
        int steps = ratios.size() <= FEWEST_USUAL ? 1 : STEPS;
        double sum = 0;
        Iterator<Double> latest = ratios.descendingIterator();
        for (int i = 0; i < steps; i++) {
            sum += latest.next();
        }
        if (sum / steps > LARGE_UPDATE) {
            tell(warnings, HealthWarning.Kind.UPDATES_TOO_LARGE, step, sum / steps, LARGE_UPDATE);
        }
        return warnings;
    }

    private double median() {
        double[] sorted =
                ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
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
