package org.rhn4j.cells;

import java.util.List;

/**
 * The plain deep-transition RNN (Pascanu et al., 2014), the foil of the RHN paper: s ← tanh(R_l (m_s ⊙ s) + b_l), the
 * first micro-layer also + W (m_x ⊙ x). No gate, so gradients pass through every product.
 *
 * @param depth micro-layers in a time step, L ≥ 1
 */
public record DeepTransition(int depth) implements Cell {
    /**
     * @throws IllegalArgumentException if depth &lt; 1
     */
    public DeepTransition {
        if (depth < 1) {
            throw new IllegalArgumentException("a deep-transition RNN has at least one micro-layer, not " + depth);
        }
    }

    @Override
    public int gates() {
        return 1;
    }

    /** ∂s'/∂a. */
    @Override
    public int factors() {
        return 1;
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
        return vectors ? new VectorDeepTransitionKernel() : new ScalarDeepTransitionKernel();
    }
}
