package org.rhn4j.insight;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;

/**
 * Dense f32 products for analyses: a Java array times a matrix kept in native memory, by the engine's team.
 *
 * <p>Analyses are elementwise work on Java arrays between products; the copies to and from native memory cost a tenth
 * of the products or less, and spare every formula here from addresses. Rows in native memory are padded to multiples
 * of 16 floats. Not safe for use by several threads at once.
 */
final class MatrixProducts implements AutoCloseable {
    private static final long ALIGNMENT = 128;

    /** Work on a range of rows. */
    @FunctionalInterface
    interface RowJob {
        /** Does the rows from {@code from} up to, but without, {@code to}. */
        void run(int from, int to);
    }

    private static final RowJob NOTHING = (from, to) -> {};

    /** A matrix [rows, columns] in native memory, as long as the products that made it are open. */
    static final class Stored {
        private final MemorySegment memory;
        private final int rows;
        private final int columns;
        private final int stride;

        private Stored(Arena arena, int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            stride = padded(columns);
            memory = arena.allocate(4L * rows * stride, ALIGNMENT);
        }

        int rows() {
            return rows;
        }

        int columns() {
            return columns;
        }

        /** Sets all elements from a row-major array. */
        void set(float[] values) {
            if (values.length != rows * columns) {
                throw new IllegalArgumentException(
                        "a matrix of " + rows + " × " + columns + " elements, not " + values.length);
            }
            for (int row = 0; row < rows; row++) {
                NativeMemory.copyIn(values, row * columns, memory.address() + 4L * row * stride, columns);
            }
        }

        /** Copies a row into an array of {@link #columns} elements. */
        void copyRow(int row, float[] into) {
            NativeMemory.copyOut(memory.address() + 4L * row * stride, into, 0, columns);
        }
    }

    private record Shape(int m, int rows, int columns, boolean transposed) {
        int inner() {
            return transposed ? columns : rows;
        }

        int outer() {
            return transposed ? rows : columns;
        }
    }

    /** Room that grows; what was outgrown is left to the garbage collector. */
    private static final class Staging {
        private MemorySegment memory = Arena.ofAuto().allocate(ALIGNMENT, ALIGNMENT);

        long address(long floats) {
            if (memory.byteSize() < 4 * floats) {
                memory = Arena.ofAuto().allocate(4 * floats, ALIGNMENT);
            }
            return memory.address();
        }
    }

    private final Engine engine;
    private final Arena arena = Arena.ofShared();
    private final Map<Shape, @Nullable MatrixProduct[]> products = new HashMap<>();
    private final Staging left = new Staging();
    private final Staging right = new Staging();

    /**
     * @throws IllegalArgumentException if the engine's products are not f32
     */
    MatrixProducts(Engine engine) {
        if (engine.precision() != Precision.F32) {
            throw new IllegalArgumentException("analyses need an engine whose products are f32");
        }
        this.engine = engine;
    }

    private static int padded(int columns) {
        return Math.ceilDiv(columns, UnitSlices.BLOCK) * UnitSlices.BLOCK;
    }

    Engine engine() {
        return engine;
    }

    /** A matrix of zeros in native memory. */
    Stored store(int rows, int columns) {
        return new Stored(arena, rows, columns);
    }

    /** A matrix in native memory, set from a row-major array. */
    Stored store(float[] values, int rows, int columns) {
        Stored stored = store(rows, columns);
        stored.set(values);
        return stored;
    }

    /** Runs a job over {@code count} rows, a share on each member of the team. */
    void rows(int count, RowJob job) {
        engine.team().run(worker -> {
            int from = share(count, worker);
            int to = share(count, worker + 1);
            if (from < to) {
                job.run(from, to);
            }
        });
    }

    private int share(int count, int worker) {
        return (int) ((long) count * worker / engine.threads());
    }

