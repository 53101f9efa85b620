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

/** {@link RecurrentHighway} with a carry gate of its own, with vectors. */
final class VectorFreeHighwayKernel implements CellKernel {
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
        long a = p.preActivation + 12L * w * r;
        long unit = (long) r * p.stride;
        long kept = 4L * w * r;
        VectorActivations.tanh(a, bias, w);
        VectorActivations.sigmoid(a + 4L * w, bias + 4L * w, 2 * w);
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = load(a + 4L * j);
            FloatVector t = load(a + 4L * (w + j));
            FloatVector c = load(a + 4L * (2 * w + j));
            FloatVector s = load(p.state + 4 * (unit + j));
            FloatVector u = p.updateMask == 0 ? one : load(p.updateMask + 4 * (unit + j));
            FloatVector next = t.fma(u.mul(h), c.mul(s));
            store(next, p.state + 4 * (unit + j));
            if (p.output != 0) {
                store(next, p.output + 4 * (unit + j));
            }
            FloatVector masked = p.stateMask == 0 ? next : next.mul(load(p.stateMask + 4 * (unit + j)));
            storeOperand(masked, p.nextOperand, unit + j, bf16);
            if (p.factors != 0) {
                storeOperand(u.mul(t).mul(one.sub(h.mul(h))), p.factors, kept + j, bf16);
                storeOperand(u.mul(h).mul(t).mul(one.sub(t)), p.factors, kept + w + j, bf16);
                storeOperand(s.mul(c).mul(one.sub(c)), p.factors, kept + 2L * w + j, bf16);
                storeOperand(c, p.factors, kept + 3L * w + j, bf16);
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
        int w = p.width;
        long unit = (long) r * p.stride;
        long kept = 4L * w * r;
        long gate = (long) r * p.gateStride;
        for (int j = 0; j < w; j += LANES) {
            FloatVector carried = load(p.stateGradient + 4 * (unit + j));
            FloatVector ds =
                    gradientOfState(carried, p.fromProduct, (long) w * r + j, p.stateMask, p.outputGradient, unit + j);
            storeOperand(ds.mul(loadOperand(p.factors, kept + j, bf16)), p.gateGradient, gate + j, bf16);
            storeOperand(ds.mul(loadOperand(p.factors, kept + w + j, bf16)), p.gateGradient, gate + w + j, bf16);
            storeOperand(
                    ds.mul(loadOperand(p.factors, kept + 2L * w + j, bf16)), p.gateGradient, gate + 2L * w + j, bf16);
            store(ds.mul(loadOperand(p.factors, kept + 3L * w + j, bf16)), p.stateGradient + 4 * (unit + j));
        }
    }
}
