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

/** {@link DeepTransition} with vectors. */
final class VectorDeepTransitionKernel implements CellKernel {
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
        long a = p.preActivation + 4L * w * r;
        long unit = (long) r * p.stride;
        VectorActivations.tanh(a, p.bias, w);
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = load(a + 4L * j);
            store(h, p.state + 4 * (unit + j));
            if (p.output != 0) {
                store(h, p.output + 4 * (unit + j));
            }
            FloatVector masked = p.stateMask == 0 ? h : h.mul(load(p.stateMask + 4 * (unit + j)));
            storeOperand(masked, p.nextOperand, unit + j, bf16);
            if (p.factors != 0) {
                storeOperand(one.sub(h.mul(h)), p.factors, (long) w * r + j, bf16);
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
        long q = (long) w * r;
        long gate = (long) r * p.gateStride;
        for (int j = 0; j < w; j += LANES) {
            FloatVector ds = gradientOfState(zero, p.fromProduct, q + j, p.stateMask, p.outputGradient, unit + j);
            storeOperand(ds.mul(loadOperand(p.factors, q + j, bf16)), p.gateGradient, gate + j, bf16);
        }
    }
}
