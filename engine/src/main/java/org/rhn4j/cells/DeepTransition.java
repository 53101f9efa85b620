package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.cells.Gate.Role;

/**
 * The plain deep-transition RNN (Pascanu et al., 2014), the foil of the RHN paper: s ← tanh(R_l (m_s ⊙ s) + b_l), the
 * first micro-layer also + W (m_x ⊙ x). No gate, so gradients pass through every product, and nothing in it can be
 * bypassed.
 *
 * @param depth micro-layers in a time step, L ≥ 1
 */
public record DeepTransition(int depth) implements Cell {
    private static final int H = 0;
    private static final List<Gate> BLOCKS = List.of(new Gate("candidate", Role.CANDIDATE));

    /**
     * @throws IllegalArgumentException if depth &lt; 1
     */
    public DeepTransition {
        if (depth < 1) {
            throw new IllegalArgumentException("a deep-transition RNN has at least one micro-layer, not " + depth);
        }
    }

    @Override
    public CellKind kind() {
        return CellKind.DT_RNN;
    }

    @Override
    public List<Gate> blocks() {
        return BLOCKS;
    }

    @Override
    public boolean carries() {
        return false;
    }

    @Override
    public List<List<Gate.Held>> lesions() {
        return List.of();
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
    public void step(CellRow p) {
        for (int j = 0; j < p.units; j++) {
            float h = p.tanh(H, j);
            p.state[j] = h;
            p.keep(H, j, 1 - h * h);
        }
    }
}
