package org.rhn4j.cells;

import static org.rhn4j.cells.VectorCellMath.gradientOfState;
import static org.rhn4j.cells.VectorCellMath.loadOperand;
import static org.rhn4j.cells.VectorCellMath.storeOperand;
import static org.rhn4j.numbers.pointwise.VectorMath.FLOATS;
import static org.rhn4j.numbers.pointwise.VectorMath.LANES;
import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.sigmoid;
import static org.rhn4j.numbers.pointwise.VectorMath.store;
import static org.rhn4j.numbers.pointwise.VectorMath.tanh;

import jdk.incubator.vector.FloatVector;
import org.rhn4j.numbers.Precision;

/** {@link ScalarLstmKernel} with vectors. */
final class VectorLstmKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            forwardRow(p, r, bf16);
        }
    }

    private static void forwardRow(Slice p, int r, boolean bf16) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        int w = p.width;
        long bias = p.bias;
        long a = p.preActivation + 16L * w * r;
        long unit = (long) r * p.stride;
        long kept = 6L * w * r;
        for (int j = 0; j < w; j += LANES) {
            FloatVector i = sigmoid(load(a + 4L * j).add(load(bias + 4L * j)));
            FloatVector f = sigmoid(load(a + 4L * (w + j)).add(load(bias + 4L * (w + j))));
            FloatVector g = tanh(load(a + 4L * (2 * w + j)).add(load(bias + 4L * (2 * w + j))));
            FloatVector o = sigmoid(load(a + 4L * (3 * w + j)).add(load(bias + 4L * (3 * w + j))));
            FloatVector u = p.updateMask == 0 ? one : load(p.updateMask + 4 * (unit + j));
            FloatVector before = load(p.memory + 4 * (unit + j));
            FloatVector ui = u.mul(i);
            FloatVector c = f.fma(before, ui.mul(g));
            FloatVector tanhC = tanh(c);
            FloatVector h = o.mul(tanhC);
            store(c, p.memory + 4 * (unit + j));
            store(h, p.state + 4 * (unit + j));
            if (p.output != 0) {
                store(h, p.output + 4 * (unit + j));
            }
            FloatVector masked = p.stateMask == 0 ? h : h.mul(load(p.stateMask + 4 * (unit + j)));
            storeOperand(masked, p.nextOperand, unit + j, bf16);
            if (p.factors != 0) {
                storeOperand(ui.mul(g).mul(one.sub(i)), p.factors, kept + j, bf16);
                storeOperand(before.mul(f).mul(one.sub(f)), p.factors, kept + w + j, bf16);
                storeOperand(ui.mul(one.sub(g.mul(g))), p.factors, kept + 2L * w + j, bf16);
                storeOperand(h.mul(one.sub(o)), p.factors, kept + 3L * w + j, bf16);
                storeOperand(o.mul(one.sub(tanhC.mul(tanhC))), p.factors, kept + 4L * w + j, bf16);
                storeOperand(f, p.factors, kept + 5L * w + j, bf16);
            }
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
