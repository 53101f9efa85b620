package org.rhn4j.cells.reference;

import static org.rhn4j.cells.reference.PlainLoops.add;
import static org.rhn4j.cells.reference.PlainLoops.addOuterProduct;
import static org.rhn4j.cells.reference.PlainLoops.addProduct;
import static org.rhn4j.cells.reference.PlainLoops.row;
import static org.rhn4j.cells.reference.PlainLoops.setRow;
import static org.rhn4j.cells.reference.PlainLoops.sigmoid;
import static org.rhn4j.cells.reference.PlainLoops.tensor;
import static org.rhn4j.cells.reference.PlainLoops.times;
import static org.rhn4j.cells.reference.PlainLoops.transposedProduct;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recurrent highway layer (Zilly et al., 2017): a time step passes the state s through L highway micro-layers, of
 * which only the first sees the input x.
 *
 * <pre>
 *   a = R_l (m_s ⊙ s) + b_l  (+ W (m_x ⊙ x) when l = 0)
 *   h = tanh(a_h)    t = σ(a_t)    c = 1 − t, or σ(a_c) when the carry gate is free
 *   s ← m_u ⊙ t ⊙ h + c ⊙ s
 * </pre>
 *
 * The parameters are {@code input.weight} W [G·H, I], {@code recurrent.{l}.weight} R_l [G·H, H] and {@code
 * recurrent.{l}.bias} b_l [G·H]. Their rows come in G blocks: h, t and, when the carry gate is free, c.
 */
public final class ReferenceRecurrentHighway implements ReferenceCell {

    /** How the carry gate c follows from the rest. */
    public enum Carry {
        /** c = 1 − t. */
        COUPLED,
        /** c has weights of its own. */
        FREE
    }

    private final int inputSize;
    private final int hiddenSize;
    private final int depth;
    private final Carry carry;
    private final Map<String, double[]> parameters;

    /** Makes a cell whose parameters are zero. */
    public ReferenceRecurrentHighway(int inputSize, int hiddenSize, int depth, Carry carry) {
        if (inputSize < 1 || hiddenSize < 1 || depth < 1) {
            throw new IllegalArgumentException("sizes and depth must be at least 1");
        }
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.depth = depth;
        this.carry = carry;
        this.parameters = Collections.unmodifiableMap(zeros());
    }

