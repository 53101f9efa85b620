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

/** The RHN micro-layer with a carry gate of its own, element by element. */
final class ScalarFreeHighwayKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                long a = 3L * w * r + j;
                float h = tanh(at(p.preActivation, a) + at(p.bias, j));
                float t = sigmoid(at(p.preActivation, a + w) + at(p.bias, w + j));
                float c = sigmoid(at(p.preActivation, a + 2L * w) + at(p.bias, 2L * w + j));
                long unit = (long) r * p.stride + j;
                float s = at(p.state, unit);
                float uh = maskAt(p.updateMask, unit) * h;
                float next = Math.fma(t, uh, c * s);
                setFloat(p.state + 4 * unit, next);
                storeOperand(p.nextOperand, unit, next * maskAt(p.stateMask, unit), p.precision);
                if (p.output != 0) {
                    setFloat(p.output + 4 * unit, next);
                }
                if (p.factors != 0) {
                    long kept = 4L * w * r + j;
                    storeOperand(p.factors, kept, maskAt(p.updateMask, unit) * t * (1 - h * h), p.precision);
                    storeOperand(p.factors, kept + w, uh * t * (1 - t), p.precision);
                    storeOperand(p.factors, kept + 2L * w, s * c * (1 - c), p.precision);
                    storeOperand(p.factors, kept + 3L * w, c, p.precision);
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
                long kept = 4L * w * r + j;
                long gate = (long) r * p.gateStride + j;
                for (int g = 0; g < 3; g++) {
                    float factor = loadOperand(p.factors, kept + (long) g * w, p.precision);
                    storeOperand(p.gateGradient, gate + (long) g * w, ds * factor, p.precision);
                }
                setFloat(p.stateGradient + 4 * unit, ds * loadOperand(p.factors, kept + 3L * w, p.precision));
            }
        }
    }
}
