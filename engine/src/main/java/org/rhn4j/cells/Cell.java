package org.rhn4j.cells;

import java.util.List;

/**
 * A kind of recurrent cell: what one time step computes. {@link RecurrentLayer} runs it over a window.
 *
 * <p>All cells here share one shape. A time step is a chain of {@link #depth()} micro-layers; each takes the state s
 * [B,H], forms pre-activations a = R_l (m_s ⊙ s) + b_l [B, {@link #gates()}·H] (the first also + W (m_x ⊙ x)), and
 * updates the state elementwise. So the matrix products are common, and a cell is its elementwise part, a
 * {@link CellKernel} for each provider.
 */
public sealed interface Cell permits RecurrentHighway, Lstm, DeepTransition {
    /** Micro-layers in a time step, L ≥ 1. */
    int depth();

    /** Blocks of H rows in the weights: pre-activations per unit. */
    int gates();

    /** Numbers kept per unit and micro-layer in the forward pass for the backward pass. */
    int factors();

    /** Whether there is a second state beside the one that enters the products (the memory c of an LSTM). */
    default boolean hasMemory() {
        return false;
    }

    /** Name of the input weights [gates·H, I] within the layer. */
    String inputWeightName();

    /** Name of the recurrent weights [gates·H, H] of a micro-layer within the layer. */
    String recurrentWeightName(int microLayer);

    /** Names of the biases [gates·H] of a micro-layer within the layer; where there are two, their sum counts. */
    List<String> biasNames(int microLayer);

    /** The elementwise part, with the Vector API or in scalar loops. */
    CellKernel kernel(boolean vectors);
}
