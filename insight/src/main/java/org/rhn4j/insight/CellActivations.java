package org.rhn4j.insight;

import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.RecurrentHighway;

/**
 * The elementwise part of one micro-layer over all rows of a window: from pre-activations to gates, the state that
 * leaves it, and its derivatives.
 *
 * <p>The factors are those that {@code CellKernel} keeps for backpropagation, in the same order, with masks of ones.
 * With s' the state that leaves:
 * <pre>
 *   highway, coupled:  ∂s'/∂a_h, ∂s'/∂a_t, 1 − t
 *   highway, free:     ∂s'/∂a_h, ∂s'/∂a_t, ∂s'/∂a_c, c
 *   deep transition:   ∂s'/∂a
 *   LSTM:              ∂c'/∂a_i, ∂c'/∂a_f, ∂c'/∂a_g, ∂h'/∂a_o, ∂h'/∂c', f
 * </pre>
 *
 * @param hidden H
 * @param batch sequences B; row r + B is the step after row r
 * @param a pre-activations with bias [rows, G·H]
 * @param state the state that enters [rows, H]; overwritten by the one that leaves
 * @param memory c of an LSTM, [rows + B, H], of which the first B rows are given and the others written; else empty
 * @param factors receives [rows, F·H]
 * @param gates receives [rows, K·H], K gates in the order of {@link GateKind#of}
 */
record CellActivations(
        int hidden, int batch, float[] a, float[] state, float[] memory, float[] factors, float[] gates) {
    /** Computes rows from {@code from} up to {@code to}; an LSTM's must be computed in ascending order. */
    void compute(Cell cell, int from, int to) {
        for (int row = from; row < to; row++) {
            switch (cell) {
                case RecurrentHighway c -> {
                    if (c.carry() == RecurrentHighway.Carry.COUPLED) {
                        coupled(row);
                    } else {
                        free(row);
                    }
                }
                case DeepTransition c -> transition(row);
                case Lstm c -> lstm(row);
            }
        }
    }

    private void coupled(int row) {
        int at = 2 * hidden * row;
        int kept = 3 * hidden * row;
        for (int j = 0; j < hidden; j++) {
            double h = tanh(a[at + j]);
            double t = sigmoid(a[at + hidden + j]);
            int unit = row * hidden + j;
            double s = state[unit];
            state[unit] = (float) (s + t * (h - s));
            factors[kept + j] = (float) (t * (1 - h * h));
            factors[kept + hidden + j] = (float) ((h - s) * t * (1 - t));
            factors[kept + 2 * hidden + j] = (float) (1 - t);
            gates[unit] = (float) t;
        }
    }

    private void free(int row) {
        int at = 3 * hidden * row;
        int kept = 4 * hidden * row;
        for (int j = 0; j < hidden; j++) {
            double h = tanh(a[at + j]);
            double t = sigmoid(a[at + hidden + j]);
            double c = sigmoid(a[at + 2 * hidden + j]);
            int unit = row * hidden + j;
            double s = state[unit];
            state[unit] = (float) (t * h + c * s);
            factors[kept + j] = (float) (t * (1 - h * h));
            factors[kept + hidden + j] = (float) (h * t * (1 - t));
            factors[kept + 2 * hidden + j] = (float) (s * c * (1 - c));
            factors[kept + 3 * hidden + j] = (float) c;
            gates[2 * hidden * row + j] = (float) t;
            gates[2 * hidden * row + hidden + j] = (float) c;
        }
    }

    private void transition(int row) {
        for (int unit = row * hidden; unit < (row + 1) * hidden; unit++) {
            double h = tanh(a[unit]);
            state[unit] = (float) h;
            factors[unit] = (float) (1 - h * h);
        }
    }

    private void lstm(int row) {
        int at = 4 * hidden * row;
        int kept = 6 * hidden * row;
        int gate = 3 * hidden * row;
        for (int j = 0; j < hidden; j++) {
            double i = sigmoid(a[at + j]);
            double f = sigmoid(a[at + hidden + j]);
            double g = tanh(a[at + 2 * hidden + j]);
            double o = sigmoid(a[at + 3 * hidden + j]);
            int unit = row * hidden + j;
            double before = memory[unit];
            double after = f * before + i * g;
            double shown = tanh(after);
            memory[unit + batch * hidden] = (float) after;
            state[unit] = (float) (o * shown);
            factors[kept + j] = (float) (g * i * (1 - i));
            factors[kept + hidden + j] = (float) (before * f * (1 - f));
            factors[kept + 2 * hidden + j] = (float) (i * (1 - g * g));
            factors[kept + 3 * hidden + j] = (float) (shown * o * (1 - o));
            factors[kept + 4 * hidden + j] = (float) (o * (1 - shown * shown));
            factors[kept + 5 * hidden + j] = (float) f;
            gates[gate + j] = (float) i;
            gates[gate + hidden + j] = (float) f;
            gates[gate + 2 * hidden + j] = (float) o;
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Math.exp is compiled to vector instructions where Math.tanh is a call; exact to 2⁻⁵², far below an f32. */
    private static double tanh(double x) {
        return 1 - 2 / (Math.exp(2 * x) + 1);
    }
}
