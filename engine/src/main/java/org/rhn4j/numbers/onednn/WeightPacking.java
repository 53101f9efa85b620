package org.rhn4j.numbers.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.pointwise.BlockedPacking;

/**
 * Copies f32 master weights into the type and layout that a {@link MatrixProduct} wants, once per update: with
 * {@link BlockedPacking} where the layout is the one that it knows, else with oneDNN's own copy.
 */
public final class WeightPacking implements AutoCloseable {
    private final long primitiveDescriptor;
    private final long primitive;
    private final long from;
    private final long to;
    private final long scratchpad;
    private final Arena arena;
    /** Address of the arguments; 0 once closed. */
    private long arguments;

    private final int k;
    private final int n;
    private final MatrixProduct.Layout master;
    private final BlockedPacking.@Nullable Blocks blocks;
    private long scratchpadAddress;

    /**
     * Makes the copy.
     *
     * @param product the product that will use the weights [K,N]
     * @param k rows of the weights
     * @param n columns of the weights
     * @param master how the f32 master weights lie in memory, as a [K,N] matrix
     * @param vectors whether the Vector API may be used
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as this, and close() closes it
    public WeightPacking(MatrixProduct product, int k, int n, MatrixProduct.Layout master, boolean vectors) {
        this.k = k;
        this.n = n;
        this.master = master;
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
        blocks = vectors && k % 16 == 0 && n % 16 == 0 && product.precision() == Precision.BF16
                ? knownBlocks(OneDnn.blockingOf(product.weightsDescriptor()))
                : null;
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

    /** The blocks of a layout "16 rows, some columns, 2 rows", or null for any other. */
    private static BlockedPacking.@Nullable Blocks knownBlocks(OneDnn.Blocking blocking) {
        boolean known = blocking.dimensions().equals(List.of(0L, 1L, 0L))
                && blocking.sizes().get(0) == BlockedPacking.BLOCK_ROWS / 2
                && blocking.sizes().get(1) % 16 == 0
                && blocking.sizes().get(2) == 2;
        return known
                ? new BlockedPacking.Blocks(
                        Math.toIntExact(blocking.sizes().get(1)),
                        blocking.strides().get(0),
                        blocking.strides().get(1))
                : null;
    }

    /** Bytes of scratchpad that one execution needs. */
    public long scratchpadBytes() {
        return blocks != null ? 2048 : OneDnn.sizeOf(OneDnn.scratchpadOf(primitiveDescriptor));
    }

    /** Gives the copy its scratchpad, once. */
    public void useScratchpad(long address) {
        scratchpadAddress = address;
        OneDnn.setData(scratchpad, address);
    }

    /** Packs the master weights at one address to another. */
    public void execute(long weights, long packed) {
        if (arguments == 0) {
            throw new IllegalStateException("the packing is closed");
        }
        if (blocks == null) {
            OneDnn.setData(from, weights);
            OneDnn.setData(to, packed);
            OneDnn.execute(primitive, 3, arguments);
        } else if (master.columnStride() == 1) {
            BlockedPacking.packRows(weights, master.rowStride(), k, n, packed, blocks);
        } else {
            BlockedPacking.packColumns(weights, master.columnStride(), k, n, packed, blocks, scratchpadAddress);
        }
    }

    @Override
    public void close() {
        if (arguments != 0) {
            arguments = 0;
            arena.close();
            OneDnn.destroyMemory(from);
            OneDnn.destroyMemory(to);
            OneDnn.destroyMemory(scratchpad);
            OneDnn.destroyPrimitive(primitive);
            OneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        }
    }
}
