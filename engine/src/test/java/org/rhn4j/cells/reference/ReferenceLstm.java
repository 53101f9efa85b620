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
 * A long short-term memory layer without peepholes, as PyTorch defines it. Its state is {@code {h, c}}.
 *
 * <pre>
 *   a = W_ih (m_x ⊙ x) + b_ih + W_hh (m_s ⊙ h) + b_hh
 *   i = σ(a_i)    f = σ(a_f)    g = tanh(a_g)    o = σ(a_o)
 *   c ← f ⊙ c + m_u ⊙ i ⊙ g
 *   h ← o ⊙ tanh(c)
 * </pre>
 *
 * The parameters are {@code weight_ih} [4H, I], {@code weight_hh} [4H, H], {@code bias_ih} [4H] and {@code bias_hh}
 * [4H], their rows in blocks i, f, g, o.
 */
public final class ReferenceLstm implements ReferenceCell {
    private final int inputSize;
    private final int hiddenSize;
    private final Map<String, double[]> parameters;

    /** Makes a cell whose parameters are zero. */
    public ReferenceLstm(int inputSize, int hiddenSize) {
        if (inputSize < 1 || hiddenSize < 1) {
            throw new IllegalArgumentException("sizes must be at least 1");
        }
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.parameters = Collections.unmodifiableMap(zeros());
    }

    private Map<String, double[]> zeros() {
        int rows = 4 * hiddenSize;
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
        return 2;
    }

    @Override
    public Map<String, double[]> parameters() {
        return parameters;
    }

    /**
     * What one time step of one sequence computed, each tensor [H].
     *
     * @param h the hidden state that entered it
     * @param c the cell state that entered it
     * @param i the input gate
     * @param f the forget gate
     * @param g the candidate
     * @param o the output gate
     * @param nextH the hidden state that left it
     * @param nextC the cell state that left it
     */
    private record Step(
            double[] h, double[] c, double[] i, double[] f, double[] g, double[] o, double[] nextH, double[] nextC) {}

    /** Computes one time step of one sequence: x, already dropped, [I], h and c [H], with the sequence's masks. */
    private Step step(double[] droppedX, double[] h, double[] c, double[] stateMask, double[] updateMask) {
        double[] a = new double[4 * hiddenSize];
        addProduct(tensor(parameters, "weight_ih"), droppedX, a);
        add(tensor(parameters, "bias_ih"), a);
        addProduct(tensor(parameters, "weight_hh"), times(stateMask, h), a);
        add(tensor(parameters, "bias_hh"), a);
        double[] i = new double[hiddenSize];
        double[] f = new double[hiddenSize];
        double[] g = new double[hiddenSize];
        double[] o = new double[hiddenSize];
        double[] nextH = new double[hiddenSize];
        double[] nextC = new double[hiddenSize];
        for (int j = 0; j < hiddenSize; j++) {
            i[j] = sigmoid(a[j]);
            f[j] = sigmoid(a[hiddenSize + j]);
            g[j] = Math.tanh(a[2 * hiddenSize + j]);
            o[j] = sigmoid(a[3 * hiddenSize + j]);
            nextC[j] = f[j] * c[j] + updateMask[j] * i[j] * g[j];
            nextH[j] = o[j] * Math.tanh(nextC[j]);
        }
        return new Step(h, c, i, f, g, o, nextH, nextC);
    }

    @Override
    public Run run(double[] x, double[][] state, ReferenceMasks masks) {
        int batch = batchOf(state);
        int time = PlainLoops.count("x", x.length, batch * inputSize, "B·I");
        masks.requireShape(batch, this);
        Step[] steps = new Step[time * batch];
        double[] states = new double[time * batch * hiddenSize];
        double[] finalH = state[0].clone();
        double[] finalC = state[1].clone();
        for (int t = 0; t < time; t++) {
            for (int sequence = 0; sequence < batch; sequence++) {
                int position = t * batch + sequence;
                Step step = step(
                        times(row(masks.input(), sequence, inputSize), row(x, position, inputSize)),
                        row(finalH, sequence, hiddenSize),
                        row(finalC, sequence, hiddenSize),
                        row(masks.state(), sequence, hiddenSize),
                        row(masks.update(), sequence, hiddenSize));
                steps[position] = step;
                setRow(finalH, sequence, step.nextH());
                setRow(finalC, sequence, step.nextC());
                setRow(states, position, step.nextH());
            }
        }
        return new LstmRun(x.clone(), masks, steps, states, finalH, finalC);
    }

