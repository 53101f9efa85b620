package org.rhn4j.cells;

import java.util.List;

/**
 * The Recurrent Highway Network: a time step of L highway micro-layers (Zilly, Srivastava, Koutník, Schmidhuber,
 * "Recurrent Highway Networks", 2017, equations 6–9).
 *
 * <p>For l = 0 … L−1, with state s [B,H], input x [B,I], masks m_s [B,H] and m_x [B,I] fixed over the window:
 * <pre>
 *   h = tanh   (R_H,l (m_s ⊙ s) + b_H,l  (+ W_H (m_x ⊙ x) when l = 0))
 *   t = sigmoid(R_T,l (m_s ⊙ s) + b_T,l  (+ W_T (m_x ⊙ x) when l = 0))
 *   s ← t ⊙ h + c ⊙ s
 * </pre>
 * where c = 1 − t when the carry is coupled, and c = sigmoid(R_C,l …) of its own when it is free. The carry path is
 * never dropped. With recurrent dropout (Semeniuta et al., 2016) the update t ⊙ h is multiplied by a mask m_u [B,H].
 *
 * <p>Rows of every weight are the blocks H, T (, C).
 *
 * @param depth micro-layers in a time step, L ≥ 1
 * @param carry where the carry gate comes from
 */
public record RecurrentHighway(int depth, Carry carry) implements Cell {
    /** Where the carry gate c comes from. */
    public enum Carry {
        /** c = 1 − t. */
        COUPLED,
        /** c is a gate of its own. */
        FREE
    }

    /**
     * @throws IllegalArgumentException if depth &lt; 1
     */
    public RecurrentHighway {
        if (depth < 1) {
            throw new IllegalArgumentException("an RHN has at least one micro-layer, not " + depth);
        }
    }

    @Override
    public int gates() {
        return carry == Carry.COUPLED ? 2 : 3;
    }

    /** ∂s'/∂a for each gate, and the carry gate. */
    @Override
    public int factors() {
        return gates() + 1;
    }

    @Override
    public String inputWeightName() {
        return "input.weight";
    }

    @Override
    public String recurrentWeightName(int microLayer) {
        return "recurrent." + microLayer + ".weight";
    }

    @Override
    public List<String> biasNames(int microLayer) {
        return List.of("recurrent." + microLayer + ".bias");
    }

    @Override
    public CellKernel kernel(boolean vectors) {
        if (carry == Carry.COUPLED) {
            return vectors ? new VectorHighwayKernel() : new ScalarHighwayKernel();
        }
        return vectors ? new VectorFreeHighwayKernel() : new ScalarFreeHighwayKernel();
    }
}
