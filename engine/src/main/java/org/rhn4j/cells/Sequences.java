package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;

/**
 * What enters a network over a window: steps of B sequences side by side, time-major. What belongs to step t of sequence
 * b is row {@code t · B + b}. The arrays are not copied.
 *
 * @param tokens ids [T·B], or null where values enter
 * @param values [T·B·F], finite, or null where tokens enter
 * @param direct what reaches the outputs past the layers [S·B·D], or null where nothing does
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sequences(int @Nullable [] tokens, float @Nullable [] values, float @Nullable [] direct) {
    /** Tokens [T·B]. */
    public static Sequences ofTokens(int... tokens) {
        return new Sequences(tokens, null, null);
    }

    /** Values [T·B·F]. */
    public static Sequences ofValues(float... values) {
        return new Sequences(null, values, null);
    }

    /** The same with what reaches the outputs past the layers [S·B·D]; null for nothing. */
    public Sequences withDirect(float @Nullable [] past) {
        return new Sequences(tokens, values, past);
    }
}
