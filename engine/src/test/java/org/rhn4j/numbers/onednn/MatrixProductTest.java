package org.rhn4j.numbers.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.rhn4j.numbers.NativeFloats.uniform;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.numbers.NativeFloats;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;
import org.rhn4j.numbers.pointwise.ScalarPointwise;

/** oneDNN's products against naive loops over the same rounded operands, so that both precisions are held to f32. */
class MatrixProductTest {
    private static final double TOLERANCE = 1e-5;

    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random = new SplittableRandom(3);

    @AfterEach
    void free() {
        arena.close();
    }

    static Stream<Arguments> shapes() {
        int[][] shapes = {
            {1, 1, 1}, {1, 830, 7}, {3, 5, 7}, {17, 33, 15}, {20, 64, 96}, {35, 1, 33}, {702, 48, 1}, {61, 207, 130}
        };
        return Stream.of(shapes)
                .flatMap(s -> Stream.of(Precision.values()).map(p -> Arguments.of(s[0], s[1], s[2], p)));
    }

    /** A matrix in native memory, in any layout. */
    private final class Matrix {
        private final int rows;
        private final int columns;
        private final Layout layout;
        private final NativeFloats memory;

        Matrix(int rows, int columns, Layout layout, Precision precision) {
            this.rows = rows;
            this.columns = columns;
            this.layout = layout;
            long length = (rows - 1) * layout.rowStride() + (columns - 1) * layout.columnStride() + 1;
            memory = NativeFloats.operands(arena, uniform(random, (int) length, 1), precision);
        }

