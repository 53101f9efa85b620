package org.rhn4j.numbers.pointwise;

import static org.rhn4j.numbers.pointwise.VectorMath.LANES;
import static org.rhn4j.numbers.pointwise.VectorMath.ORDER;
import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.roundedToBfloat16;
import static org.rhn4j.numbers.pointwise.VectorMath.storeBfloat16;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.rhn4j.numbers.NativeMemory;

/**
 * Copies f32 weights [K,N] into the blocked bf16 layout of matrix kernels: blocks of 32 rows and some columns, within
 * which the two values of rows 2i and 2i + 1 lie side by side for each column.
 *
 * <p>oneDNN's own copies of strided matrices take three to ten times as long, and they run after every update. The
 * result is the same to the bit, which the tests check.
 */
public final class BlockedPacking {
    /** Rows of a block: 16 pairs. */
    public static final int BLOCK_ROWS = 32;

    private static final int PAIRS = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    /**
     * Where the blocks lie.
     *
     * @param columns columns of a block, a multiple of 16
     * @param rowBlockStride elements from a block to the next one down
     * @param columnBlockStride elements from a block to the next one to the right
     */
    public record Blocks(int columns, long rowBlockStride, long columnBlockStride) {
        private long address(long packed, int row, int column) {
            return packed
                    + 2
                            * ((row / BLOCK_ROWS) * rowBlockStride
                                    + (column / columns) * columnBlockStride
                                    + ((long) (row % BLOCK_ROWS / 2) * columns + column % columns) * 2);
        }
    }

    private BlockedPacking() {}

    /**
     * Packs a matrix whose rows are contiguous.
     *
     * @param source address of element (0, 0)
     * @param stride floats between rows
     * @param k rows, a multiple of 2
     * @param n columns, a multiple of 16
     */
    public static void packRows(long source, long stride, int k, int n, long packed, Blocks blocks) {
        for (int row = 0; row < k; row += 2) {
            long upper = source + 4 * stride * row;
            for (int column = 0; column < n; column += blocks.columns()) {
                int width = Math.min(blocks.columns(), n - column);
                long from = upper + 4L * column;
                interleave(from, from + 4 * stride, width, blocks.address(packed, row, column));
            }
        }
    }

    /** target[j] ← the bf16 pair (upper[j], lower[j]). */
    private static void interleave(long upper, long lower, int n, long target) {
        for (int j = 0; j < n; j += LANES) {
            IntVector low = roundedToBfloat16(load(upper + 4L * j)).lanewise(VectorOperators.LSHR, 16);
            IntVector high = roundedToBfloat16(load(lower + 4L * j)).and(0xFFFF0000);
            low.or(high).intoMemorySegment(NativeMemory.ALL, target + 4L * j, ORDER);
        }
    }

    /**
     * Packs a matrix whose columns are contiguous: element (i, j) is at {@code j · stride + i}.
     *
     * @param source address of element (0, 0)
     * @param stride floats between columns
     * @param k rows, a multiple of 16
     * @param n columns, a multiple of 16
     * @param scratch 2 KiB of room
     */
    public static void packColumns(long source, long stride, int k, int n, long packed, Blocks blocks, long scratch) {
        // 16 columns at a time, each read from end to end: the other order jumps between columns and waits for memory
        for (int column = 0; column < n; column += PAIRS) {
            for (int row = 0; row < k; row += BLOCK_ROWS) {
                int height = Math.min(BLOCK_ROWS, k - row);
                roundColumns(source + 4 * (stride * column + row), stride, height, scratch);
                transpose(scratch, height / 2, blocks.address(packed, row, column), 4L * blocks.columns());
            }
        }
    }

    /** Rounds 16 columns of up to 32 values to bf16, 64 bytes apart. */
    private static void roundColumns(long source, long stride, int height, long scratch) {
        for (int column = 0; column < PAIRS; column++) {
            for (int i = 0; i < height; i += LANES) {
                storeBfloat16(load(source + 4 * (stride * column + i)), scratch + 64L * column + 2L * i);
            }
        }
    }

    /** Moves 16 columns of pairs to rows of 16 pairs. */
    private static void transpose(long scratch, int pairs, long target, long rowBytes) {
        for (int column = 0; column < PAIRS; column += 2) {
            long left = scratch + 64L * column;
            long to = target + 4L * column;
            for (int i = 0; i < pairs; i++) {
                long low = NativeMemory.ALL.get(INT, left + 4L * i) & 0xFFFFFFFFL;
                long high = NativeMemory.ALL.get(INT, left + 64 + 4L * i);
                NativeMemory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, to + rowBytes * i, high << 32 | low);
            }
        }
    }
}
