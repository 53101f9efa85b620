package org.rhn4j.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.rhn4j.UserError;

/**
 * A tensor as it lies in a file: row-major, little-endian, at any alignment.
 *
 * @param name its name in the file
 * @param dtype the type of its elements
 * @param shape its sizes, outermost first; empty for a scalar; not to be modified
 * @param data its bytes, read-only, valid while the {@link SafetensorsFile} it came from is open
 */
@SuppressWarnings("ArrayRecordComponent") // Sizes are compared element by element below.
public record StoredTensor(String name, DType dtype, long[] shape, MemorySegment data) {
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** How many elements there are: the product of the shape. */
    public long elementCount() {
        return data.byteSize() / dtype.bytes();
    }

    /**
     * The elements as floats, rounded to nearest where the stored type is finer.
     *
     * @throws UserError if there are more than an array can hold
     */
    public float[] toFloats() {
        float[] values = new float[arrayLength()];
        copyTo(MemorySegment.ofArray(values));
        return values;
    }

    /**
     * The elements as doubles.
     *
     * @throws UserError if there are more than an array can hold
     */
    public double[] toDoubles() {
        double[] values = new double[arrayLength()];
        if (dtype == DType.F64) {
            MemorySegment.copy(data, F64, 0, values, 0, values.length);
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.isFloating() ? floatAt(i) : longAt(i);
        }
        return values;
    }

    /**
     * The elements as ints.
     *
     * @throws UserError if the stored type is a floating-point one, if an element does not fit, or if there are more
     *     than an array can hold
     */
    public int[] toInts() {
        requireWholeNumbers();
        int[] values = new int[arrayLength()];
        for (int i = 0; i < values.length; i++) {
            long value = longAt(i);
            if (value != (int) value) {
                throw new UserError(("Tensor %s holds %d at index %d, which is beyond a 32-bit integer; "
                                + "this file does not suit this program.")
                        .formatted(name, value, i));
            }
            values[i] = (int) value;
        }
        return values;
    }

    /**
     * The elements as longs.
     *
     * @throws UserError if the stored type is a floating-point one, or if there are more than an array can hold
     */
    public long[] toLongs() {
        requireWholeNumbers();
        long[] values = new long[arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = longAt(i);
        }
        return values;
    }

    /**
     * Copies the elements, as floats, into memory of the caller's.
     *
     * @param f32Destination native-endian floats, exactly {@link #elementCount()} of them
     * @throws IllegalArgumentException if the destination has another length
     */
    public void copyTo(MemorySegment f32Destination) {
        long count = elementCount();
        if (f32Destination.byteSize() != count * Float.BYTES) {
            throw new IllegalArgumentException("tensor %s has %d elements, the destination has room for %d bytes"
                    .formatted(name, count, f32Destination.byteSize()));
        }
        copyTo(0, f32Destination);
    }

    /**
     * Copies some elements, as floats, into memory of the caller's.
     *
     * @param first flat index of the first
     * @param f32Destination native-endian floats, as many as are wanted
     * @throws IndexOutOfBoundsException if the tensor has fewer from there on
     */
    public void copyTo(long first, MemorySegment f32Destination) {
        long count = f32Destination.byteSize() / Float.BYTES;
        Objects.checkFromIndexSize(first, count, elementCount());
        if (dtype == DType.F32) {
            MemorySegment.copy(
                    data, F32, first * Float.BYTES, f32Destination, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, count);
            return;
        }
        for (long i = 0; i < count; i++) {
            f32Destination.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES, floatAt(first + i));
        }
    }

    /** The flat index of the first element that is infinite or not a number, or −1. */
    long firstNonFinite() {
        if (!dtype.isFloating()) {
            return -1;
        }
        long count = elementCount();
        for (long i = 0; i < count; i++) {
            boolean finite =
                    dtype == DType.F64 ? Double.isFinite(data.get(F64, i * Double.BYTES)) : Float.isFinite(floatAt(i));
            if (!finite) {
                return i;
            }
        }
        return -1;
    }

    float floatAt(long i) {
        return switch (dtype) {
            case F64 -> (float) data.get(F64, i * 8);
            case F32 -> data.get(F32, i * 4);
            case F16 -> Float.float16ToFloat(data.get(I16, i * 2));
            case BF16 -> Float.intBitsToFloat(data.get(I16, i * 2) << 16);
            case I64, I32, U8 -> (float) longAt(i);
        };
    }

    private long longAt(long i) {
        return switch (dtype) {
            case I64 -> data.get(I64, i * 8);
            case I32 -> data.get(I32, i * 4);
            case U8 -> Byte.toUnsignedLong(data.get(JAVA_BYTE, i));
            case F64, F32, F16, BF16 -> throw new IllegalStateException(dtype + " is not an integer type");
        };
    }

    private void requireWholeNumbers() {
        if (dtype.isFloating()) {
            throw new UserError(("Tensor %s holds %s numbers where whole numbers are needed; "
                            + "this file does not suit this program.")
                    .formatted(name, dtype));
        }
    }

    private int arrayLength() {
        long count = elementCount();
        if (count > Integer.MAX_VALUE - 8) {
            throw new UserError(
                    "Tensor %s of shape %s has %d elements, more than an array can hold; use a smaller model."
                            .formatted(name, Arrays.toString(shape), count));
        }
        return (int) count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredTensor that
                && name.equals(that.name)
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && data.mismatch(that.data) == -1;
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return name + " " + dtype + Arrays.toString(shape);
    }
}
