package org.rhn4j.numbers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.rhn4j.numbers.pointwise.ScalarPointwise;

/**
 * Numbers in native memory for tests of kernels, between two guard zones that {@link #values} checks. They start at an
 * address that no vector is aligned to, since kernels promise to take any.
 */
public final class NativeFloats {
    private static final int GUARD = 68;
    private static final byte GUARD_BYTE = 0x5A;

    private final MemorySegment all;
    private final int count;
    private final Precision precision;

    private NativeFloats(Arena arena, float[] values, Precision precision) {
        this.count = values.length;
        this.precision = precision;
        this.all = arena.allocate(2L * GUARD + (long) count * precision.bytes(), 128);
        all.fill(GUARD_BYTE);
        for (int i = 0; i < count; i++) {
            ScalarPointwise.storeOperand(address(), i, values[i], precision);
        }
    }

    /** Puts floats into native memory. */
    public static NativeFloats of(Arena arena, float... values) {
        return new NativeFloats(arena, values, Precision.F32);
    }

    /** Puts floats into native memory as operands of a precision. */
    public static NativeFloats operands(Arena arena, float[] values, Precision precision) {
        return new NativeFloats(arena, values, precision);
    }

    /** Returns {@code count} numbers uniform in ±scale. */
    public static float[] uniform(SplittableRandom random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-scale, scale);
        }
        return values;
    }

    /** Returns {@code count} numbers, of which about a third are 0 and the others 1.5. */
    public static float[] mask(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(3) == 0 ? 0f : 1.5f;
        }
        return values;
    }

    /** Returns the address of the first number. */
    public long address() {
        return all.address() + GUARD;
    }

    /** Returns the numbers, after a check that nothing was written outside of them. */
    public float[] values() {
        long end = all.byteSize();
        for (long at = 0; at < end; at++) {
            boolean guard = at < GUARD || at >= end - GUARD;
            if (guard && all.get(ValueLayout.JAVA_BYTE, at) != GUARD_BYTE) {
                throw new AssertionError("a kernel wrote at byte " + (at - GUARD) + " of " + (end - 2 * GUARD));
            }
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = ScalarPointwise.loadOperand(address(), i, precision);
        }
        return values;
    }
}
