package org.rhn4j.cells;

import org.rhn4j.numbers.RandomSource;

/**
 * What stands after the last layer, for the last S steps of a window. Methods with a {@code worker} are run by every
 * member of the team at once.
 */
sealed interface NetworkHead permits SoftmaxOutput, LinearOutput, StateOutput {
    /**
     * Refuses what does not fit the head.
     *
     * @throws IllegalArgumentException if the values that reach the outputs directly are not as many as they should be
     */
    void check(Sequences in);

    /** Draws m_o, each worker its own units; a barrier must follow. */
    void drawMask(int worker, double rate, RandomSource random);

    /** Computes what leaves, where that does not wait for what it is held against; complete for all workers on return. */
    void forward(int worker, long states, Sequences in);

    /**
     * Computes what leaves and copies it.
     *
     * @param states address of the states of the first output step [S·B, padded H], f32
     * @param into receives [S·B·O], each worker a share; complete when all workers have returned
     */
    void outputs(int worker, long states, Sequences in, float[] into);

    /**
     * The bare products of a window, for the floor of benchmarks.
     *
     * @param stateGradients where the gradient of the states may go [S·B, padded H], f32
     * @param gradients arena of gradients; 0 for those of the forward pass alone
     */
    void products(int worker, long stateGradients, long gradients);
}
