package org.rhn4j.insight;

import java.util.List;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.CellRow;
import org.rhn4j.cells.LayerState;

/**
 * Everything that one layer computed over a window [T,B], kept for analysis.
 *
 * <p>A recurrent layer is serial in time, but once its outputs are known, so is the state that every step started
 * from, and all steps can be computed again at once: one product with T·B rows for each micro-layer. That costs less
 * than the run itself, asks nothing of the layer but what every caller can see, and gives the gates, which the factors
 * that the layer keeps for backpropagation do not hold for every cell.
 *
 * <p>Row t·B + b of every array is step t of sequence b.
 */
final class LayerTrace {
    private final LayerWeights weights;
    private final int steps;
    private final int batch;
    private final float[][] factors;
    private final float[][] gates;
    private final float[] after;
    private final List<Integer> gateBlocks;

    private LayerTrace(LayerWeights weights, int steps, int batch, float[] before) {
        int rows = steps * batch;
        int hidden = weights.hiddenSize();
        this.weights = weights;
        this.steps = steps;
        this.batch = batch;
        gateBlocks = CellGates.of(weights.cell());
        factors = new float[weights.depth()][rows * weights.cell().factors() * hidden];
        gates = new float[weights.depth()][rows * gateBlocks.size() * hidden];
        after = before;
    }

    /**
     * Computes a window again.
     *
     * @param inputs what entered the layer [T·B, I]
     * @param outputs its hidden states after each step [T·B, H]
     * @param initial its state before the window
     */
    static LayerTrace of(
            MatrixProducts products, LayerWeights weights, float[] inputs, float[] outputs, LayerState initial) {
        int batch = initial.batch();
        int hidden = weights.hiddenSize();
        int rows = outputs.length / hidden;
        if (outputs.length != rows * hidden
                || inputs.length != rows * weights.inputSize()
                || rows % batch != 0
                || initial.units() != hidden
                || (initial.memory() != null) != weights.cell().hasMemory()) {
            throw new IllegalArgumentException("inputs, outputs and state are of different windows or layers");
        }
        float[] before = new float[rows * hidden];
        System.arraycopy(initial.state(), 0, before, 0, batch * hidden);
        System.arraycopy(outputs, 0, before, batch * hidden, (rows - batch) * hidden);
        float[] memory = new float[0];
        if (initial.memory() != null) {
            memory = new float[(rows + batch) * hidden];
            System.arraycopy(initial.memory(), 0, memory, 0, batch * hidden);
        }
        LayerTrace trace = new LayerTrace(weights, rows / batch, batch, before);
        trace.compute(products, inputs, memory);
        return trace;
    }

    private void compute(MatrixProducts products, float[] inputs, float[] memory) {
        int own = weights.cell().gates() * weights.hiddenSize();
        int rows = rows();
        float[] fromInput = new float[rows * own];
        products.timesTransposed(inputs, rows, weights.input(), fromInput);
        float[] a = new float[rows * own];
        for (int l = 0; l < weights.depth(); l++) {
            int microLayer = l;
            MatrixProducts.RowJob job = (from, to) -> {
                CellRow cellRow = new CellRow(weights.cell(), weights.hiddenSize());
                for (int row = from; row < to; row++) {
                    enter(cellRow, microLayer, row, a, fromInput);
                    step(cellRow, microLayer, row, memory);
                }
            };
            if (weights.cell().hasMemory()) {
                products.timesTransposed(after, rows, weights.recurrent()[l], a);
                job.run(0, rows); // the memory goes from step to step
            } else {
                products.timesTransposed(after, rows, weights.recurrent()[l], a, job);
            }
        }
    }

    /** Puts together what a micro-layer of a row starts from: the recurrent product, the bias, and what entered. */
    private void enter(CellRow cellRow, int microLayer, int row, float[] products, float[] fromInput) {
        Cell cell = weights.cell();
        float[] bias = weights.bias()[microLayer];
        float[] recurrent = cellRow.recurrent();
        float[] a = cellRow.activations();
        int at = row * a.length;
        for (int i = 0; i < a.length; i++) {
            boolean apart = recurrent.length > 0
                    && cell.blocks().get(i / weights.hiddenSize()).apart();
            if (apart) {
                recurrent[i] = products[at + i] + weights.recurrentBias()[i];
            }
            a[i] = (apart ? 0 : products[at + i]) + bias[i] + (microLayer == 0 ? fromInput[at + i] : 0);
        }
    }

    /** One micro-layer of one row, from its pre-activations on. */
    private void step(CellRow cellRow, int microLayer, int row, float[] memory) {
        int hidden = weights.hiddenSize();
        float[] activations = cellRow.activations();
        System.arraycopy(after, row * hidden, cellRow.state(), 0, hidden);
        if (memory.length > 0) {
            System.arraycopy(memory, row * hidden, cellRow.memory(), 0, hidden);
        }
        weights.cell().step(cellRow);
        System.arraycopy(cellRow.state(), 0, after, row * hidden, hidden);
        if (memory.length > 0) {
            System.arraycopy(cellRow.memory(), 0, memory, (row + batch) * hidden, hidden);
        }
        float[] kept = cellRow.factors();
        System.arraycopy(kept, 0, factors[microLayer], row * kept.length, kept.length);
        for (int k = 0; k < gateBlocks.size(); k++) {
            int at = (row * gateBlocks.size() + k) * hidden;
            System.arraycopy(activations, gateBlocks.get(k) * hidden, gates[microLayer], at, hidden);
        }
    }

    LayerWeights weights() {
        return weights;
    }

    /** T. */
    int steps() {
        return steps;
    }

    /** B. */
    int batch() {
        return batch;
    }

    /** T·B. */
    int rows() {
        return steps * batch;
    }

    /** The row of a step of a sequence. */
    int row(int step, int sequence) {
        return step * batch + sequence;
    }

    /** The factors of a micro-layer [T·B, F·H], laid out as {@link org.rhn4j.cells.Cell} says. */
    float[] factors(int microLayer) {
        return factors[microLayer];
    }

    /** The gates of a micro-layer [T·B, K·H], K in the order of {@link CellGates#of}. */
    float[] gates(int microLayer) {
        return gates[microLayer];
    }

    /** Gates per unit, K. */
    int gateCount() {
        return gateBlocks.size();
    }

    /** One gate of one unit. */
    float gate(int microLayer, int gate, int row, int unit) {
        int hidden = weights.hiddenSize();
        return gates[microLayer][(row * gateBlocks.size() + gate) * hidden + unit];
    }

    /** The hidden states after each step [T·B, H], as computed again: the outputs, but for rounding. */
    float[] after() {
        return after;
    }

    /** The hidden states after the steps of some rows [n, H], copied. */
    float[] statesAfter(int[] rows) {
        int hidden = weights.hiddenSize();
        float[] states = new float[rows.length * hidden];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(after, rows[i] * hidden, states, i * hidden, hidden);
        }
        return states;
    }
}
