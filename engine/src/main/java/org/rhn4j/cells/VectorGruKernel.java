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

/** {@link Gru} with vectors. */
final class VectorGruKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        boolean bf16 = p.precision == Precision.BF16;
        for (int r = 0; r < p.rows; r++) {
            forwardRow(p, r, bf16);
        }
    }

    private static void forwardRow(Slice p, int r, boolean bf16) {
        int w = p.width;
        long a = p.preActivation + 12L * w * r;
        long q = p.recurrent + 12L * w * r;
        long unit = (long) r * p.stride;
        long updateMask = p.updateMask == 0 ? 0 : p.updateMask + 4 * unit;
        addProducts(a, q, p.recurrentBias, 2 * w);
        VectorActivations.sigmoid(a, p.bias, 2 * w);
        resetProducts(a, q + 8L * w, p.recurrentBias + 8L * w, p.scratch, w);
        VectorActivations.tanh(a + 8L * w, p.bias + 8L * w, w);
        stateOfRow(p, a, updateMask, unit, bf16);
        if (p.factors != 0) {
            factorsOfRow(a, updateMask, p.scratch, p.factors, 5L * w * r, w, bf16);
        }
    }

    private static void addProducts(long a, long q, long bias, int n) {
        for (int j = 0; j < n; j += LANES) {
            store(load(a + 4L * j).add(load(q + 4L * j).add(load(bias + 4L * j))), a + 4L * j);
        }
    }

    /** Adds r ⊙ (q + b) to the candidate's pre-activations; keeps q + b in {@code product}. */
    private static void resetProducts(long a, long q, long bias, long product, int w) {
        for (int j = 0; j < w; j += LANES) {
            FloatVector sum = load(q + 4L * j).add(load(bias + 4L * j));
            store(sum, product + 4L * j);
            store(load(a + 4L * j).fma(sum, load(a + 4L * (2 * w + j))), a + 4L * (2 * w + j));
        }
    }

    /** h ← u ⊙ n + z ⊙ d with d = h − u ⊙ n, which is kept in the second half of the scratch. */
    private static void stateOfRow(Slice p, long a, long updateMask, long unit, boolean bf16) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        int w = p.width;
        for (int j = 0; j < w; j += LANES) {
            FloatVector u = updateMask == 0 ? one : load(updateMask + 4L * j);
            FloatVector un = u.mul(load(a + 4L * (2 * w + j)));
            FloatVector d = load(p.state + 4 * (unit + j)).sub(un);
            FloatVector h = load(a + 4L * (w + j)).fma(d, un);
            store(d, p.scratch + 4L * (w + j));
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
            FloatVector r = load(a + 4L * j);
            FloatVector z = load(a + 4L * (w + j));
            FloatVector n = load(a + 4L * (2 * w + j));
            FloatVector s = one.sub(z);
            FloatVector us = updateMask == 0 ? s : s.mul(load(updateMask + 4L * j));
            FloatVector byCandidate = us.mul(one.sub(n.mul(n)));
            FloatVector byReset = byCandidate.mul(load(scratch + 4L * j));
            storeOperand(byReset.mul(r).mul(one.sub(r)), factors, kept + j, bf16);
            storeOperand(load(scratch + 4L * (w + j)).mul(z).mul(s), factors, kept + w + j, bf16);
            storeOperand(byCandidate, factors, kept + 2L * w + j, bf16);
            storeOperand(byCandidate.mul(r), factors, kept + 3L * w + j, bf16);
            storeOperand(z, factors, kept + 4L * w + j, bf16);
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
        long kept = 5L * w * r;
        long gate = (long) r * p.gateStride;
        for (int j = 0; j < w; j += LANES) {
            FloatVector carried = load(p.stateGradient + 4 * (unit + j));
            FloatVector dh =
                    gradientOfState(carried, p.fromProduct, (long) w * r + j, p.stateMask, p.outputGradient, unit + j);
            FloatVector dr = dh.mul(loadOperand(p.factors, kept + j, bf16));
            FloatVector dz = dh.mul(loadOperand(p.factors, kept + w + j, bf16));
            storeOperand(dr, p.gateGradient, gate + j, bf16);
            storeOperand(dr, p.recurrentGateGradient, gate + j, bf16);
            storeOperand(dz, p.gateGradient, gate + w + j, bf16);
            storeOperand(dz, p.recurrentGateGradient, gate + w + j, bf16);
            storeOperand(
                    dh.mul(loadOperand(p.factors, kept + 2L * w + j, bf16)), p.gateGradient, gate + 2L * w + j, bf16);
            storeOperand(
                    dh.mul(loadOperand(p.factors, kept + 3L * w + j, bf16)),
                    p.recurrentGateGradient,
                    gate + 2L * w + j,
                    bf16);
            store(dh.mul(loadOperand(p.factors, kept + 4L * w + j, bf16)), p.stateGradient + 4 * (unit + j));
        }
    }
}
