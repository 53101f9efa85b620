package org.rhn4j.cells;

import static org.rhn4j.cells.ScalarCellMath.at;
import static org.rhn4j.cells.ScalarCellMath.gradientOfState;
import static org.rhn4j.cells.ScalarCellMath.maskAt;
import static org.rhn4j.cells.ScalarCellMath.sigmoid;
import static org.rhn4j.cells.ScalarCellMath.tanh;
import static org.rhn4j.numbers.NativeMemory.getFloat;
import static org.rhn4j.numbers.NativeMemory.setFloat;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.loadOperand;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.storeOperand;

/** The coupled RHN micro-layer, element by element. */
final class ScalarHighwayKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                float h = tanh(at(p.preActivation, 2L * w * r + j) + at(p.bias, j));
                float t = sigmoid(at(p.preActivation, 2L * w * r + w + j) + at(p.bias, w + j));
                long unit = (long) r * p.stride + j;
                float s = at(p.state, unit);
                float u = maskAt(p.updateMask, unit);
                float d = u * h - s;
                float next = Math.fma(t, d, s); // t ⊙ u ⊙ h + (1 − t) ⊙ s
                setFloat(p.state + 4 * unit, next);
                storeOperand(p.nextOperand, unit, next * maskAt(p.stateMask, unit), p.precision);
                if (p.output != 0) {
                    setFloat(p.output + 4 * unit, next);
                }
                if (p.factors != 0) {
                    long kept = 3L * w * r + j;
                    storeOperand(p.factors, kept, u * t * (1 - h * h), p.precision);
                    storeOperand(p.factors, kept + w, d * t * (1 - t), p.precision);
                    storeOperand(p.factors, kept + 2L * w, 1 - t, p.precision);
                }
            }
        }
    }

    @Override
    public void backward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                long unit = (long) r * p.stride + j;
                float ds = getFloat(p.stateGradient + 4 * unit) + gradientOfState(p, r, j);
                long kept = 3L * w * r + j;
                long gate = (long) r * p.gateStride + j;
                storeOperand(p.gateGradient, gate, ds * loadOperand(p.factors, kept, p.precision), p.precision);
                storeOperand(p.gateGradient, gate + w, ds * loadOperand(p.factors, kept + w, p.precision), p.precision);
                setFloat(p.stateGradient + 4 * unit, ds * loadOperand(p.factors, kept + 2L * w, p.precision));
            }
        }
    }
}
