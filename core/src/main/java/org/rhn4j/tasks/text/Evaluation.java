package org.rhn4j.tasks.text;

/**
 * How well a model predicts a text.
 *
 * @param loss mean over the predicted tokens, in nats
 * @param tokens how many were predicted
 * @param seconds time it took
 */
public record Evaluation(double loss, long tokens, double seconds) {
    /** e to the loss. */
    public double perplexity() {
        return Math.exp(loss);
    }

    /** The loss in bits: per character for a character model, per word for a word model. */
    public double bitsPerToken() {
        return loss / Math.log(2);
    }
}
