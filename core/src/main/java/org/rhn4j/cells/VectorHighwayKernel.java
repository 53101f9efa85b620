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

/** {@link ScalarHighwayKernel} with vectors. */
final class VectorHighwayKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            long unit = (long) r * p.stride;
            long a = p.preActivation + 8L * w * r;
            long output = p.output == 0 ? p.state + 4 * unit : p.output + 4 * unit;
            if (p.factors == 0) {
                inferRow(a, p.bias, p.state + 4 * unit, p.nextOperand, unit, output, w, bf16);
            } else {
                trainRow(
                        a,
                        p.bias,
                        p.state + 4 * unit,
                        p.stateMask + 4 * unit,
                        p.updateMask + 4 * unit,
                        p.nextOperand,
                        unit,
                        output,
                        p.factors,
                        3L * w * r,
                        w,
                        bf16);
            }
        }
    }

    private static void inferRow(
            long a, long bias, long state, long operand, long unit, long output, int w, boolean bf16) {
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = tanh(load(a + 4L * j).add(load(bias + 4L * j)));
            FloatVector t = sigmoid(load(a + 4L * (w + j)).add(load(bias + 4L * (w + j))));
            FloatVector s = load(state + 4L * j);
            FloatVector next = t.fma(h.sub(s), s);
            store(next, state + 4L * j);
            store(next, output + 4L * j);
            storeOperand(next, operand, unit + j, bf16);
        }
    }

    private static void trainRow(
            long a,
            long bias,
            long state,
            long stateMask,
            long updateMask,
            long operand,
            long unit,
            long output,
            long factors,
            long kept,
            int w,
            boolean bf16) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = tanh(load(a + 4L * j).add(load(bias + 4L * j)));
            FloatVector t = sigmoid(load(a + 4L * (w + j)).add(load(bias + 4L * (w + j))));
            FloatVector s = load(state + 4L * j);
            FloatVector u = load(updateMask + 4L * j);
            FloatVector d = u.mul(h).sub(s);
            FloatVector next = t.fma(d, s);
            store(next, state + 4L * j);
            store(next, output + 4L * j);
            storeOperand(next.mul(load(stateMask + 4L * j)), operand, unit + j, bf16);
            FloatVector c = one.sub(t);
            storeOperand(u.mul(t).mul(one.sub(h.mul(h))), factors, kept + j, bf16);
            storeOperand(d.mul(t).mul(c), factors, kept + w + j, bf16);
            storeOperand(c, factors, kept + 2L * w + j, bf16);
        }
    }

    @Override
    public void backward(Slice p) {
        int w = p.width;
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            long unit = (long) r * p.stride;
            backwardRow(
                    p.stateGradient,
                    p.fromProduct,
                    (long) w * r,
                    p.stateMask,
                    p.outputGradient,
                    unit,
                    p.factors,
                    3L * w * r,
                    p.gateGradient,
                    (long) r * p.gateStride,
                    w,
                    bf16);
        }
    }

    private static void backwardRow(
            long stateGradient,
            long fromProduct,
            long q,
            long stateMask,
            long outputGradient,
            long unit,
            long factors,
            long kept,
            long gateGradient,
            long gate,
            int w,
            boolean bf16) {
        for (int j = 0; j < w; j += LANES) {
            FloatVector carried = load(stateGradient + 4 * (unit + j));
            FloatVector ds = gradientOfState(carried, fromProduct, q + j, stateMask, outputGradient, unit + j);
            storeOperand(ds.mul(loadOperand(factors, kept + j, bf16)), gateGradient, gate + j, bf16);
            storeOperand(ds.mul(loadOperand(factors, kept + w + j, bf16)), gateGradient, gate + w + j, bf16);
            store(ds.mul(loadOperand(factors, kept + 2L * w + j, bf16)), stateGradient + 4 * (unit + j));
        }
    }
}
