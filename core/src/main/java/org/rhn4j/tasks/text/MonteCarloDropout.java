package org.rhn4j.tasks.text;

import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;

/**
 * Evaluation with dropout left on: each prediction is the mean of the probabilities that N passes give, each with masks
 * of its own (Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks",
 * 2016).
 *
 * @param samples N
 * @param dropout rates, usually those of training
 * @param window steps for which a mask stays as it is, usually as in training
 * @param seed seed of the masks
 */
public record MonteCarloDropout(int samples, Dropout dropout, int window, long seed) {
    private static final int MOST_SAMPLES = 10_000;

    /**
     * @throws UserError if the number of samples is out of its range, or nothing is dropped
     */
    public MonteCarloDropout {
        if (samples < 1 || samples > MOST_SAMPLES) {
            throw new UserError(
                    "The number of passes with dropout must be from 1 to %d, not %d.".formatted(MOST_SAMPLES, samples));
        }
        if (dropout.equals(Dropout.NONE)) {
            throw new UserError("The model was trained without dropout, so that all passes would be the same;"
                    + " evaluate it without passes of dropout.");
        }
    }
}
