package org.rhn4j.insight;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Cell;

/**
 * The derivative of a layer's time steps, applied to vectors without forming a matrix: tangents forward, gradients
 * backward, many rows at once, each through the step of its own row of a trace.
 *
 * <p>With the factors F_g = ∂s'/∂a_g, by the recurrent products, and the carry c of each micro-layer (see
 * {@link org.rhn4j.cells.Cell}):
 * <pre>
 *   forward:   v ← c ⊙ v + Σ_g F_g ⊙ (R_g v)
 *   backward:  v ← c ⊙ v + Σ_g R_gᵀ (F_g ⊙ v)
 * </pre>
 * A state with a memory is the H numbers of h followed by the H of c.
 */
final class StepDerivative {
    private final MatrixProducts products;
    private final LayerWeights weights;
    private final int hidden;
    private final Cell cell;
    private final int gates;
    private final int kept;
    private final int shown;
    private final int carry;
    /** The block of the factors that belongs to each gate's recurrent product. */
    private final int[] recurrent;

    private float[] ofGates = new float[0];
    private float[] ofState = new float[0];
    private float[] ofInput = new float[0];

    StepDerivative(MatrixProducts products, LayerWeights weights) {
        this.products = products;
        this.weights = weights;
        hidden = weights.hiddenSize();
        cell = weights.cell();
        gates = cell.gates();
        kept = cell.factors();
        shown = cell.shownFactor();
        carry = cell.carryFactor();
        recurrent = IntStream.range(0, gates).map(cell::recurrentFactor).toArray();
    }

    private void makeRoom(int n) {
        if (ofGates.length < n * gates * hidden) {
            ofGates = new float[n * gates * hidden];
            ofState = new float[n * hidden];
            ofInput = cell.hasApart() ? new float[n * gates * hidden] : ofGates;
        }
    }

    /**
     * Carries tangents from before a step to after it.
     *
     * @param rows for each of n tangents the row of the trace whose step it goes through
     * @param tangents [n, stateSize], overwritten
     */
    void forward(LayerTrace trace, int[] rows, float[] tangents) {
        int n = rows.length;
        makeRoom(n);
        if (cell.hasMemory()) {
            forwardWithMemory(trace, rows, tangents);
            return;
        }
        for (int l = 0; l < weights.depth(); l++) {
            float[] factors = trace.factors(l);
            products.timesTransposed(tangents, n, weights.recurrent()[l], ofGates, (from, to) -> {
                for (int i = from; i < to; i++) {
                    int at = i * hidden;
                    int f = rows[i] * kept * hidden;
                    for (int j = 0; j < hidden; j++) {
                        tangents[at + j] = carry < 0 ? 0 : tangents[at + j] * factors[f + carry * hidden + j];
                    }
                    for (int g = 0; g < gates; g++) {
                        int a = (i * gates + g) * hidden;
                        for (int j = 0; j < hidden; j++) {
                            tangents[at + j] += factors[f + recurrent[g] * hidden + j] * ofGates[a + j];
                        }
                    }
                }
            });
        }
    }

    private void forwardWithMemory(LayerTrace trace, int[] rows, float[] tangents) {
        int n = rows.length;
        for (int i = 0; i < n; i++) {
            System.arraycopy(tangents, 2 * i * hidden, ofState, i * hidden, hidden);
        }
        float[] p = trace.factors(0);
        products.timesTransposed(ofState, n, weights.recurrent()[0], ofGates, (from, to) -> {
            for (int i = from; i < to; i++) {
                int h = 2 * i * hidden;
                int c = h + hidden;
                int f = rows[i] * kept * hidden;
                int a = i * gates * hidden;
                for (int j = 0; j < hidden; j++) {
                    float ofMemory = carry < 0 ? 0 : p[f + carry * hidden + j] * tangents[c + j];
                    float ofHidden = 0;
                    for (int g = 0; g < gates; g++) {
                        float ofGate = p[f + recurrent[g] * hidden + j] * ofGates[a + g * hidden + j];
                        if (cell.shows(g)) {
                            ofHidden += ofGate;
                        } else {
                            ofMemory += ofGate;
                        }
                    }
                    tangents[c + j] = ofMemory;
                    tangents[h + j] = ofHidden + p[f + shown * hidden + j] * ofMemory;
                }
            }
        });
    }

    /**
     * Carries gradients from after a step to before it.
     *
     * @param rows for each of n gradients the row of the trace whose step it goes through
     * @param gradients [n, stateSize] by the state after the step; overwritten by those by the state before it
     * @param inputGradients receives those by what entered the layer [n, I], or null
     */
    void backward(LayerTrace trace, int[] rows, float[] gradients, float @Nullable [] inputGradients) {
        int n = rows.length;
        makeRoom(n);
        boolean remembers = cell.hasMemory();
        int stateSize = weights.stateSize();
        for (int l = weights.depth() - 1; l >= 0; l--) {
            float[] factors = trace.factors(l);
            MatrixProducts.RowJob toGates = (from, to) -> {
                for (int i = from; i < to; i++) {
                    if (remembers) {
                        gatesWithMemory(i, rows[i] * kept * hidden, factors, gradients);
                    } else {
                        gatesOf(i, rows[i] * kept * hidden, factors, gradients);
                    }
                }
            };
            products.times(ofGates, n, weights.recurrent()[l], ofState, toGates, (from, to) -> {
                for (int i = from; i < to; i++) {
                    for (int j = 0; j < hidden; j++) {
                        gradients[i * stateSize + j] += ofState[i * hidden + j];
                    }
                }
            });
        }
        if (inputGradients != null) {
            products.times(ofInput, n, weights.input(), inputGradients);
        }
    }

    /** Gradients of the pre-activations of one row, and what is carried on. */
    private void gatesOf(int i, int f, float[] factors, float[] gradients) {
        int at = i * hidden;
        for (int g = 0; g < gates; g++) {
            int a = (i * gates + g) * hidden;
            for (int j = 0; j < hidden; j++) {
                ofInput[a + j] = factors[f + g * hidden + j] * gradients[at + j];
                ofGates[a + j] = factors[f + recurrent[g] * hidden + j] * gradients[at + j];
            }
        }
        for (int j = 0; j < hidden; j++) {
            gradients[at + j] = carry < 0 ? 0 : factors[f + carry * hidden + j] * gradients[at + j];
        }
    }

    private void gatesWithMemory(int i, int f, float[] p, float[] gradients) {
        int h = 2 * i * hidden;
        int c = h + hidden;
        int a = i * gates * hidden;
        for (int j = 0; j < hidden; j++) {
            float ofHidden = gradients[h + j];
            float ofMemory = gradients[c + j] + p[f + shown * hidden + j] * ofHidden;
            for (int g = 0; g < gates; g++) {
                float target = cell.shows(g) ? ofHidden : ofMemory;
                ofInput[a + g * hidden + j] = p[f + g * hidden + j] * target;
                ofGates[a + g * hidden + j] = p[f + recurrent[g] * hidden + j] * target;
            }
            gradients[h + j] = 0;
            gradients[c + j] = carry < 0 ? 0 : p[f + carry * hidden + j] * ofMemory;
        }
    }
}
