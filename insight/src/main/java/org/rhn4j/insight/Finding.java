package org.rhn4j.insight;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something about a model that stands out, in a form from which sentences in any language can be made.
 *
 * @param severity how much it matters
 * @param kind what it is
 * @param layer in which layer
 * @param microLayer in which micro-layer; null where it is the whole layer's
 * @param gate of which gate, by the name that its cell gives it; null where it is not a gate's
 * @param units the units that it is most about, at most {@value #MOST_UNITS}; may be empty. Where discs of a cell
 *     with a memory are meant, H + j is the memory of unit j
 * @param value what was measured, in the unit that {@link Kind} states
 * @param threshold what it was held against
 * @param action what to try
 * @param actionValue the number that the action needs; null where it needs none
 */
public record Finding(
        Severity severity,
        Kind kind,
        int layer,
        @Nullable Integer microLayer,
        @Nullable String gate,
        List<Integer> units,
        double value,
        double threshold,
        Action action,
        @Nullable Double actionValue) {
    /** The most units that a finding names. */
    public static final int MOST_UNITS = 8;

    /** How much a finding matters, least first. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** Likely to cost quality. */
        WARNING,
        /** Likely to make training fail. */
        SEVERE
    }

    /** What was found. */
    public enum Kind {
        /** Perturbations of the state grow along the text; the largest Lyapunov exponent, nats per step. */
        CHAOTIC,
        /** Gradients grow on their way back; their rate, nats per step. */
        EXPLODING_REACH,
        /** Gradients vanish; their half-life in steps. */
        VANISHING_REACH,
        /** The Jacobian of a step has eigenvalues well outside the unit circle; the mean spectral radius. */
        EIGENVALUES_OUTSIDE,
        /** One step can enlarge a perturbation much; the mean largest singular value. */
        LARGE_GAIN,
        /**
         * The micro-layer of its layer whose discs reach furthest outside the unit circle, and its units that do; the
         * furthest reach from zero.
         */
        DISCS_FAR_OUTSIDE,
        /** Units whose discs stick at 1: they keep what they have and hear nothing; their share of the units. */
        UNITS_STUCK_NEAR_ONE,
        /** Units whose discs stick at 0: nothing of the last step reaches them; their share of the units. */
        UNITS_STUCK_NEAR_ZERO,
        /** Units whose gate never opens; their share of the units. */
        GATES_ALWAYS_SHUT,
        /** Units whose gate never shuts; their share of the units. */
        GATES_ALWAYS_OPEN,
        /** A micro-layer, or what one gate does, without which the loss is no worse; the change, nats per token. */
        IDLE,
        /** One without which the loss is better; the change, nats per token, below zero. */
        HARMFUL,
        /** Half of the layer's micro-layers or more are idle or harmful; how many. */
        TOO_DEEP
    }

    /** What to try. */
    public enum Action {
        /** Nothing. */
        NONE,
        /** Train with a lower learning rate. */
        LOWER_LEARNING_RATE,
        /**
         * Start training with this bias ({@link Finding#actionValue}) of the finding's gate, or where it is of none of the
         * one that says how long a fresh network remembers: the transform gate of a highway, the forget gate of an LSTM.
         */
        SET_GATE_BIAS,
        /** Clip gradients at a smaller norm. */
        TIGHTER_CLIP,
        /** Train without this micro-layer: with a depth of one less. */
        DROP_MICRO_LAYER,
        /** Train with this depth ({@link Finding#actionValue}), or half of it where there is no number. */
        LESS_DEPTH
    }

    /** Most severe first, then those furthest beyond their threshold. */
    static final Comparator<Finding> RANKING = Comparator.comparing(Finding::severity)
            .reversed()
            .thenComparing(Comparator.comparingDouble(Finding::excess).reversed())
            .thenComparing(Finding::kind)
            .thenComparingInt(Finding::layer);

    /** Copies the list. */
    public Finding {
        units = units.stream().limit(MOST_UNITS).toList();
    }

    /** How many times beyond its threshold the value is; at least 1. */
    private double excess() {
        if (!(value > 0 && threshold > 0)) {
            return 1;
        }
        return Math.max(value / threshold, threshold / value);
    }
}
