package org.rhn4j.numbers.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;

class WeightPackingTest {
    @ParameterizedTest(name = "[{1},{2}] for {0} rows, columns contiguous: {3}")
    @CsvSource({
        "20, 16, 16, false",
        "20, 16, 16, true",
        "20, 48, 80, false",
        "20, 48, 80, true",
        "128, 832, 832, true",
        "128, 1664, 416, false",
        "20, 832, 208, true",
        "700, 832, 5008, true",
        "700, 5008, 416, false",
        "1, 832, 832, true",
        "3, 64, 1024, true",
        "3, 64, 1024, false",
        "64, 4096, 48, false"
    })
    void execute_withVectors_writesTheSameBytesAsOneDnn(int m, int k, int n, boolean columns) {
        assumeTrue(OneDnn.hasBf16(), "this processor has no bf16 products");
        Layout operand = Layout.rows(k);
        int stride = (columns ? k : n) + 32;
        Layout master = columns ? Layout.transposed(stride) : Layout.rows(stride);
        try (MatrixProduct product = MatrixProduct.packed(m, k, n, Precision.BF16, operand, Layout.rows(n));
                WeightPacking oneDnns = new WeightPacking(product, k, n, master, false);
                WeightPacking ours = new WeightPacking(product, k, n, master, true);
                Workspace workspace = new Workspace()) {
            long weights = workspace.reserveFloats((long) stride * (columns ? n : k));
            long expected = workspace.reserve(product.weightBytes());
            long actual = workspace.reserve(product.weightBytes());
            long scratchpad = workspace.reserve(Math.max(oneDnns.scratchpadBytes(), ours.scratchpadBytes()));
            workspace.allocate();
            oneDnns.useScratchpad(workspace.address(scratchpad));
            ours.useScratchpad(workspace.address(scratchpad));
            RandomSource random = new RandomSource(7);
            for (long i = 0; i < (long) stride * (columns ? n : k); i++) {
                workspace.setFloat(weights + 4 * i, (random.uniform(i) - 0.5f) * (float) Math.pow(10, i % 7 - 3));
            }

            oneDnns.execute(workspace.address(weights), workspace.address(expected));
            ours.execute(workspace.address(weights), workspace.address(actual));

            MemorySegment memory = workspace.memory();
            long difference = memory.asSlice(expected, product.weightBytes())
                    .mismatch(memory.asSlice(actual, product.weightBytes()));
            assertThat(difference).as("first byte that differs").isEqualTo(-1);
            assertThat(memory.get(ValueLayout.JAVA_SHORT, expected)).isNotZero();
        }
    }
}
