package org.rhn4j.numbers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * All of the process's memory as one segment, so that kernels take plain addresses as the native library does.
 *
 * <p>Kernels run in innermost loops; with one segment per buffer each access would check a length and an owner's
 * liveness that the caller, which owns the {@link Workspace}, has fixed long before. The price is the usual one of
 * native code: an address out of place is a crash. So only the engine sees addresses, no public method takes one, and
 * every kernel is compared with its scalar reference at awkward sizes.
 */
public final class NativeMemory {
    /** Every address, from 0. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private NativeMemory() {}

    /** The float at an address. */
    public static float getFloat(long address) {
        return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
    }

    /** Sets the float at an address. */
    public static void setFloat(long address, float value) {
        ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
    }

    /** The 16 bits at an address. */
    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    /** Sets the 16 bits at an address. */
    public static void setShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
    }

    /** Fills a range with zeros. */
    public static void zero(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    /** Copies bytes between ranges that do not overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** Copies floats out. */
    public static void copyOut(long from, float[] to, int start, int count) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, from, to, start, count);
    }

    /** Copies floats in. */
    public static void copyIn(float[] from, int start, long to, int count) {
        MemorySegment.copy(from, start, ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, to, count);
    }
}
