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

/** The LSTM step, element by element. */
final class ScalarLstmKernel implements CellKernel {
    @Override
    public void forward(Slice p) {
        int w = p.width;
        for (int r = 0; r < p.rows; r++) {
            for (int j = 0; j < w; j++) {
                long a = 4L * w * r + j;
                float i = sigmoid(at(p.preActivation, a) + at(p.bias, j));
                float f = sigmoid(at(p.preActivation, a + w) + at(p.bias, w + j));
                float g = tanh(at(p.preActivation, a + 2L * w) + at(p.bias, 2L * w + j));
                float o = sigmoid(at(p.preActivation, a + 3L * w) + at(p.bias, 3L * w + j));
                long unit = (long) r * p.stride + j;
                float u = maskAt(p.updateMask, unit);
                float before = at(p.memory, unit);
                float c = Math.fma(f, before, u * i * g);
                float tanhC = tanh(c);
                float h = o * tanhC;
                setFloat(p.memory + 4 * unit, c);
                setFloat(p.state + 4 * unit, h);
                storeOperand(p.nextOperand, unit, h * maskAt(p.stateMask, unit), p.precision);
                if (p.output != 0) {
                    setFloat(p.output + 4 * unit, h);
                }
                if (p.factors != 0) {
                    long kept = 6L * w * r + j;
                    storeOperand(p.factors, kept, u * g * i * (1 - i), p.precision);
                    storeOperand(p.factors, kept + w, before * f * (1 - f), p.precision);
                    storeOperand(p.factors, kept + 2L * w, u * i * (1 - g * g), p.precision);
                    storeOperand(p.factors, kept + 3L * w, tanhC * o * (1 - o), p.precision);
                    storeOperand(p.factors, kept + 4L * w, o * (1 - tanhC * tanhC), p.precision);
                    storeOperand(p.factors, kept + 5L * w, f, p.precision);
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
                long kept = 6L * w * r + j;
                long gate = (long) r * p.gateStride + j;
                float dh = gradientOfState(p, r, j);
                float dc = Math.fma(
                        dh, loadOperand(p.factors, kept + 4L * w, p.precision), getFloat(p.memoryGradient + 4 * unit));
                for (int g = 0; g < 3; g++) {
                    float factor = loadOperand(p.factors, kept + (long) g * w, p.precision);
                    storeOperand(p.gateGradient, gate + (long) g * w, dc * factor, p.precision);
                }
                float ofOutput = loadOperand(p.factors, kept + 3L * w, p.precision);
                storeOperand(p.gateGradient, gate + 3L * w, dh * ofOutput, p.precision);
                setFloat(p.memoryGradient + 4 * unit, dc * loadOperand(p.factors, kept + 5L * w, p.precision));
            }
        }
    }
}
