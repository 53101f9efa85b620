package org.rhn4j.cells.reference;

import static org.rhn4j.cells.reference.PlainLoops.add;
import static org.rhn4j.cells.reference.PlainLoops.addOuterProduct;
import static org.rhn4j.cells.reference.PlainLoops.addProduct;
import static org.rhn4j.cells.reference.PlainLoops.row;
import static org.rhn4j.cells.reference.PlainLoops.setRow;
import static org.rhn4j.cells.reference.PlainLoops.tensor;
import static org.rhn4j.cells.reference.PlainLoops.times;
import static org.rhn4j.cells.reference.PlainLoops.transposedProduct;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A deep-transition recurrent layer, DT-RNN (Pascanu et al., 2014): a time step passes the state s through L plain
 * micro-layers without gates, of which only the first sees the input x. With L = 1 it is Elman's network.
 *
 * <pre>
 *   s ← tanh(R_l (m_s ⊙ s) + b_l  (+ W (m_x ⊙ x) when l = 0))
 * </pre>
 *
 * The parameters are {@code input.weight} W [H, I], {@code recurrent.{l}.weight} R_l [H, H] and {@code
 * recurrent.{l}.bias} b_l [H]. There is no update mask: the mask must be all ones.
 */
public final class ReferenceDeepTransition implements ReferenceCell {
    private final int inputSize;
    private final int hiddenSize;
    private final int depth;
    private final Map<String, double[]> parameters;

    /** Makes a cell whose parameters are zero. */
    public ReferenceDeepTransition(int inputSize, int hiddenSize, int depth) {
        if (inputSize < 1 || hiddenSize < 1 || depth < 1) {
            throw new IllegalArgumentException("sizes and depth must be at least 1");
        }
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.depth = depth;
        this.parameters = Collections.unmodifiableMap(zeros());
    }

    private Map<String, double[]> zeros() {
        Map<String, double[]> zeros = new LinkedHashMap<>();
        zeros.put("input.weight", new double[hiddenSize * inputSize]);
        for (int l = 0; l < depth; l++) {
            zeros.put("recurrent." + l + ".weight", new double[hiddenSize * hiddenSize]);
            zeros.put("recurrent." + l + ".bias", new double[hiddenSize]);
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

    @Override
    public Map<String, double[]> parameters() {
        return parameters;
    }

    /** Returns W [H, I]. */
    double[] w() {
        return tensor(parameters, "input.weight");
    }

    /** Returns R_l [H, H]. */
    double[] r(int l) {
        return tensor(parameters, "recurrent." + l + ".weight");
    }

    /** Returns b_l [H]. */
    double[] b(int l) {
        return tensor(parameters, "recurrent." + l + ".bias");
    }

    /** Computes micro-layer {@code l} of one sequence: x, already dropped, [I] and s [H], with the sequence's mask. */
    double[] microLayer(int l, double[] droppedX, double[] s, double[] stateMask) {
        double[] a = b(l).clone();
        addProduct(r(l), times(stateMask, s), a);
        if (l == 0) {
            addProduct(w(), droppedX, a);
        }
        double[] next = new double[hiddenSize];
        for (int j = 0; j < hiddenSize; j++) {
            next[j] = Math.tanh(a[j]);
        }
        return next;
    }

    @Override
    public Run run(double[] x, double[][] state, ReferenceMasks masks) {
        int batch = batchOf(state);
        int time = PlainLoops.count("x", x.length, batch * inputSize, "B·I");
        masks.requireShape(batch, this);
        for (double factor : masks.update()) {
            if (factor != 1) {
                throw new IllegalArgumentException("a deep-transition cell has no gated update to drop");
            }
        }
        double[][][] steps = new double[time * batch][depth + 1][];
        double[] states = new double[time * batch * hiddenSize];
        double[] finalState = state[0].clone();
        for (int step = 0; step < time; step++) {
            for (int sequence = 0; sequence < batch; sequence++) {
                int position = step * batch + sequence;
                double[] droppedX = times(row(masks.input(), sequence, inputSize), row(x, position, inputSize));
                double[] stateMask = row(masks.state(), sequence, hiddenSize);
                double[] s = row(finalState, sequence, hiddenSize);
                steps[position][0] = s;
                for (int l = 0; l < depth; l++) {
                    s = microLayer(l, droppedX, s, stateMask);
                    steps[position][l + 1] = s;
                }
                setRow(finalState, sequence, s);
                setRow(states, position, s);
            }
        }
        return new TransitionRun(x.clone(), masks, steps, states, finalState);
    }

    private final class TransitionRun implements Run {
        private final double[] x;
        private final ReferenceMasks masks;
        /** [T·B][L + 1][H]: the state that entered micro-layer l, and last the state that left the deepest. */
        private final double[][][] steps;

        private final double[] states;
        private final double[] finalState;

        private TransitionRun(
                double[] x, ReferenceMasks masks, double[][][] steps, double[] states, double[] finalState) {
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

        @Override
        public Gradients backward(double[] gradStates) {
            PlainLoops.requireLength("gradStates", gradStates, states.length, "[T, B, H]");
            int batch = finalState.length / hiddenSize;
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
            double[] s = steps[position][l];
            double[] next = steps[position][l + 1];
            double[] stateMask = row(masks.state(), sequence, hiddenSize);
            double[] gradA = new double[hiddenSize];
            for (int j = 0; j < hiddenSize; j++) {
                gradA[j] = gradNext[j] * (1 - next[j] * next[j]);
            }
            add(gradA, tensor(gradients, "recurrent." + l + ".bias"));
            addOuterProduct(gradA, times(stateMask, s), tensor(gradients, "recurrent." + l + ".weight"));
            if (l == 0) {
                double[] inputMask = row(masks.input(), sequence, inputSize);
                addOuterProduct(
                        gradA, times(inputMask, row(x, position, inputSize)), tensor(gradients, "input.weight"));
                setRow(gradX, position, times(inputMask, transposedProduct(w(), gradA, inputSize)));
            }
            return times(stateMask, transposedProduct(r(l), gradA, hiddenSize));
        }
    }
}
