package org.rhn4j.tasks.failure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Predicted probabilities of a failure soon against what happened.
 *
 * @param count predictions
 * @param failures how many of them were followed by a failure
 * @param logLoss mean of minus the logarithm of the probability of what happened
 * @param brier mean squared difference of the probability and what happened
 * @param areaUnderCurve probability that a row before a failure gets a higher value than another one; NaN where all are
 *     of one kind
 */
public record SoonScore(int count, int failures, double logLoss, double brier, double areaUnderCurve) {
    /** Probabilities nearer to 0 or 1 count as this near, so that one sure mistake is not infinitely bad. */
    private static final double NEAREST = 1e-12;

    private record Outcome(double probability, boolean failed) {}

    /** Collects predictions. */
    public static final class Counter {
        private final List<Outcome> outcomes = new ArrayList<>();

        /** Takes a prediction. */
        public void add(double probability, boolean failed) {
            outcomes.add(new Outcome(probability, failed));
        }

        /** The score of those so far; NaN where there are none. */
        public SoonScore score() {
            double log = 0;
            double squares = 0;
            int failures = 0;
            for (Outcome each : outcomes) {
                double right = each.failed ? each.probability : 1 - each.probability;
                log -= Math.log(Math.max(right, NEAREST));
                squares += (1 - right) * (1 - right);
                failures += each.failed ? 1 : 0;
            }
            int count = outcomes.size();
            return new SoonScore(count, failures, log / count, squares / count, area(failures));
        }

        /** By ranks (Mann and Whitney, 1947); equal probabilities share their ranks. */
        private double area(int failures) {
            List<Outcome> sorted = new ArrayList<>(outcomes);
            sorted.sort(Comparator.comparingDouble(Outcome::probability));
            double ranks = 0;
            for (int from = 0; from < sorted.size(); ) {
                int to = from;
                int failed = 0;
                double value = sorted.get(from).probability;
                while (to < sorted.size() && sorted.get(to).probability == value) {
                    failed += sorted.get(to).failed ? 1 : 0;
                    to++;
                }
                ranks += failed * (from + 1 + to) / 2.0;
                from = to;
            }
            double others = (double) sorted.size() - failures;
            return (ranks - failures * (failures + 1.0) / 2) / (failures * others);
        }
    }
}
