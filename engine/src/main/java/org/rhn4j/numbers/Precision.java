package org.rhn4j.numbers;

/** The type of the operands of matrix products. Sums, states and master weights are f32 in both. */
public enum Precision {
    /** 32-bit floats throughout. */
    F32(4),
    /** bfloat16 operands: 8 bits of mantissa, the range of f32. */
    BF16(2);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per operand element. */
    public int bytes() {
        return bytes;
    }
}
