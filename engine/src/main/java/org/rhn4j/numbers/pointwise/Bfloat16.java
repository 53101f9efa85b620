package org.rhn4j.numbers.pointwise;

/** Conversion between float and bfloat16, the upper half of a float's bits. */
public final class Bfloat16 {
    private Bfloat16() {}

    /** The nearest bfloat16, ties to even, as its 16 bits. NaN stays NaN. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The float with the same value. */
    public static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The value rounded to bfloat16. */
    public static float round(float value) {
        return toFloat(fromFloat(value));
    }
}
