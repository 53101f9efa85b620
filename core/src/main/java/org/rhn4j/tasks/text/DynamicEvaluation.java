package org.rhn4j.tasks.text;

import org.rhn4j.UserError;

/**
 * How a model's weights follow the text that it is evaluated on: after each window has been predicted, a gradient step is
 * taken on it ({@link org.rhn4j.training.AnchoredDescent}).
 *
 * @param rule how steps are scaled
 * @param rate size of a step: with {@link Rule#SGD} on the loss summed over the window, with {@link Rule#RMS} in units
 *     of each weight's usual gradient
 * @param decay pull back to the trained weights at each step
 * @param window tokens predicted between two steps
 */
public record DynamicEvaluation(Rule rule, double rate, double decay, int window) {
    /** How steps are scaled. */
    public enum Rule {
        /** All weights alike. */
        SGD,
        /** Each weight by the size of its gradients on training data. */
        RMS
    }

    /** Tokens between two steps, unless another number is asked for. */
    public static final int USUAL_WINDOW = 20;

    /**
     * @throws UserError if a value is out of its range
     */
    public DynamicEvaluation {
        require(rate >= 0 && rate < 1e6, "rate", rate, "0 or more");
        require(decay >= 0 && decay <= 1, "decay", decay, "from 0 to 1");
        require(window >= 1 && window <= 65_536, "window", window, "from 1 to 65536");
    }

    private static void require(boolean right, String name, Number value, String range) {
        if (!right) {
            throw new UserError("The %s of dynamic evaluation must be %s, not %s.".formatted(name, range, value));
        }
    }

    /** The values that did best on validation data (docs/results.md). */
    public static DynamicEvaluation usual(Rule rule) {
        return switch (rule) {
            case SGD -> new DynamicEvaluation(rule, 0.01, 0.003, USUAL_WINDOW);
            case RMS -> new DynamicEvaluation(rule, 1e-4, 0.005, USUAL_WINDOW);
        };
    }
}