    /** C [m, w.columns] = A [m, w.rows] · W. */
    void times(float[] a, int m, Stored w, float[] c) {
        times(a, m, w, c, NOTHING, NOTHING);
    }

    /**
     * C [m, w.columns] = A [m, w.rows] · W, with elementwise work on rows of A before it and on rows of C after it, each
     * member of the team on its own rows, in the one job: to gather the team costs as much as such work.
     */
    void times(float[] a, int m, Stored w, float[] c, RowJob before, RowJob after) {
        multiply(a, w, c, new Shape(m, w.rows, w.columns, false), before, after);
    }

    /** C [m, w.rows] = A [m, w.columns] · Wᵀ. */
    void timesTransposed(float[] a, int m, Stored w, float[] c) {
        timesTransposed(a, m, w, c, NOTHING);
    }

    /** C [m, w.rows] = A [m, w.columns] · Wᵀ, with elementwise work on rows of C after it. */
    void timesTransposed(float[] a, int m, Stored w, float[] c, RowJob after) {
        multiply(a, w, c, new Shape(m, w.rows, w.columns, true), NOTHING, after);
    }

    private void multiply(float[] a, Stored w, float[] c, Shape shape, RowJob before, RowJob after) {
        int inner = shape.inner();
        int outer = shape.outer();
        if (a.length < shape.m * inner || c.length < shape.m * outer) {
            throw new IllegalArgumentException("arrays too short for a product of " + shape);
        }
        @Nullable MatrixProduct[] parts = products.computeIfAbsent(shape, s -> prepare(s, w.stride));
        int aStride = padded(inner);
        int cStride = padded(outer);
        long from = left.address((long) shape.m * aStride);
        long to = right.address((long) shape.m * cStride);
        engine.team().run(worker -> {
            int firstRow = share(shape.m, worker);
            int lastRow = share(shape.m, worker + 1);
            if (firstRow < lastRow) {
                before.run(firstRow, lastRow);
            }
            for (int row = firstRow; row < lastRow; row++) {
                NativeMemory.copyIn(a, row * inner, from + 4L * row * aStride, inner);
            }
            engine.team().barrier();
            MatrixProduct part = parts[worker];
            if (part != null) {
                int start = UnitSlices.of(outer, engine.threads()).start(worker);
                long weights = w.memory.address() + 4L * start * (shape.transposed ? w.stride : 1);
                part.execute(from, weights, to + 4L * start);
            }
            engine.team().barrier();
            for (int row = firstRow; row < lastRow; row++) {
                NativeMemory.copyOut(to + 4L * row * cStride, c, row * outer, outer);
            }
            if (firstRow < lastRow) {
                after.run(firstRow, lastRow);
            }
        });
    }

    /** One product per member of the team, of its own columns of C. */
    private @Nullable MatrixProduct[] prepare(Shape shape, int stride) {
        UnitSlices columns = UnitSlices.of(shape.outer(), engine.threads());
        @Nullable MatrixProduct[] parts = new @Nullable MatrixProduct[engine.threads()];
        for (int p = 0; p < parts.length; p++) {
            int own = Math.min(columns.start(p) + columns.width(p), shape.outer()) - columns.start(p);
            if (own > 0) {
                MatrixProduct product = MatrixProduct.plain(
                        shape.m,
                        shape.inner(),
                        own,
                        Precision.F32,
                        Layout.rows(padded(shape.inner())),
                        shape.transposed ? Layout.transposed(stride) : Layout.rows(stride),
                        Layout.rows(padded(shape.outer())),
                        false);
                long bytes = Math.max(ALIGNMENT, product.scratchpadBytes());
                product.useScratchpad(arena.allocate(bytes, ALIGNMENT).address());
                parts[p] = product;
            }
        }
        return parts;
    }

    @Override
    public void close() {
        for (@Nullable MatrixProduct[] parts : products.values()) {
            for (MatrixProduct part : parts) {
                if (part != null) {
                    part.close();
                }
            }
        }
        products.clear();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
