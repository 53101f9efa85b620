package org.rhn4j.tasks.failure;

/**
 * Predicted remaining lives against true ones, in steps.
 *
 * @param count predictions
 * @param rootMeanSquare root of the mean squared error
 * @param meanAbsolute mean absolute error
 * @param nasa sum of the asymmetric score: a life predicted too long costs more than one too short (Saxena, Goebel,
 *     Simon, Eklund, 2008)
 * @param coverage share of the true lives within their interval
 * @param meanWidth mean width of the intervals
 */
public record LifeScore(
        int count, double rootMeanSquare, double meanAbsolute, double nasa, double coverage, double meanWidth) {
    private static final double TOO_SHORT = 13;
    private static final double TOO_LONG = 10;

    /** Adds up, one prediction after another. */
    public static final class Counter {
        private int count;
        private double squares;
        private double absolute;
        private double nasa;
        private int covered;
        private double widths;

        /**
         * Takes a prediction.
         *
         * @param truth remaining life, capped as the predictions are
         */
        public void add(FailurePrediction prediction, double truth) {
            double error = prediction.life() - truth;
            count++;
            squares += error * error;
            absolute += Math.abs(error);
            nasa += penalty(error);
            covered += truth >= prediction.lower() && truth <= prediction.upper() ? 1 : 0;
            widths += prediction.upper() - prediction.lower();
        }

        /** The score of those so far; NaN where there are none. */
        public LifeScore score() {
            return new LifeScore(
                    count,
                    Math.sqrt(squares / count),
                    absolute / count,
                    nasa,
                    covered / (double) count,
                    widths / count);
        }
    }

    /** What an error costs: e^(−d/13) − 1 where life was predicted too short, e^(d/10) − 1 where too long. */
    static double penalty(double error) {
        return Math.expm1(error < 0 ? -error / TOO_SHORT : error / TOO_LONG);
    }
}
