package org.rhn4j.cells;

import static org.rhn4j.numbers.NativeMemory.getFloat;
import static org.rhn4j.numbers.NativeMemory.setFloat;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.loadOperand;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.storeOperand;

/** Any cell by its own equations, row by row: what runs without the Vector API, and what vector kernels are held to. */
final class ScalarCellKernel implements CellKernel {
    private final Cell cell;
    private final CellRow row;
    private final int gates;
    private final int factors;

    /** A kernel for one worker's slices, of {@code width} units. */
    ScalarCellKernel(Cell cell, int width) {
        this.cell = cell;
        row = new CellRow(cell, width);
        gates = cell.gates();
        factors = cell.factors();
    }

    @Override
    public void forward(Slice p) {
        for (int r = 0; r < p.rows; r++) {
            load(p, r);
            cell.step(row);
            store(p, r);
        }
    }

    private void load(Slice p, int r) {
        int own = gates * p.width;
        for (int i = 0; i < own; i++) {
            row.activations()[i] = at(p.preActivation, (long) own * r + i) + at(p.bias, i);
        }
        for (int i = 0; i < row.recurrent().length; i++) {
            float product = at(p.recurrent, (long) own * r + i) + at(p.recurrentBias, i);
            row.recurrent()[i] = product;
            if (!cell.blocks().get(i / p.width).apart()) {
                row.activations()[i] += product;
            }
        }
        for (int j = 0; j < p.width; j++) {
            long unit = (long) r * p.stride + j;
            row.state[j] = at(p.state, unit);
            row.update[j] = maskAt(p.updateMask, unit);
            if (cell.hasMemory()) {
                row.memory[j] = at(p.memory, unit);
            }
        }
    }

    private void store(Slice p, int r) {
        for (int j = 0; j < p.width; j++) {
            long unit = (long) r * p.stride + j;
            float state = row.state[j];
            setFloat(p.state + 4 * unit, state);
            storeOperand(p.nextOperand, unit, state * maskAt(p.stateMask, unit), p.precision);
            if (p.output != 0) {
                setFloat(p.output + 4 * unit, state);
            }
            if (cell.hasMemory()) {
                setFloat(p.memory + 4 * unit, row.memory[j]);
            }
        }
        if (p.factors != 0) {
            int kept = factors * p.width;
            for (int i = 0; i < kept; i++) {
                storeOperand(p.factors, (long) kept * r + i, row.factors()[i], p.precision);
            }
        }
    }

    @Override
    public void backward(Slice p) {
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < p.width; j++) {
                backward(p, r, j);
            }
        }
    }

    private void backward(Slice p, int r, int j) {
        long unit = (long) r * p.stride + j;
        boolean remembers = cell.hasMemory();
        float ofState = gradientOfState(p, r, j);
        if (cell.carries() && !remembers) {
            ofState += getFloat(p.stateGradient + 4 * unit);
        }
        float ofMemory = !remembers
                ? ofState
                : Math.fma(ofState, factor(p, r, j, cell.shownFactor()), getFloat(p.memoryGradient + 4 * unit));
        for (int g = 0; g < gates; g++) {
            float target = cell.shows(g) ? ofState : ofMemory;
            long gate = (long) r * p.gateStride + (long) g * p.width + j;
            storeOperand(p.gateGradient, gate, target * factor(p, r, j, g), p.precision);
            if (row.recurrent().length > 0) {
                float recurrent = target * factor(p, r, j, cell.recurrentFactor(g));
                storeOperand(p.recurrentGateGradient, gate, recurrent, p.precision);
            }
        }
        if (cell.carries()) {
            float carried = ofMemory * factor(p, r, j, cell.carryFactor());
            setFloat((remembers ? p.memoryGradient : p.stateGradient) + 4 * unit, carried);
        }
    }

    private float factor(Slice p, int r, int j, int block) {
        return loadOperand(p.factors, ((long) factors * r + block) * p.width + j, p.precision);
    }

    /** What reaches the state after a micro-layer from the product above it, masked, and from the output. */
    private static float gradientOfState(Slice p, int r, int j) {
        long unit = (long) r * p.stride + j;
        float sum = 0;
        if (p.fromProduct != 0) {
            sum = at(p.fromProduct, (long) r * p.width + j) * maskAt(p.stateMask, unit);
        }
        return p.outputGradient == 0 ? sum : sum + at(p.outputGradient, unit);
    }

    private static float at(long array, long index) {
        return getFloat(array + 4 * index);
    }

    private static float maskAt(long mask, long index) {
        return mask == 0 ? 1f : getFloat(mask + 4 * index);
    }
}
