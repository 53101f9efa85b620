package org.rhn4j.cells;

import static org.rhn4j.cells.ScalarCellMath.at;
import static org.rhn4j.cells.ScalarCellMath.gradientOfState;
import static org.rhn4j.cells.ScalarCellMath.maskAt;
import static org.rhn4j.cells.ScalarCellMath.tanh;
import static org.rhn4j.numbers.NativeMemory.setFloat;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.loadOperand;
import static org.rhn4j.numbers.pointwise.ScalarPointwise.storeOperand;

/** The plain micro-layer, element by element. Nothing is carried. */
final class ScalarDeepTransitionKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                float h = tanh(at(p.preActivation, (long) w * r + j) + at(p.bias, j));
                long unit = (long) r * p.stride + j;
                setFloat(p.state + 4 * unit, h);
                storeOperand(p.nextOperand, unit, h * maskAt(p.stateMask, unit), p.precision);
                if (p.output != 0) {
                    setFloat(p.output + 4 * unit, h);
                }
                if (p.factors != 0) {
                    storeOperand(p.factors, (long) w * r + j, 1 - h * h, p.precision);
                }
            }
        }
    }

    @Override
    public void backward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                float ds = gradientOfState(p, r, j);
                float factor = loadOperand(p.factors, (long) w * r + j, p.precision);
                storeOperand(p.gateGradient, (long) r * p.gateStride + j, ds * factor, p.precision);
            }
        }
    }
}
