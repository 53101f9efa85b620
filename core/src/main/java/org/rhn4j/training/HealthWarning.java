package org.rhn4j.training;

import java.util.Locale;

/**
 * A sign that a run is about to go wrong.
 *
 * @param kind what it is
 * @param step optimiser steps taken when it was seen
 * @param value what was measured, in the unit that {@link Kind} states
 * @param threshold what it was held against
 */
public record HealthWarning(Kind kind, long step, double value, double threshold) {
    /** What is worrying. */
    public enum Kind {
        /** The steps move the recurrent weights too far; ‖Δw‖ ⁄ ‖w‖, of the last steps. */
        UPDATES_TOO_LARGE,
        /** Gradients grow on their way back through the window; the factor over the whole window. */
        GRADIENTS_GROW,
        /** Hardly any unit still reacts to its weights; the share of those that do not. */
        SATURATED,
        /** The loss or the gradient was not finite, and the run went back; the step at which it was. */
        NOT_FINITE
    }

    /** It in plain words, with what to do. */
    public String sentence() {
        return "step " + step + ": "
                + switch (kind) {
                    case UPDATES_TOO_LARGE ->
                        String.format(
                                Locale.ROOT,
                                "steps now change the recurrent weights by %.0f %% of their size, and more than %.0f %%"
                                        + " is rarely survived: the loss may soon diverge; lower the learning rate,"
                                        + " lengthen the warm-up, or clip gradients",
                                100 * value,
                                100 * threshold);
                    case GRADIENTS_GROW ->
                        String.format(
                                Locale.ROOT,
                                "gradients grow %.3g-fold on their way back through a window, so they are about to"
                                        + " explode; lower the learning rate, clip more tightly, or start the gates"
                                        + " further shut",
                                value);
                    case SATURATED ->
                        String.format(
                                Locale.ROOT,
                                "%.0f %% of the units no longer react to their weights, so the network hardly learns;"
                                        + " lower the learning rate, or use fewer micro-layers",
                                100 * value);
                    case NOT_FINITE ->
                        String.format(Locale.ROOT, "the loss or the gradient was not finite at step %.0f", value);
                };
    }
}
