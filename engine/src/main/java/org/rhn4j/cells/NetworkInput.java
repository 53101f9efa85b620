package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.RandomSource;

/** What stands before the first layer. Methods with a {@code worker} are run by every member of the team at once. */
sealed interface NetworkInput permits Embedding, ValueInput {
    /**
     * Refuses what does not fit the window.
     *
     * @throws IllegalArgumentException if the sequences are of another kind or size, or hold an unknown token
     */
    void check(Sequences in);

    /** Says what is dropped in the next window besides m_x. */
    void drawMask(double rate, RandomSource random);

    /**
     * Writes m_x ⊙ what enters [T·B, padded E] as operands, each worker a share of the rows.
     *
     * @param mask m_x [B,E], or null
     * @param operand address of the result
     */
    void forward(int worker, Sequences in, @Nullable Mask mask, long operand);

    /**
     * Computes the gradients of the input's own parameters, after the head's.
     *
     * @param gradient address of the gradient of the masked input [T·B, padded E], f32
     * @param gradients arena of gradients
     */
    void backward(int worker, Sequences in, Mask mask, long gradient, long gradients);
}
