package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.SplittableRandom;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.onednn.OneDnn;

/** What the tests of the engine share: engines, comparison by the largest value, conversions. */
final class EngineChecks {
    private EngineChecks() {}

    /** Returns an engine, or skips the test where the processor has no bf16 products. */
    static Engine engine(Precision precision, int threads, boolean scalarKernels) {
        assumeTrue(precision == Precision.F32 || OneDnn.hasBf16(), "this processor has no bf16 products");
        return Engine.builder()
                .precision(precision)
                .threads(threads)
                .scalarKernels(scalarKernels)
                .build();
    }

    /** Asserts that no element differs by more than {@code tolerance} times the largest expected one. */
    static void assertClose(String what, float[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSize(expected.length);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            // "not within" rather than "beyond": NaN must fail
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest)) {
                assertThat(actual[i])
                        .as(
                                "%s[%d] of %d, the largest of which is %s: within %s of the largest",
                                what, i, expected.length, largest, tolerance)
                        .isEqualTo((float) expected[i]);
            }
        }
    }

    static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    /** Returns numbers uniform in ±scale that are floats, so that the reference starts from the same ones. */
    static double[] uniform(SplittableRandom random, int length, double scale) {
        return doubles(floats(random.doubles(length, -scale, scale).toArray()));
    }

    /** Reads a mask [B, units] as the kernels see it. */
    static double[] maskValues(Mask mask, int batch, int units) {
        float[] values = new float[batch * units];
        for (int row = 0; row < batch; row++) {
            NativeMemory.copyOut(mask.address(row, 0), values, row * units, units);
        }
        return doubles(values);
    }
}
