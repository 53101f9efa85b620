package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.cells.Gate.Held;
import org.rhn4j.cells.Gate.Role;

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
    private static final int I = 0;
    private static final int F = 1;
    private static final int G = 2;
    private static final int O = 3;

    private static final Gate INPUT = new Gate("input", Role.WRITES);
    /** Half as far open as a highway is shut, since nothing is shut with it. */
    private static final Gate FORGET = new Gate("forget", Role.KEEPS, -0.5);

    private static final Gate CANDIDATE = new Gate("candidate", Role.CANDIDATE);
    private static final Gate OUTPUT = new Gate("output", Role.SHOWS);
    private static final List<Gate> BLOCKS = List.of(INPUT, FORGET, CANDIDATE, OUTPUT);

    @Override
    public CellKind kind() {
        return CellKind.LSTM;
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
    public boolean hasMemory() {
        return true;
    }

    @Override
    public boolean carries() {
        return true;
    }

    /** Nothing enters the memory; it lasts no step; all of it is shown. */
    @Override
    public List<List<Held>> lesions() {
        return List.of(
                List.of(new Held(INPUT, false)), List.of(new Held(FORGET, false)), List.of(new Held(OUTPUT, true)));
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
            float i = p.sigmoid(I, j);
            float f = p.sigmoid(F, j);
            float g = p.tanh(G, j);
            float o = p.sigmoid(O, j);
            float u = p.update[j];
            float before = p.memory[j];
            float c = Math.fma(f, before, u * i * g);
            float tanhC = (float) Math.tanh(c);
            p.memory[j] = c;
            p.state[j] = o * tanhC;
            p.keep(I, j, u * g * i * (1 - i));
            p.keep(F, j, before * f * (1 - f));
            p.keep(G, j, u * i * (1 - g * g));
            p.keep(O, j, tanhC * o * (1 - o));
            p.keepShown(j, o * (1 - tanhC * tanhC));
            p.keepCarry(j, f);
        }
    }
}
