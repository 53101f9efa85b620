package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.cells.Gate.Held;
import org.rhn4j.cells.Gate.Role;

/**
 * The gated recurrent unit (Cho et al., 2014) in the form that PyTorch and cuDNN have, where the reset gate multiplies
 * the recurrent product with its bias.
 *
 * <p>With state h [B,H]:
 * <pre>
 *   r, z = sigmoid(W (m_x ⊙ x) + b_ih + R (m_s ⊙ h) + b_hh)
 *   n = tanh(W_n (m_x ⊙ x) + b_ih,n + r ⊙ (R_n (m_s ⊙ h) + b_hh,n))
 *   h ← (1 − z) ⊙ n + z ⊙ h
 * </pre>
 * PyTorch's names, and its order of row blocks: r, z, n. With recurrent dropout, n is multiplied by m_u [B,H].
 *
 * <p>1 − z is what t is in a highway whose gates are coupled, so z starts as far open as t starts shut.
 */
public record Gru() implements Cell {
    private static final int R = 0;
    private static final int Z = 1;
    private static final int N = 2;

    private static final Gate RESET = new Gate("reset", Role.READS);
    private static final Gate UPDATE = new Gate("update", Role.KEEPS, -1);
    private static final Gate CANDIDATE = new Gate("candidate", Role.CANDIDATE, null, true);
    private static final List<Gate> BLOCKS = List.of(RESET, UPDATE, CANDIDATE);

    @Override
    public CellKind kind() {
        return CellKind.GRU;
    }

    @Override
    public int depth() {
        return 1;
    }

    @Override
    public List<Gate> blocks() {
        return BLOCKS;
    }

    @Override
    public boolean carries() {
        return true;
    }

    /** Nothing new enters the state; nothing of it is kept; the candidate reads all of it. */
    @Override
    public List<List<Held>> lesions() {
        return List.of(
                List.of(new Held(UPDATE, true)), List.of(new Held(UPDATE, false)), List.of(new Held(RESET, true)));
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
    public void step(CellRow p) {
        for (int j = 0; j < p.units; j++) {
            float r = p.sigmoid(R, j);
            float z = p.sigmoid(Z, j);
            float q = p.recurrent(N, j);
            float n = p.tanh(N, j, r * q);
            float u = p.update[j];
            float un = u * n;
            float d = p.state[j] - un;
            p.state[j] = Math.fma(z, d, un); // (1 − z) ⊙ u ⊙ n + z ⊙ h
            float byCandidate = (1 - z) * u * (1 - n * n);
            p.keep(R, j, byCandidate * q * r * (1 - r));
            p.keep(Z, j, d * z * (1 - z));
            p.keep(N, j, byCandidate);
            p.keepRecurrent(N, j, byCandidate * r);
            p.keepCarry(j, z);
        }
    }
}
