package org.rhn4j.numbers.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.rhn4j.numbers.Precision;

/**
 * One matrix product of a fixed shape, C [M,N] = A [M,K] · W [K,N], or C += A · W; C is always f32.
 *
 * <p>Made once per shape and executed by one thread at a time. {@code A} and {@code W} have the given precision. Where
 * {@code W} is packed, its layout is oneDNN's choice and {@link WeightPacking} brings it there once per update.
 */
public final class MatrixProduct implements AutoCloseable {
    /** How an operand lies in memory: element (i, j) is at {@code i * rowStride + j * columnStride}. */
    public record Layout(long rowStride, long columnStride) {
        /** Rows one after another, each {@code stride} elements from the last. */
        public static Layout rows(long stride) {
            return new Layout(stride, 1);
        }

        /** The transpose of a matrix with rows {@code stride} elements apart. */
        public static Layout transposed(long stride) {
            return new Layout(1, stride);
        }
    }

    private final long primitiveDescriptor;
    private final long primitive;
    private final long source;
    private final long weights;
    private final long destination;
    private final long scratchpad;
    private final Arena arena;
    /** Address of the arguments; 0 once closed. */
    private long arguments;

    private final Shape shape;

    private record Shape(long m, long k, long n, Precision precision) {}

    /** Where the descriptor of the weights comes from, and who destroys it. */
    @FunctionalInterface
    private interface Weights {
        long describe(int type);

        default boolean isBorrowed() {
            return false;
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as this, and close() closes it
    private MatrixProduct(Shape shape, Layout a, Weights w, Layout c, boolean sum) {
        this.shape = shape;
        OneDnn.useOneThreadHere();
        int type = shape.precision == Precision.BF16 ? OneDnn.BF16 : OneDnn.F32;
        long sourceDescriptor = OneDnn.matrixDescriptor(type, shape.m, shape.k, a.rowStride, a.columnStride);
        long weightsDescriptor = w.describe(type);
        long destinationDescriptor = OneDnn.matrixDescriptor(OneDnn.F32, shape.m, shape.n, c.rowStride, c.columnStride);
        try {
            primitiveDescriptor = OneDnn.matmul(sourceDescriptor, weightsDescriptor, destinationDescriptor, sum);
            primitive = OneDnn.createPrimitive(primitiveDescriptor);
            source = OneDnn.createMemory(sourceDescriptor);
            weights = OneDnn.createMemory(OneDnn.weightsOf(primitiveDescriptor));
            destination = OneDnn.createMemory(destinationDescriptor);
            scratchpad = OneDnn.createMemory(OneDnn.scratchpadOf(primitiveDescriptor));
        } finally {
            OneDnn.destroyDescriptor(sourceDescriptor);
            OneDnn.destroyDescriptor(destinationDescriptor);
            if (!w.isBorrowed()) {
                OneDnn.destroyDescriptor(weightsDescriptor);
            }
        }
        arena = Arena.ofShared();
        MemorySegment array = arena.allocate(4 * 16L, 16);
        put(array, 0, OneDnn.ARG_SOURCE, source);
        put(array, 1, OneDnn.ARG_WEIGHTS, weights);
        put(array, 2, OneDnn.ARG_DESTINATION, destination);
        put(array, 3, OneDnn.ARG_SCRATCHPAD, scratchpad);
        arguments = array.address();
    }

    /** A product whose weights are packed by {@link WeightPacking}. */
    public static MatrixProduct packed(long m, long k, long n, Precision precision, Layout a, Layout c) {
        return new MatrixProduct(new Shape(m, k, n, precision), a, type -> OneDnn.anyDescriptor(type, k, n), c, false);
    }

    /** The product that adds to C, with the same shape as another and sharing its packed weights. */
    public static MatrixProduct accumulating(MatrixProduct other, Layout a, Layout c) {
        Weights same = new Weights() {
            @Override
            public long describe(int type) {
                return other.weightsDescriptor();
            }

            @Override
            public boolean isBorrowed() {
                return true;
            }
        };
        return new MatrixProduct(other.shape, a, same, c, true);
    }

    /** A product of two matrices that lie in memory as they are. */
    public static MatrixProduct plain(
            long m, long k, long n, Precision precision, Layout a, Layout w, Layout c, boolean accumulate) {
        return new MatrixProduct(
                new Shape(m, k, n, precision),
                a,
                type -> OneDnn.matrixDescriptor(type, k, n, w.rowStride, w.columnStride),
                c,
                accumulate);
    }

    /** Bytes that the packed weights take. */
    public long weightBytes() {
        return OneDnn.sizeOf(weightsDescriptor());
    }

    /** Bytes of scratchpad that one execution needs; products run one after another by one thread may share them. */
    public long scratchpadBytes() {
        return OneDnn.sizeOf(OneDnn.scratchpadOf(primitiveDescriptor));
    }

    /** Multiplications and additions of one execution. */
    public double flops() {
        return 2.0 * shape.m * shape.k * shape.n;
    }

    /** Type of the operands. */
    Precision precision() {
        return shape.precision;
    }

    /** The name of oneDNN's implementation, for logs. */
    public String implementation() {
        return OneDnn.implementationOf(primitiveDescriptor);
    }

    /** Gives the product its scratchpad, once. */
    public void useScratchpad(long address) {
        OneDnn.setData(scratchpad, address);
    }

    /** Computes C = A · W (or C += A · W). The addresses are of native memory, best aligned to 64 bytes. */
    public void execute(long a, long w, long c) {
        if (arguments == 0) {
            throw new IllegalStateException("the product is closed");
        }
        OneDnn.setData(source, a);
        OneDnn.setData(weights, w);
        OneDnn.setData(destination, c);
        OneDnn.execute(primitive, 4, arguments);
    }

    long weightsDescriptor() {
        return OneDnn.weightsOf(primitiveDescriptor);
    }

    private static void put(MemorySegment array, int index, int argument, long memory) {
        array.set(JAVA_INT, index * 16L, argument);
        array.set(JAVA_LONG, index * 16L + 8, memory);
    }

    @Override
    public void close() {
        if (arguments != 0) {
            arguments = 0;
            arena.close();
            OneDnn.destroyMemory(source);
            OneDnn.destroyMemory(weights);
            OneDnn.destroyMemory(destination);
            OneDnn.destroyMemory(scratchpad);
            OneDnn.destroyPrimitive(primitive);
            OneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        }
    }
}
