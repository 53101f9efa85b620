package org.rhn4j.cells;

import static org.rhn4j.numbers.NativeMemory.getFloat;

/** What the scalar kernels share. */
final class ScalarCellMath {
    private ScalarCellMath() {}

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static float tanh(float x) {
        return (float) Math.tanh(x);
    }

    static float at(long array, long index) {
        return getFloat(array + 4 * index);
    }

    static float maskAt(long mask, long index) {
        return mask == 0 ? 1f : getFloat(mask + 4 * index);
    }

    /** What reaches the state after a micro-layer from the product above it, masked, and from the output. */
    static float gradientOfState(CellKernel.Slice p, int row, int unit) {
        long index = (long) row * p.stride + unit;
        float sum = 0;
        if (p.fromProduct != 0) {
            sum = at(p.fromProduct, (long) row * p.width + unit) * maskAt(p.stateMask, index);
        }
        return p.outputGradient == 0 ? sum : sum + at(p.outputGradient, index);
    }
}
