package org.rhn4j.tasks.anomaly;

/**
 * The distribution that the network predicts for one value, and how surprising a value is under it: Student's t with
 * {@value #FREEDOM} degrees of freedom, whose heavy tails keep the anomalies in the training rows from ruling the fit.
 *
 * <p>The network gives two outputs for a value: its location's distance from the last value seen, and the logarithm of
 * its scale.
 */
final class Surprise {
    /** Degrees of freedom. */
    static final double FREEDOM = 3;

    /** Outputs of the network for one value. */
    static final int OUTPUTS = 2;

    private static final double SMALLEST_SCALE = 1e-3;
    private static final double LARGEST_LOG = 8;

    private Surprise() {}

    /** The scale that an output stands for: at least {@value #SMALLEST_SCALE}, smooth everywhere. */
    static double scale(double output) {
        return SMALLEST_SCALE + Math.exp(bounded(output));
    }

    private static double bounded(double output) {
        return LARGEST_LOG * Math.tanh(output / LARGEST_LOG);
    }

    /**
     * The negative logarithm of the density, without its constant.
     *
     * @param distance the value minus the last value seen
     * @param outputs the network's, from {@code at} on
     * @param weight the loss and its gradient are multiplied with
     * @param gradient receives the derivatives at the same places
     */
    static double loss(double distance, float[] outputs, int at, double weight, float[] gradient) {
        double bound = bounded(outputs[at + 1]);
        double exponential = Math.exp(bound);
        double scale = SMALLEST_SCALE + exponential;
        double z = (distance - outputs[at]) / scale;
        double pull = (FREEDOM + 1) * z / (FREEDOM + z * z);
        double slope = 1 - bound * bound / (LARGEST_LOG * LARGEST_LOG);
        gradient[at] = (float) (-weight * pull / scale);
        gradient[at + 1] = (float) (weight * (1 - pull * z) * exponential / scale * slope);
        return weight * (Math.log(scale) + of(distance - outputs[at], scale));
    }

    /**
     * How surprising a value is: the logarithm of how much less dense the distribution is there than at its middle.
     *
     * @param error the value minus the location
     */
    static double of(double error, double scale) {
        double z = error / scale;
        return (FREEDOM + 1) / 2 * Math.log1p(z * z / FREEDOM);
    }
}