        double[][] values() {
            float[] all = memory.values();
            double[][] values = new double[rows][columns];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    values[i][j] = all[(int) (i * layout.rowStride() + j * layout.columnStride())];
                }
            }
            return values;
        }
    }

    /** Gives the product its scratchpad and runs it, and asserts that C is A · W, or C before + A · W. */
    private void assertProduct(MatrixProduct product, Matrix a, Matrix w, long weights, Matrix c, boolean added) {
        product.useScratchpad(
                arena.allocate(Math.max(64, product.scratchpadBytes()), 128).address());
        double[][] left = a.values();
        double[][] right = w.values();
        double[][] before = c.values();
        float[] allBefore = c.memory.values();

        product.execute(a.memory.address(), weights, c.memory.address());

        double[][] after = c.values();
        for (int i = 0; i < c.rows; i++) {
            for (int j = 0; j < c.columns; j++) {
                double sum = added ? before[i][j] : 0;
                double sizes = 1;
                for (int k = 0; k < a.columns; k++) {
                    sum += left[i][k] * right[k][j];
                    sizes += Math.abs(left[i][k] * right[k][j]);
                }
                if (!(Math.abs(after[i][j] - sum) <= TOLERANCE * sizes)) {
                    assertThat(after[i][j])
                            .as("C[%d,%d], by %s", i, j, product.implementation())
                            .isEqualTo(sum);
                }
            }
        }
        assertBetweenRowsUnchanged(c, allBefore);
    }

    private static void assertBetweenRowsUnchanged(Matrix c, float[] before) {
        float[] after = c.memory.values();
        for (int index = 0; index < after.length; index++) {
            if (index % c.layout.rowStride() >= c.columns && after[index] != before[index]) {
                assertThat(after[index]).as("element %d, between rows", index).isEqualTo(before[index]);
            }
        }
    }

    private static void assumeSupported(Precision precision) {
        assumeTrue(precision == Precision.F32 || OneDnn.hasBf16(), "this processor has no bf16 products");
    }

    @ParameterizedTest(name = "[{0}, {1}] · [{1}, {2}], {3}")
    @MethodSource("shapes")
    void plain_equalsNaiveLoops(int m, int k, int n, Precision precision) {
        assumeSupported(precision);
        for (int layouts = 0; layouts < 16; layouts++) {
            int gap = (layouts & 1) * 16;
            Layout ofA = (layouts & 2) == 0 ? Layout.rows(k + gap) : Layout.transposed(m + gap);
            Layout ofW = (layouts & 4) == 0 ? Layout.rows(n + gap) : Layout.transposed(k + gap);
            boolean accumulate = (layouts & 8) != 0;
            Matrix a = new Matrix(m, k, ofA, precision);
            Matrix w = new Matrix(k, n, ofW, precision);
            Matrix c = new Matrix(m, n, Layout.rows(n + gap), Precision.F32);
            try (MatrixProduct product = MatrixProduct.plain(m, k, n, precision, ofA, ofW, c.layout, accumulate)) {
                assertProduct(product, a, w, w.memory.address(), c, accumulate);
                assertThat(product.flops()).isEqualTo(2.0 * m * k * n);
            }
        }
    }

    @ParameterizedTest(name = "[{0}, {1}] · [{1}, {2}], {3}")
    @MethodSource("shapes")
    void packed_equalsNaiveLoops(int m, int k, int n, Precision precision) {
        assumeSupported(precision);
        for (int layouts = 0; layouts < 8; layouts++) {
            int gap = (layouts & 1) * 16;
            Layout ofA = Layout.rows(k + gap);
            Layout ofC = Layout.rows(n + gap);
            Layout ofMaster = (layouts & 2) == 0 ? Layout.rows(n + gap) : Layout.transposed(k + gap);
            Matrix a = new Matrix(m, k, ofA, precision);
            Matrix c = new Matrix(m, n, ofC, Precision.F32);
            try (MatrixProduct product = MatrixProduct.packed(m, k, n, precision, ofA, ofC);
                    MatrixProduct adding = MatrixProduct.accumulating(product, ofA, ofC);
                    WeightPacking packing = new WeightPacking(product, k, n, ofMaster, (layouts & 4) != 0)) {
                packing.useScratchpad(arena.allocate(Math.max(64, packing.scratchpadBytes()), 128)
                        .address());
                long packed = arena.allocate(product.weightBytes(), 128).address();
                for (int update = 0; update < 2; update++) {
                    Matrix master = new Matrix(k, n, ofMaster, Precision.F32);
                    packing.execute(master.memory.address(), packed);
                    assertProduct(product, a, rounded(master, precision), packed, c, false);
                    assertProduct(adding, a, rounded(master, precision), packed, c, true);
                }
            }
        }
    }

    private Matrix rounded(Matrix master, Precision precision) {
        Matrix result = new Matrix(master.rows, master.columns, master.layout, precision);
        float[] values = master.memory.values();
        for (int i = 0; i < values.length; i++) {
            ScalarPointwise.storeOperand(result.memory.address(), i, values[i], precision);
        }
        return result;
    }

    /** The accumulating product must go on reading weights whose layout belongs to the other. */
    @Test
    void accumulating_outlivesTheProductItSharesWeightsWith() {
        Layout rows = Layout.rows(48);
        Matrix a = new Matrix(20, 48, rows, Precision.F32);
        Matrix c = new Matrix(20, 48, rows, Precision.F32);
        Matrix master = new Matrix(48, 48, rows, Precision.F32);
        MatrixProduct product = MatrixProduct.packed(20, 48, 48, Precision.F32, rows, rows);
        WeightPacking packing = new WeightPacking(product, 48, 48, rows, true);
        packing.useScratchpad(
                arena.allocate(Math.max(64, packing.scratchpadBytes()), 128).address());
        long packed = arena.allocate(product.weightBytes(), 128).address();
        packing.execute(master.memory.address(), packed);
        try (MatrixProduct adding = MatrixProduct.accumulating(product, rows, rows)) {
            packing.close();
            product.close();
            assertProduct(adding, a, master, packed, c, true);
        }
    }

    @Test
    void close_mayBeRepeated() {
        MatrixProduct product = MatrixProduct.packed(4, 16, 16, Precision.F32, Layout.rows(16), Layout.rows(16));
        WeightPacking packing = new WeightPacking(product, 16, 16, Layout.rows(16), false);
        packing.close();
        packing.close();
        product.close();
        product.close();
    }

    @Test
    void implementation_isNamed() {
        try (MatrixProduct product =
                MatrixProduct.packed(20, 48, 48, Precision.F32, Layout.rows(48), Layout.rows(48))) {
            assertThat(product.implementation()).matches("[a-z_0-9:]+");
        }
    }
}
