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

/** {@link RecurrentHighway}, its gates coupled, with vectors. */
final class VectorHighwayKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            long unit = (long) r * p.stride;
            long a = p.preActivation + 8L * w * r;
            long output = p.output == 0 ? p.state + 4 * unit : p.output + 4 * unit;
            VectorActivations.tanh(a, p.bias, w);
            VectorActivations.sigmoid(a + 4L * w, p.bias + 4L * w, w);
            if (p.factors == 0) {
                inferRow(a, p.state + 4 * unit, p.nextOperand, unit, output, w, bf16);
            } else {
                trainRow(
                        a,
                        p.state + 4 * unit,
                        p.stateMask + 4 * unit,
                        p.updateMask + 4 * unit,
                        p.nextOperand,
                        unit,
                        output,
                        p.scratch,
                        w,
                        bf16);
                factorsOfRow(a, p.updateMask + 4 * unit, p.scratch, p.factors, 3L * w * r, w, bf16);
            }
        }
    }

    /** With h and t [w] at {@code a}: s ← s + t ⊙ (h − s). */
    private static void inferRow(long a, long state, long operand, long unit, long output, int w, boolean bf16) {
        for (int j = 0; j < w; j += LANES) {
            FloatVector s = load(state + 4L * j);
            FloatVector next = load(a + 4L * (w + j)).fma(load(a + 4L * j).sub(s), s);
            store(next, state + 4L * j);
            store(next, output + 4L * j);
            storeOperand(next, operand, unit + j, bf16);
        }
    }

    /** The same with u ⊙ h for h; leaves d = u ⊙ h − s for the factors. */
    private static void trainRow(
            long a,
            long state,
            long stateMask,
            long updateMask,
            long operand,
            long unit,
            long output,
            long difference,
            int w,
            boolean bf16) {
        for (int j = 0; j < w; j += LANES) {
            FloatVector s = load(state + 4L * j);
            FloatVector d = load(updateMask + 4L * j).mul(load(a + 4L * j)).sub(s);
            FloatVector next = load(a + 4L * (w + j)).fma(d, s);
            store(d, difference + 4L * j);
            store(next, state + 4L * j);
            store(next, output + 4L * j);
            storeOperand(next.mul(load(stateMask + 4L * j)), operand, unit + j, bf16);
        }
    }

    /** ∂s'/∂a of both gates, u t (1 − h²) and d t (1 − t), and the carry 1 − t. */
    private static void factorsOfRow(
            long a, long updateMask, long difference, long factors, long kept, int w, boolean bf16) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int j = 0; j < w; j += LANES) {
            FloatVector h = load(a + 4L * j);
            FloatVector t = load(a + 4L * (w + j));
            FloatVector c = one.sub(t);
            FloatVector ut = load(updateMask + 4L * j).mul(t);
            storeOperand(ut.mul(one.sub(h.mul(h))), factors, kept + j, bf16);
            storeOperand(load(difference + 4L * j).mul(t).mul(c), factors, kept + w + j, bf16);
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
