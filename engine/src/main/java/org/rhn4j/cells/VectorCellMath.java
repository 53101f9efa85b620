package org.rhn4j.cells;

import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.loadBfloat16;
import static org.rhn4j.numbers.pointwise.VectorMath.store;
import static org.rhn4j.numbers.pointwise.VectorMath.storeBfloat16;

import jdk.incubator.vector.FloatVector;

/** What the vector kernels share. Small, so that the compiler puts all of it into their loops. */
final class VectorCellMath {
    private VectorCellMath() {}

    /** Loads from an operand array whose elements take {@code 1 << shift} bytes. */
    static FloatVector loadOperand(long operand, long index, boolean bf16) {
        return bf16 ? loadBfloat16(operand + 2 * index) : load(operand + 4 * index);
    }

    static void storeOperand(FloatVector value, long operand, long index, boolean bf16) {
        if (bf16) {
            storeBfloat16(value, operand + 2 * index);
        } else {
            store(value, operand + 4 * index);
        }
    }

    /** base + q ⊙ m_s + output gradient, where each may be none. */
    static FloatVector gradientOfState(
            FloatVector base, long fromProduct, long q, long stateMask, long outputGradient, long unit) {
        FloatVector sum = base;
        if (fromProduct != 0) {
            FloatVector returned = load(fromProduct + 4 * q);
            sum = stateMask == 0 ? sum.add(returned) : returned.fma(load(stateMask + 4 * unit), sum);
        }
        return outputGradient == 0 ? sum : sum.add(load(outputGradient + 4 * unit));
    }
}
