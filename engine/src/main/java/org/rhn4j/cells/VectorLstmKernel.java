package org.rhn4j.cells;

import static org.rhn4j.cells.VectorCellMath.gradientOfState;
import static org.rhn4j.cells.VectorCellMath.loadOperand;
import static org.rhn4j.cells.VectorCellMath.storeOperand;
import static org.rhn4j.numbers.pointwise.VectorMath.FLOATS;
import static org.rhn4j.numbers.pointwise.VectorMath.LANES;
import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.pointwise.VectorActivations;

/** {@link Lstm} with vectors. */
final class VectorLstmKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            forwardRow(p, r, bf16);
        }
    }

    private static void forwardRow(Slice p, int r, boolean bf16) {
        int w = p.width;
        long a = p.preActivation + 16L * w * r;
        long unit = (long) r * p.stride;
        VectorActivations.sigmoid(a, p.bias, 2 * w);
        VectorActivations.tanh(a + 8L * w, p.bias + 8L * w, w);
        VectorActivations.sigmoid(a + 12L * w, p.bias + 12L * w, w);
        memoryOfRow(a, p.memory + 4 * unit, updateMask(p, unit), p.scratch, w);
        VectorActivations.tanhTo(p.memory + 4 * unit, p.scratch + 4L * w, w);
        outputOfRow(p, a, unit, bf16);
        if (p.factors != 0) {
            factorsOfRow(a, updateMask(p, unit), p.scratch, p.factors, 6L * w * r, w, bf16);
        }
    }

    private static long updateMask(Slice p, long unit) {
        return p.updateMask == 0 ? 0 : p.updateMask + 4 * unit;
    }

    /** c ← f ⊙ c + u ⊙ i ⊙ g; keeps the c before in {@code before}. */
    private static void memoryOfRow(long a, long memory, long updateMask, long before, int w) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int j = 0; j < w; j += LANES) {
            FloatVector c = load(memory + 4L * j);
            FloatVector u = updateMask == 0 ? one : load(updateMask + 4L * j);
            FloatVector ui = u.mul(load(a + 4L * j));
            store(c, before + 4L * j);
            store(load(a + 4L * (w + j)).fma(c, ui.mul(load(a + 4L * (2 * w + j)))), memory + 4L * j);
        }
    }

    /** h ← o ⊙ tanh c, with tanh c in the second half of the scratch. */
    private static void outputOfRow(Slice p, long a, long unit, boolean bf16) {
        int w = p.width;
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = load(a + 4L * (3 * w + j)).mul(load(p.scratch + 4L * (w + j)));
            store(h, p.state + 4 * (unit + j));
            if (p.output != 0) {
                store(h, p.output + 4 * (unit + j));
            }
            FloatVector masked = p.stateMask == 0 ? h : h.mul(load(p.stateMask + 4 * (unit + j)));
            storeOperand(masked, p.nextOperand, unit + j, bf16);
        }
    }

    private static void factorsOfRow(
            long a, long updateMask, long scratch, long factors, long kept, int w, boolean bf16) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int j = 0; j < w; j += LANES) {
            FloatVector i = load(a + 4L * j);
            FloatVector f = load(a + 4L * (w + j));
            FloatVector g = load(a + 4L * (2 * w + j));
            FloatVector o = load(a + 4L * (3 * w + j));
            FloatVector tanhC = load(scratch + 4L * (w + j));
            FloatVector ui = updateMask == 0 ? i : load(updateMask + 4L * j).mul(i);
            storeOperand(ui.mul(g).mul(one.sub(i)), factors, kept + j, bf16);
            storeOperand(load(scratch + 4L * j).mul(f).mul(one.sub(f)), factors, kept + w + j, bf16);
            storeOperand(ui.mul(one.sub(g.mul(g))), factors, kept + 2L * w + j, bf16);
            storeOperand(tanhC.mul(o).mul(one.sub(o)), factors, kept + 3L * w + j, bf16);
            storeOperand(o.mul(one.sub(tanhC.mul(tanhC))), factors, kept + 4L * w + j, bf16);
            storeOperand(f, factors, kept + 5L * w + j, bf16);
        }
    }

    @Override
    public void backward(Slice p) {
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            backwardRow(p, r, bf16);
        }
    }

    private static void backwardRow(Slice p, int r, boolean bf16) {
        FloatVector zero = FloatVector.zero(FLOATS);
        int w = p.width;
        long unit = (long) r * p.stride;
        long kept = 6L * w * r;
        long gate = (long) r * p.gateStride;
        for (int j = 0; j < w; j += LANES) {
            FloatVector dh =
                    gradientOfState(zero, p.fromProduct, (long) w * r + j, p.stateMask, p.outputGradient, unit + j);
            FloatVector dc =
                    dh.fma(loadOperand(p.factors, kept + 4L * w + j, bf16), load(p.memoryGradient + 4 * (unit + j)));
            storeOperand(dc.mul(loadOperand(p.factors, kept + j, bf16)), p.gateGradient, gate + j, bf16);
            storeOperand(dc.mul(loadOperand(p.factors, kept + w + j, bf16)), p.gateGradient, gate + w + j, bf16);
            storeOperand(
                    dc.mul(loadOperand(p.factors, kept + 2L * w + j, bf16)), p.gateGradient, gate + 2L * w + j, bf16);
            storeOperand(
                    dh.mul(loadOperand(p.factors, kept + 3L * w + j, bf16)), p.gateGradient, gate + 3L * w + j, bf16);
            store(dc.mul(loadOperand(p.factors, kept + 5L * w + j, bf16)), p.memoryGradient + 4 * (unit + j));
        }
    }
}
