package org.rhn4j.numbers.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies f32 master weights into the type and layout that a {@link MatrixProduct} wants, once per update.
 */
public final class WeightPacking implements AutoCloseable {
    private final long primitiveDescriptor;
    private final long primitive;
    private final long from;
    private final long to;
    private final long scratchpad;
    private final Arena arena;
    private final long arguments;

    /**
     * Makes the copy.
     *
     * @param product the product that will use the weights [K,N]
     * @param k rows of the weights
     * @param n columns of the weights
     * @param master how the f32 master weights lie in memory, as a [K,N] matrix
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as this, and close() closes it
    public WeightPacking(MatrixProduct product, long k, long n, MatrixProduct.Layout master) {
        OneDnn.useOneThreadHere();
        long fromDescriptor = OneDnn.matrixDescriptor(OneDnn.F32, k, n, master.rowStride(), master.columnStride());
        try {
            primitiveDescriptor = OneDnn.reorder(fromDescriptor, product.weightsDescriptor());
            primitive = OneDnn.createPrimitive(primitiveDescriptor);
            from = OneDnn.createMemory(fromDescriptor);
            to = OneDnn.createMemory(product.weightsDescriptor());
            scratchpad = OneDnn.createMemory(OneDnn.scratchpadOf(primitiveDescriptor));
        } finally {
            OneDnn.destroyDescriptor(fromDescriptor);
        }
        arena = Arena.ofShared();
        MemorySegment array = arena.allocate(3 * 16L, 16);
        array.set(JAVA_INT, 0, OneDnn.ARG_SOURCE);
        array.set(JAVA_LONG, 8, from);
        array.set(JAVA_INT, 16, OneDnn.ARG_DESTINATION);
        array.set(JAVA_LONG, 24, to);
        array.set(JAVA_INT, 32, OneDnn.ARG_SCRATCHPAD);
        array.set(JAVA_LONG, 40, scratchpad);
        arguments = array.address();
    }

    /** Bytes of scratchpad that one execution needs. */
    public long scratchpadBytes() {
        return OneDnn.sizeOf(OneDnn.scratchpadOf(primitiveDescriptor));
    }

    /** Gives the copy its scratchpad, once. */
    public void useScratchpad(long address) {
        OneDnn.setData(scratchpad, address);
    }

    /** Packs the master weights at one address to another. */
    public void execute(long master, long packed) {
        OneDnn.setData(from, master);
        OneDnn.setData(to, packed);
        OneDnn.execute(primitive, 3, arguments);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            OneDnn.destroyMemory(from);
            OneDnn.destroyMemory(to);
            OneDnn.destroyMemory(scratchpad);
            OneDnn.destroyPrimitive(primitive);
            OneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        }
    }
}
