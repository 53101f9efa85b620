package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.cells.Gate.Role;

/**
 * A kind of recurrent cell: what one time step computes. This is all that the rest of the library knows of a cell; its
 * definition is one class, and its vector kernel another.
 *
 * <p>All cells share one shape. A time step is a chain of {@link #depth()} micro-layers; each takes the state s [B,H],
 * forms pre-activations a = R_l (m_s ⊙ s) + b_l [B, G·H] (the first also + W (m_x ⊙ x)), of G {@link #blocks()},
 * and updates the state elementwise by {@link #step}. So the matrix products are common, and a cell is its elementwise
 * part.
 *
 * <p>A micro-layer keeps the factors of its derivative, not its activations, in blocks of H: first ∂s'/∂a of each block,
 * in their order; then the derivative by the recurrent product of each block that has it {@link Gate#apart}; then, with
 * a memory c, ∂h'/∂c'; then the carry ∂s'/∂s, where part of the state passes elementwise. With a memory, s stands for c
 * in all of them but those of gates that show it, which are ∂h'/∂a.
 */
public interface Cell {
    /** Which of the known cells this is. */
    CellKind kind();

    /** Micro-layers in a time step, L ≥ 1. */
    int depth();

    /** The blocks of H rows in the weights, in their order. */
    List<Gate> blocks();

    /** Whether there is a second state beside the one that enters the products (the memory c of an LSTM). */
    default boolean hasMemory() {
        return false;
    }

    /** Whether part of the state, or of the memory, passes a micro-layer elementwise. */
    boolean carries();

    /**
     * What can be done to a micro-layer to see what it is worth: gates held together, the first of which names it. The
     * first lesion lets nothing new into the state.
     */
    List<List<Gate.Held>> lesions();

    /** Name of the input weights [G·H, I] within the layer. */
    String inputWeightName();

    /** Name of the recurrent weights [G·H, H] of a micro-layer within the layer. */
    String recurrentWeightName(int microLayer);

    /**
     * Names of the biases [G·H] of a micro-layer within the layer; where there are two, their sum counts. A cell with
     * blocks {@link Gate#apart} has a depth of 1 and two biases: the input's, and that of the recurrent product.
     */
    List<String> biasNames(int microLayer);

    /** The equations: one micro-layer of one sequence. */
    void step(CellRow row);

    /** How many blocks of H rows the weights have, G. */
    default int gates() {
        return blocks().size();
    }

    /** Blocks of factors, F. */
    default int factors() {
        return recurrentFactor(gates()) + (hasMemory() ? 1 : 0) + (carries() ? 1 : 0);
    }

    /** Whether a block has its recurrent product apart. */
    default boolean hasApart() {
        return recurrentFactor(gates()) > gates();
    }

    /** The block of the factors that holds the derivative by a block's recurrent product. */
    default int recurrentFactor(int block) {
        if (block < gates() && !blocks().get(block).apart()) {
            return block;
        }
        int before = 0;
        for (int g = 0; g < block; g++) {
            before += blocks().get(g).apart() ? 1 : 0;
        }
        return gates() + before;
    }

    /** The block of the factors that holds ∂h'/∂c'; −1 without a memory. */
    default int shownFactor() {
        return hasMemory() ? recurrentFactor(gates()) : -1;
    }

    /** The block of the factors that holds the carry; −1 where nothing is carried. */
    default int carryFactor() {
        return carries() ? factors() - 1 : -1;
    }

    /** The gate whose bias says how long a fresh network remembers; −1 in a cell without gates. */
    default int memoryGate() {
        for (int g = 0; g < gates(); g++) {
            if (blocks().get(g).biasShare() != null) {
                return g;
            }
        }
        return -1;
    }

    /** Whether a gate acts on what is shown of the memory rather than on the memory. */
    default boolean shows(int gate) {
        return blocks().get(gate).role() == Role.SHOWS;
    }
}
