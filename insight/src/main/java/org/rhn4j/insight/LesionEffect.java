package org.rhn4j.insight;

import org.jspecify.annotations.Nullable;

/**
 * What a network loses when a part of one layer is put out of action: by how much its mean loss rises.
 *
 * @param kind what was done
 * @param layer in which layer
 * @param microLayer in which micro-layer; null where it was done in all of them
 * @param units to which units; null where it was done to all
 * @param change loss with the lesion minus loss without, in the unit of {@link ModelExplanation#lossUnit}
 * @param standardError its standard error, over blocks of the data, each compared with itself
 */
public record LesionEffect(
        Kind kind,
        int layer,
        @Nullable Integer microLayer,
        int @Nullable [] units,
        double change,
        double standardError) {
    /** What can be done to a layer. A deep-transition RNN has no gate, so that nothing in it can be bypassed. */
    public enum Kind {
        /**
         * The transform gate is held shut, so that the state passes the micro-layer unchanged; where the carry is free,
         * its gate is held open as well.
         */
        TRANSFORM_SHUT,
        /** The input gate of an LSTM is held shut: nothing enters the memory. */
        INPUT_SHUT,
        /** The forget gate of an LSTM is held shut: the memory lasts no step. */
        FORGET_SHUT,
        /** The output gate of an LSTM is held open. */
        OUTPUT_OPEN
    }

    /** Whether the change is at least two standard errors above zero, or below it. */
    public boolean significant() {
        return Math.abs(change) >= 2 * standardError && change != 0;
    }
}
