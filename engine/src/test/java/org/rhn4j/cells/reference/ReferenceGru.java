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
 * A layer of gated recurrent units, as PyTorch defines it. Its state is {@code {h}}.
 *
 * <pre>
 *   a = W_ih (m_x ⊙ x) + b_ih        q = W_hh (m_s ⊙ h) + b_hh
 *   r = σ(a_r + q_r)    z = σ(a_z + q_z)    n = tanh(a_n + r ⊙ q_n)
 *   h ← (1 − z) ⊙ m_u ⊙ n + z ⊙ h
 * </pre>
 *
 * The parameters are {@code weight_ih} [3H, I], {@code weight_hh} [3H, H], {@code bias_ih} [3H] and {@code bias_hh}
 * [3H], their rows in blocks r, z, n.
 */
public final class ReferenceGru implements ReferenceCell {
    private final int inputSize;
    private final int hiddenSize;
    private final Map<String, double[]> parameters;

    /** Makes a cell whose parameters are zero. */
    public ReferenceGru(int inputSize, int hiddenSize) {
        if (inputSize < 1 || hiddenSize < 1) {
            throw new IllegalArgumentException("sizes must be at least 1");
        }
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.parameters = Collections.unmodifiableMap(zeros());
    }

    private Map<String, double[]> zeros() {
        int rows = 3 * hiddenSize;
        Map<String, double[]> zeros = new LinkedHashMap<>();
        zeros.put("weight_ih", new double[rows * inputSize]);
        zeros.put("weight_hh", new double[rows * hiddenSize]);
        zeros.put("bias_ih", new double[rows]);
        zeros.put("bias_hh", new double[rows]);
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

    @Override
    public Map<String, double[]> parameters() {
        return parameters;
    }

    /**
     * What one time step of one sequence computed, each tensor [H].
     *
     * @param h the state that entered it
     * @param r the reset gate
     * @param z the update gate
     * @param n the candidate
     * @param qn the recurrent product of the candidate, with its bias
     * @param next the state that left it
     */
    private record Step(double[] h, double[] r, double[] z, double[] n, double[] qn, double[] next) {}

    /** Computes one time step of one sequence: x, already dropped, [I], and h [H], with the sequence's masks. */
    private Step step(double[] droppedX, double[] h, double[] stateMask, double[] updateMask) {
        double[] a = tensor(parameters, "bias_ih").clone();
        addProduct(tensor(parameters, "weight_ih"), droppedX, a);
        double[] q = tensor(parameters, "bias_hh").clone();
        addProduct(tensor(parameters, "weight_hh"), times(stateMask, h), q);
        double[] r = new double[hiddenSize];
        double[] z = new double[hiddenSize];
        double[] n = new double[hiddenSize];
        double[] qn = new double[hiddenSize];
        double[] next = new double[hiddenSize];
        for (int j = 0; j < hiddenSize; j++) {
            r[j] = sigmoid(a[j] + q[j]);
            z[j] = sigmoid(a[hiddenSize + j] + q[hiddenSize + j]);
            qn[j] = q[2 * hiddenSize + j];
            n[j] = Math.tanh(a[2 * hiddenSize + j] + r[j] * qn[j]);
            next[j] = (1 - z[j]) * updateMask[j] * n[j] + z[j] * h[j];
        }
        return new Step(h, r, z, n, qn, next);
    }

    @Override
    public Run run(double[] x, double[][] state, ReferenceMasks masks) {
        int batch = batchOf(state);
        int time = PlainLoops.count("x", x.length, batch * inputSize, "B·I");
        masks.requireShape(batch, this);
        Step[] steps = new Step[time * batch];
        double[] states = new double[time * batch * hiddenSize];
        double[] last = state[0].clone();
        for (int t = 0; t < time; t++) {
            for (int sequence = 0; sequence < batch; sequence++) {
                int position = t * batch + sequence;
                Step step = step(
                        times(row(masks.input(), sequence, inputSize), row(x, position, inputSize)),
                        row(last, sequence, hiddenSize),
                        row(masks.state(), sequence, hiddenSize),
                        row(masks.update(), sequence, hiddenSize));
                steps[position] = step;
                setRow(last, sequence, step.next());
                setRow(states, position, step.next());
            }
        }
        return new GruRun(x.clone(), masks, steps, states, last);
    }

    private final class GruRun implements Run {
        private final double[] x;
        private final ReferenceMasks masks;
        private final Step[] steps;
        private final double[] states;
        private final double[] last;

        private GruRun(double[] x, ReferenceMasks masks, Step[] steps, double[] states, double[] last) {
            this.x = x;
            this.masks = masks;
            this.steps = steps;
            this.states = states;
            this.last = last;
        }

        @Override
        public double[] states() {
            return states;
        }

        @Override
        public double[][] finalState() {
            return new double[][] {last};
        }

        @Override
        public Gradients backward(double[] gradStates) {
            PlainLoops.requireLength("gradStates", gradStates, states.length, "[T, B, H]");
            int batch = last.length / hiddenSize;
            Map<String, double[]> gradients = zeros();
            double[] gradX = new double[x.length];
            double[] gradState = new double[last.length];
            for (int time = steps.length / batch - 1; time >= 0; time--) {
                for (int sequence = 0; sequence < batch; sequence++) {
                    int position = time * batch + sequence;
                    double[] gradNext = row(gradState, sequence, hiddenSize);
                    add(row(gradStates, position, hiddenSize), gradNext);
                    setRow(gradState, sequence, backward(position, sequence, gradNext, gradients, gradX));
                }
            }
            return new Gradients(gradients, gradX, new double[][] {gradState});
        }

        /** Takes the gradient of the state that left a step to that of the one that entered it, [H]. */
        private double[] backward(
                int position, int sequence, double[] gradNext, Map<String, double[]> gradients, double[] gradX) {
            Step step = steps[position];
            double[] inputMask = row(masks.input(), sequence, inputSize);
            double[] stateMask = row(masks.state(), sequence, hiddenSize);
            double[] updateMask = row(masks.update(), sequence, hiddenSize);
            double[] gradA = new double[3 * hiddenSize];
            double[] gradQ = new double[3 * hiddenSize];
            double[] gradH = new double[hiddenSize];
            for (int j = 0; j < hiddenSize; j++) {
                double r = step.r()[j];
                double z = step.z()[j];
                double n = step.n()[j];
                double gradN = gradNext[j] * (1 - z) * updateMask[j] * (1 - n * n);
                gradA[j] = gradN * step.qn()[j] * r * (1 - r);
                gradA[hiddenSize + j] = gradNext[j] * (step.h()[j] - updateMask[j] * n) * z * (1 - z);
                gradA[2 * hiddenSize + j] = gradN;
                gradQ[j] = gradA[j];
                gradQ[hiddenSize + j] = gradA[hiddenSize + j];
                gradQ[2 * hiddenSize + j] = gradN * r;
                gradH[j] = gradNext[j] * z;
            }
            addOuterProduct(gradA, times(inputMask, row(x, position, inputSize)), tensor(gradients, "weight_ih"));
            addOuterProduct(gradQ, times(stateMask, step.h()), tensor(gradients, "weight_hh"));
            add(gradA, tensor(gradients, "bias_ih"));
            add(gradQ, tensor(gradients, "bias_hh"));
            double[] weightIh = tensor(parameters, "weight_ih");
            setRow(gradX, position, times(inputMask, transposedProduct(weightIh, gradA, inputSize)));
            add(times(stateMask, transposedProduct(tensor(parameters, "weight_hh"), gradQ, hiddenSize)), gradH);
            return gradH;
        }
    }
}
