package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.cells.Gate.Held;
import org.rhn4j.cells.Gate.Role;

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
    private static final int H = 0;
    private static final int T = 1;
    private static final int C = 2;

    private static final Gate CANDIDATE = new Gate("candidate", Role.CANDIDATE);
    private static final Gate TRANSFORM = new Gate("transform", Role.WRITES, 1.0);
    private static final Gate CARRY = new Gate("carry", Role.KEEPS, -1.0);
    private static final List<Gate> WITH_COUPLED_GATES = List.of(CANDIDATE, TRANSFORM);
    private static final List<Gate> WITH_FREE_GATES = List.of(CANDIDATE, TRANSFORM, CARRY);

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
    public CellKind kind() {
        return CellKind.RHN;
    }

    @Override
    public List<Gate> blocks() {
        return carry == Carry.COUPLED ? WITH_COUPLED_GATES : WITH_FREE_GATES;
    }

    @Override
    public boolean carries() {
        return true;
    }

    /** The transform gate held shut, so that the state passes unchanged; where the carry is free, with it held open. */
    @Override
    public List<List<Held>> lesions() {
        Held shut = new Held(TRANSFORM, false);
        return List.of(carry == Carry.COUPLED ? List.of(shut) : List.of(shut, new Held(CARRY, true)));
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
            float t = p.sigmoid(T, j);
            float s = p.state[j];
            float u = p.update[j];
            if (carry == Carry.COUPLED) {
                float d = u * h - s;
                p.state[j] = Math.fma(t, d, s); // t ⊙ u ⊙ h + (1 − t) ⊙ s
                p.keep(H, j, u * t * (1 - h * h));
                p.keep(T, j, d * t * (1 - t));
                p.keepCarry(j, 1 - t);
            } else {
                float c = p.sigmoid(C, j);
                float uh = u * h;
                p.state[j] = Math.fma(t, uh, c * s);
                p.keep(H, j, u * t * (1 - h * h));
                p.keep(T, j, uh * t * (1 - t));
                p.keep(C, j, s * c * (1 - c));
                p.keepCarry(j, c);
            }
        }
    }

    static CellKernel vectorKernel(Cell cell) {
        return ((RecurrentHighway) cell).carry == Carry.COUPLED
                ? new VectorHighwayKernel()
                : new VectorFreeHighwayKernel();
    }
}
