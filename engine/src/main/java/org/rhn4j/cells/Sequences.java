package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;

/**
 * What enters a network over a window: steps of B sequences side by side, time-major. What belongs to step t of sequence
 * b is row {@code t · B + b}. The arrays are not copied.
 *
 * @param tokens ids [T·B], or null where values enter
 * @param values [T·B·F], finite, or null where tokens enter
 * @param direct what reaches the outputs past the layers [S·B·D], or null where nothing does
 * @param lengths steps of each sequence [B], or null where all have T. What stands in a sequence's rows after its end must
 *     be finite, or an id, and counts nothing: the states stay as they were, and with them what leaves
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sequences(
        int @Nullable [] tokens, float @Nullable [] values, float @Nullable [] direct, int @Nullable [] lengths) {
    /** Tokens [T·B]. */
    public static Sequences ofTokens(int... tokens) {
        return new Sequences(tokens, null, null, null);
    }

    /** Values [T·B·F]. */
    public static Sequences ofValues(float... values) {
        return new Sequences(null, values, null, null);
    }

    /** The same with what reaches the outputs past the layers [S·B·D]; null for nothing. */
    public Sequences withDirect(float @Nullable [] past) {
        return new Sequences(tokens, values, past, lengths);
    }

    /** The same with sequences of so many steps [B], each from 0 to T; null where all have T. */
    public Sequences withLengths(int @Nullable ... steps) {
        return new Sequences(tokens, values, direct, steps);
    }
}
