package org.rhn4j.cells;

import java.util.List;

/**
 * Long short-term memory with forget gates (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), for comparison.
 *
 * <p>With hidden state h [B,H] and memory c [B,H]:
 * <pre>
 *   i, f, o = sigmoid(W (m_x ⊙ x) + b_ih + R (m_s ⊙ h) + b_hh)      g = tanh(the same)
 *   c ← f ⊙ c + i ⊙ g        h ← o ⊙ tanh c
 * </pre>
 * PyTorch's names, and its order of row blocks: i, f, g, o. With recurrent dropout, i ⊙ g is multiplied by m_u [B,H].
 */
public record Lstm() implements Cell {
    /** The block of o among the gates. */
    static final int OUTPUT_GATE = 3;

    /** The block of ∂h'/∂c' among the factors. */
    static final int SHOWN = 4;

    @Override
    public int depth() {
        return 1;
    }

    @Override
    public int gates() {
        return 4;
    }

    /** ∂c'/∂a of i, f, g; ∂h'/∂a of o; ∂h'/∂c'; and f. */
    @Override
    public int factors() {
        return 6;
    }

    @Override
    public boolean hasMemory() {
        return true;
    }

    @Override
    public String inputWeightName() {
        return "weight_ih";
    }

    @Override
    public String recurrentWeightName(int microLayer) {
        return "weight_hh";
    }

    @Override
    public List<String> biasNames(int microLayer) {
        return List.of("bias_ih", "bias_hh");
    }

    @Override
    public CellKernel kernel(boolean vectors) {
        return vectors ? new VectorLstmKernel() : new ScalarLstmKernel();
    }
}
