package org.rhn4j.numbers.pointwise;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.rhn4j.numbers.NativeMemory;

/**
 * exp, sigmoid and tanh on vectors, and loads and stores of operands in either precision.
 *
 * <p>exp: x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ − 1 by its Taylor polynomial to r⁷ (error below 2⁻²⁶ of eʳ), times 2ⁿ
 * put straight into the exponent bits. tanh x = (e²ˣ − 1) / (e²ˣ + 1) from the same eʳ − 1, so that small x keeps its
 * relative precision. A few units in the last place from {@link Math}; the test states how many.
 */
public final class VectorMath {
    /** The widest float vector of this processor. */
    public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    /** Lanes of {@link #FLOATS}; divides 16. */
    public static final int LANES = FLOATS.length();

    /** The byte order of operands in memory. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    private static final float LOG2_E = 0x1.715476p0f;
    private static final float LN2_HIGH = 0x1.62e4p-1f;
    private static final float LN2_LOW = 0x1.7f7d1cp-20f;
    /** 1.5 · 2²³: adding it rounds to an integer and leaves that integer in the low bits. */
    private static final float ROUND = 12582912f;

    private VectorMath() {}

    /** eˣ, for −87 ≤ x ≤ 88; values outside are clamped to these. */
    public static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.max(-87f).min(88f);
        FloatVector shifted = clamped.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = reduce(clamped, n);
        FloatVector p = expm1Polynomial(r).add(1f);
        return p.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    /** 1 / (1 + e⁻ˣ). */
    public static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(FLOATS, 1f).div(exp(x.neg()).add(1f));
    }

    /** tanh x. */
    public static FloatVector tanh(FloatVector x) {
        FloatVector y = x.add(x).max(-40f).min(40f);
        FloatVector shifted = y.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector p = expm1Polynomial(reduce(y, n));
        FloatVector scale = shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .add(0x3F800000)
                .reinterpretAsFloats();
        // e^y - 1 = 2^n (e^r - 1) + (2^n - 1): exact in the second term, so nothing cancels near zero
        FloatVector expm1 = p.fma(scale, scale.sub(1f));
        return expm1.div(expm1.add(2f));
    }

    private static FloatVector reduce(FloatVector x, FloatVector n) {
        FloatVector high = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), x);
        return n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), high);
    }

    private static FloatVector expm1Polynomial(FloatVector r) {
        FloatVector p = FloatVector.broadcast(FLOATS, 1f / 5040f);
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 720f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 120f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 24f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1f / 6f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
        return p.mul(r).fma(r, r);
    }

    /**
     * The sum of all lanes, first to last.
     *
     * <p>Not {@code reduceLanes}: that adds in an order of its own, and in another one before the method is compiled than
     * after, so a result would depend on when the compiler was done.
     */
    public static float sum(FloatVector v) {
        float[] lanes = v.toArray();
        float sum = 0;
        for (float lane : lanes) {
            sum += lane;
        }
        return sum;
    }

    /** {@link #LANES} floats at an address. */
    public static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, NativeMemory.ALL, address, ORDER);
    }

    /** Stores {@link #LANES} floats at an address. */
    public static void store(FloatVector value, long address) {
        value.intoMemorySegment(NativeMemory.ALL, address, ORDER);
    }

    /** {@link #LANES} bfloat16s at an address, as floats. */
    public static FloatVector loadBfloat16(long address) {
        IntVector wide = (IntVector) ShortVector.fromMemorySegment(SHORTS, NativeMemory.ALL, address, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        return wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** Rounds to bfloat16 as {@link Bfloat16} does, and stores {@link #LANES} of them at an address. */
    public static void storeBfloat16(FloatVector value, long address) {
        IntVector upper = roundedToBfloat16(value).lanewise(VectorOperators.LSHR, 16);
        ((ShortVector) upper.convertShape(VectorOperators.I2S, SHORTS, 0))
                .intoMemorySegment(NativeMemory.ALL, address, ORDER);
    }

    /** Bits whose upper halves are the nearest bfloat16s, ties to even; what the lower ones hold means nothing. */
    static IntVector roundedToBfloat16(FloatVector value) {
        IntVector bits = value.reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        // a payload that carries over would make the NaN a zero or an infinity
        return bits.add(odd)
                .add(0x7FFF)
                .blend(bits.or(0x40_0000), value.test(VectorOperators.IS_NAN).cast(INTS));
    }
}
