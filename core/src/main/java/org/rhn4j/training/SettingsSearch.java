package org.rhn4j.training;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds settings by trials on validation data, one setting after another: the learning rate in short trainings, then how
 * long to train, then depth and the gates' bias at that length. Each is moved along a ladder of values, up while that
 * helps, and where the first rung up does not help, down while that does.
 *
 * <p>Rate and length come first because they decide most, and because a network of another depth can only be judged once
 * it is trained well. What was tried and helped nothing costs one trial in either direction.
 */
public final class SettingsSearch {
    /** Updates of the trainings that find the rate. */
    public static final int SHORT = 1_500;

    private static final List<Double> RATES =
            List.of(2.5e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2, 0.128);
    private static final List<Integer> DEPTHS = List.of(1, 2, 3, 5, 8, 10);
    private static final List<Double> BIASES = List.of(-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0);
    private static final int FEWEST_UPDATES = 100;

    /** A setting that is searched. */
    public enum Setting {
        /** The base learning rate. */
        RATE,
        /** Updates of a training. */
        LENGTH,
        /** Micro-layers in a time step. */
        DEPTH,
        /** First bias of transform gates. */
        BIAS
    }

    /**
     * What a trial trains with.
     *
     * @param rate base learning rate
     * @param updates how often the weights are changed
     * @param depth micro-layers in a time step
     * @param bias first bias of transform gates
     */
    public record Candidate(double rate, int updates, int depth, double bias) {
        private Candidate withRate(double value) {
            return new Candidate(value, updates, depth, bias);
        }

        private Candidate withUpdates(int value) {
            return new Candidate(rate, value, depth, bias);
        }

        private Candidate withDepth(int value) {
            return new Candidate(rate, updates, value, bias);
        }

        private Candidate withBias(double value) {
            return new Candidate(rate, updates, depth, value);
        }
    }

    /** Trains and validates. */
    @FunctionalInterface
    public interface Trials {
        /** The validation loss of a candidate; NaN where the search is to end, which then does so. */
        double loss(Candidate candidate);
    }

    private final Candidate first;
    private final Set<Setting> free;
    private final Trials trials;
    private Candidate best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private boolean ended;

    /**
     * A search that has not begun.
     *
     * @param first where it starts, and what is kept of settings that are not free; its updates are the most that are tried
     * @param free what may change
     */
    public SettingsSearch(Candidate first, Set<Setting> free, Trials trials) {
        this.first = first;
        this.free = Set.copyOf(free);
        this.trials = trials;
        this.best = first;
    }

    /** Runs the trials. */
    public void run() {
        boolean isShortened = first.updates > SHORT && (free.contains(Setting.RATE) || free.contains(Setting.LENGTH));
        isBetter(isShortened ? first.withUpdates(SHORT) : first);
        if (free.contains(Setting.RATE)) {
            climb(RATES, Candidate::rate, rate -> best.withRate(rate));
        }
        if (free.contains(Setting.LENGTH)) {
            findLength();
        } else if (isShortened) {
            isBetter(best.withUpdates(first.updates));
        }
        if (free.contains(Setting.DEPTH)) {
            climb(DEPTHS, candidate -> (double) candidate.depth, depth -> best.withDepth(depth));
        }
        if (free.contains(Setting.BIAS)) {
            climb(BIASES, Candidate::bias, bias -> best.withBias(bias));
        }
    }

    /** Twice as long while that helps and is allowed; else half as long while that does. */
    private void findLength() {
        boolean longer = false;
        while (2 * best.updates <= first.updates && isBetter(best.withUpdates(2 * best.updates))) {
            longer = true;
        }
        while (!longer && best.updates / 2 >= FEWEST_UPDATES && isBetter(best.withUpdates(best.updates / 2))) {
            // shorter still
        }
    }

    private <T extends Number> void climb(
            List<T> ladder, Function<Candidate, Double> value, Function<T, Candidate> with) {
        List<T> above = ladder.stream()
                .filter(rung -> rung.doubleValue() > value.apply(best))
                .toList();
        List<T> below = ladder.reversed().stream()
                .filter(rung -> rung.doubleValue() < value.apply(best))
                .toList();
        if (!climbed(above, with)) {
            climbed(below, with);
        }
    }

    private <T> boolean climbed(List<T> rungs, Function<T, Candidate> with) {
        boolean climbed = false;
        for (T rung : rungs) {
            if (!isBetter(with.apply(rung))) {
                break;
            }
            climbed = true;
        }
        return climbed;
    }

    private boolean isBetter(Candidate candidate) {
        if (ended) {
            return false;
        }
        double loss = trials.loss(candidate);
        ended = Double.isNaN(loss);
        boolean better = loss < bestLoss;
        if (better) {
            best = candidate;
            bestLoss = loss;
        }
        return better;
    }

    /** The candidate of the lowest validation loss. */
    public Candidate best() {
        return best;
    }

    /** Its validation loss; infinite where no trial ended. */
    public double bestLoss() {
        return bestLoss;
    }
}