    private final class LstmRun implements Run {
        private final double[] x;
        private final ReferenceMasks masks;
        private final Step[] steps;
        private final double[] states;
        private final double[] finalH;
        private final double[] finalC;

        private LstmRun(
                double[] x, ReferenceMasks masks, Step[] steps, double[] states, double[] finalH, double[] finalC) {
            this.x = x;
            this.masks = masks;
            this.steps = steps;
            this.states = states;
            this.finalH = finalH;
            this.finalC = finalC;
        }

        @Override
        public double[] states() {
            return states;
        }

        @Override
        public double[][] finalState() {
            return new double[][] {finalH, finalC};
        }

        @Override
        public Gradients backward(double[] gradStates) {
            return backward(gradStates, new double[2][finalH.length]);
        }

        @Override
        public Gradients backward(double[] gradStates, double[][] gradFinal) {
            PlainLoops.requireLength("gradStates", gradStates, states.length, "[T, B, H]");
            int batch = finalH.length / hiddenSize;
            Map<String, double[]> gradients = zeros();
            double[] gradX = new double[x.length];
            double[] gradStateH = gradFinal[0].clone();
            double[] gradStateC = gradFinal[1].clone();
            for (int time = steps.length / batch - 1; time >= 0; time--) {
                for (int sequence = 0; sequence < batch; sequence++) {
                    int position = time * batch + sequence;
                    double[] gradH = row(gradStateH, sequence, hiddenSize);
                    double[] gradC = row(gradStateC, sequence, hiddenSize);
                    add(row(gradStates, position, hiddenSize), gradH);
                    double[] gradA = gradA(steps[position], sequence, gradH, gradC);
                    gradH = backward(position, sequence, gradA, gradients, gradX);
                    setRow(gradStateH, sequence, gradH);
                    setRow(gradStateC, sequence, gradC);
                }
            }
            return new Gradients(gradients, gradX, new double[][] {gradStateH, gradStateC});
        }

        /**
         * Returns the gradient of a [4H], and turns {@code gradC} from that of the cell state that left the step into
         * that of the one that entered it.
         */
        private double[] gradA(Step step, int sequence, double[] gradH, double[] gradC) {
            double[] updateMask = row(masks.update(), sequence, hiddenSize);
            double[] gradA = new double[4 * hiddenSize];
            for (int j = 0; j < hiddenSize; j++) {
                double i = step.i()[j];
                double f = step.f()[j];
                double g = step.g()[j];
                double o = step.o()[j];
                double tanhC = Math.tanh(step.nextC()[j]);
                double gradNextC = gradC[j] + gradH[j] * o * (1 - tanhC * tanhC);
                gradA[j] = gradNextC * updateMask[j] * g * i * (1 - i);
                gradA[hiddenSize + j] = gradNextC * step.c()[j] * f * (1 - f);
                gradA[2 * hiddenSize + j] = gradNextC * updateMask[j] * i * (1 - g * g);
                gradA[3 * hiddenSize + j] = gradH[j] * tanhC * o * (1 - o);
                gradC[j] = gradNextC * f;
            }
            return gradA;
        }

        /** Takes the gradient of a [4H] to that of the hidden state that entered the step, [H]. */
        private double[] backward(
                int position, int sequence, double[] gradA, Map<String, double[]> gradients, double[] gradX) {
            double[] inputMask = row(masks.input(), sequence, inputSize);
            double[] stateMask = row(masks.state(), sequence, hiddenSize);
            addOuterProduct(gradA, times(inputMask, row(x, position, inputSize)), tensor(gradients, "weight_ih"));
            addOuterProduct(gradA, times(stateMask, steps[position].h()), tensor(gradients, "weight_hh"));
            add(gradA, tensor(gradients, "bias_ih"));
            add(gradA, tensor(gradients, "bias_hh"));
            double[] weightIh = tensor(parameters, "weight_ih");
            double[] weightHh = tensor(parameters, "weight_hh");
            setRow(gradX, position, times(inputMask, transposedProduct(weightIh, gradA, inputSize)));
            return times(stateMask, transposedProduct(weightHh, gradA, hiddenSize));
        }
    }
}