    private Map<String, double[]> zeros() {
        int rows = (carry == Carry.COUPLED ? 2 : 3) * hiddenSize;
        Map<String, double[]> zeros = new LinkedHashMap<>();
        zeros.put("input.weight", new double[rows * inputSize]);
        for (int l = 0; l < depth; l++) {
            zeros.put("recurrent." + l + ".weight", new double[rows * hiddenSize]);
            zeros.put("recurrent." + l + ".bias", new double[rows]);
        }
        return zeros;
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int hiddenSize() {
        return hiddenSize;
    }

    @Override
    public int stateParts() {
        return 1;
    }

    public int depth() {
        return depth;
    }

    public Carry carry() {
        return carry;
    }

    @Override
    public Map<String, double[]> parameters() {
        return parameters;
    }

    /** Returns W [G·H, I]. */
    double[] w() {
        return tensor(parameters, "input.weight");
    }

    /** Returns R_l [G·H, H]. */
    double[] r(int l) {
        return tensor(parameters, "recurrent." + l + ".weight");
    }

    /** Returns b_l [G·H]. */
    double[] b(int l) {
        return tensor(parameters, "recurrent." + l + ".bias");
    }

    /**
     * What one micro-layer computed for one sequence at one time step, each tensor [H].
     *
     * @param s the state that entered it
     * @param h the candidate
     * @param t the transform gate
     * @param c the carry gate
     * @param next the state that left it
     */
    public record MicroLayer(double[] s, double[] h, double[] t, double[] c, double[] next) {}

    /** Computes micro-layer {@code l} of one sequence: x, already dropped, [I] and s [H], with the sequence's masks. */
    MicroLayer microLayer(int l, double[] droppedX, double[] s, double[] stateMask, double[] updateMask) {
        double[] a = b(l).clone();
        addProduct(r(l), times(stateMask, s), a);
        if (l == 0) {
            addProduct(w(), droppedX, a);
        }
        double[] h = new double[hiddenSize];
        double[] t = new double[hiddenSize];
        double[] c = new double[hiddenSize];
        double[] next = new double[hiddenSize];
        for (int j = 0; j < hiddenSize; j++) {
            h[j] = Math.tanh(a[j]);
            t[j] = sigmoid(a[hiddenSize + j]);
            c[j] = carry == Carry.COUPLED ? 1 - t[j] : sigmoid(a[2 * hiddenSize + j]);
            next[j] = updateMask[j] * t[j] * h[j] + c[j] * s[j];
        }
        return new MicroLayer(s, h, t, c, next);
    }

    @Override
    public HighwayRun run(double[] x, double[][] state) {
        return run(x, state, ReferenceMasks.none(batchOf(state), this));
    }

    @Override
    public HighwayRun run(double[] x, double[][] state, ReferenceMasks masks) {
        int batch = batchOf(state);
        int time = PlainLoops.count("x", x.length, batch * inputSize, "B·I");
        masks.requireShape(batch, this);
        MicroLayer[][] steps = new MicroLayer[time * batch][depth];
        double[] states = new double[time * batch * hiddenSize];
        double[] finalState = state[0].clone();
        for (int step = 0; step < time; step++) {
            for (int sequence = 0; sequence < batch; sequence++) {
                int position = step * batch + sequence;
                double[] droppedX = times(row(masks.input(), sequence, inputSize), row(x, position, inputSize));
                double[] stateMask = row(masks.state(), sequence, hiddenSize);
                double[] updateMask = row(masks.update(), sequence, hiddenSize);
                double[] s = row(finalState, sequence, hiddenSize);
                for (int l = 0; l < depth; l++) {
                    steps[position][l] = microLayer(l, droppedX, s, stateMask, updateMask);
                    s = steps[position][l].next();
                }
                setRow(finalState, sequence, s);
                setRow(states, position, s);
            }
        }
        return new HighwayRun(x.clone(), masks, steps, states, finalState);
    }

    /** A run of this cell, which also shows its gates. */
    public final class HighwayRun implements Run {
        private final double[] x;
        private final ReferenceMasks masks;
        private final MicroLayer[][] steps;
        private final double[] states;
        private final double[] finalState;

        private HighwayRun(
                double[] x, ReferenceMasks masks, MicroLayer[][] steps, double[] states, double[] finalState) {
            this.x = x;
            this.masks = masks;
            this.steps = steps;
            this.states = states;
            this.finalState = finalState;
        }

        @Override
        public double[] states() {
            return states;
        }

        @Override
        public double[][] finalState() {
            return new double[][] {finalState};
        }

        /** Returns what micro-layer {@code l} computed at one time step of one sequence. */
        public MicroLayer microLayer(int step, int sequence, int l) {
            return steps[step * batch() + sequence][l];
        }

        private int batch() {
            return finalState.length / hiddenSize;
        }

        @Override
        public Gradients backward(double[] gradStates) {
            PlainLoops.requireLength("gradStates", gradStates, states.length, "[T, B, H]");
            int batch = batch();
            Map<String, double[]> gradients = zeros();
            double[] gradX = new double[x.length];
            double[] gradState = new double[finalState.length];
            for (int step = steps.length / batch - 1; step >= 0; step--) {
                for (int sequence = 0; sequence < batch; sequence++) {
                    int position = step * batch + sequence;
                    double[] gradS = row(gradState, sequence, hiddenSize);
                    add(row(gradStates, position, hiddenSize), gradS);
                    for (int l = depth - 1; l >= 0; l--) {
                        gradS = backward(position, sequence, l, gradS, gradients, gradX);
                    }
                    setRow(gradState, sequence, gradS);
                }
            }
            return new Gradients(gradients, gradX, new double[][] {gradState});
        }

        /** Takes the gradient of the state that left a micro-layer to that of the state that entered it, [H]. */
        private double[] backward(
                int position, int sequence, int l, double[] gradNext, Map<String, double[]> gradients, double[] gradX) {
            MicroLayer micro = steps[position][l];
            double[] stateMask = row(masks.state(), sequence, hiddenSize);
            double[] updateMask = row(masks.update(), sequence, hiddenSize);
            double[] gradA = new double[b(l).length];
            double[] gradS = new double[hiddenSize];
            for (int j = 0; j < hiddenSize; j++) {
                double s = micro.s()[j];
                double h = micro.h()[j];
                double t = micro.t()[j];
                double c = micro.c()[j];
                double gradH = gradNext[j] * updateMask[j] * t;
                double gradT = gradNext[j] * updateMask[j] * h;
                double gradC = gradNext[j] * s;
                gradS[j] = gradNext[j] * c;
                if (carry == Carry.COUPLED) {
                    gradT -= gradC;
                } else {
                    gradA[2 * hiddenSize + j] = gradC * c * (1 - c);
                }
                gradA[j] = gradH * (1 - h * h);
                gradA[hiddenSize + j] = gradT * t * (1 - t);
            }
            add(gradA, tensor(gradients, "recurrent." + l + ".bias"));
            addOuterProduct(gradA, times(stateMask, micro.s()), tensor(gradients, "recurrent." + l + ".weight"));
            add(times(stateMask, transposedProduct(r(l), gradA, hiddenSize)), gradS);
            if (l == 0) {
                double[] inputMask = row(masks.input(), sequence, inputSize);
                addOuterProduct(
                        gradA, times(inputMask, row(x, position, inputSize)), tensor(gradients, "input.weight"));
                setRow(gradX, position, times(inputMask, transposedProduct(w(), gradA, inputSize)));
            }
            return gradS;
        }
    }
}
