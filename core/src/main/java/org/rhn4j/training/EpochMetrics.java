package org.rhn4j.training;

/**
 * What one epoch came to.
 *
 * @param epoch its number, from 1
 * @param trainingLoss mean over the epoch while it was trained, with dropout
 * @param validationLoss mean over the validation data; of a text in nats per token
 * @param learningRate rate of its last step
 * @param meanGradientNorm mean norm of the gradient before clipping
 * @param best whether its validation loss was the lowest so far
 */
public record EpochMetrics(
        int epoch,
        double trainingLoss,
        double validationLoss,
        double learningRate,
        double meanGradientNorm,
        boolean best) {
    /** e to the validation loss. */
    public double validationPerplexity() {
        return Math.exp(validationLoss);
    }
}
