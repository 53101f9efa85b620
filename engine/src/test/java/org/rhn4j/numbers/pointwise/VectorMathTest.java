package org.rhn4j.numbers.pointwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.numbers.pointwise.VectorMath.FLOATS;
import static org.rhn4j.numbers.pointwise.VectorMath.LANES;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The errors of exp, sigmoid and tanh in units in the last place of the exact result. */
class VectorMathTest {
    /** The largest errors found are 1.04, 2.24 and 2.47. */
    private static final double EXP_ULPS = 1.5;

    private static final double SIGMOID_ULPS = 3;
    private static final double TANH_ULPS = 4;

    /** Returns numbers close together from {@code from} to {@code to}. */
    private static float[] dense(float from, float to) {
        int n = 1 << 18;
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (from + (double) i / (n - 1) * (to - from));
        }
        return values;
    }

    /** Returns numbers of both signs from the least denormal to the largest float, a few of each power of two. */
    private static float[] allMagnitudes() {
        float[] values = new float[1 << 16];
        for (int i = 0; i < values.length / 2; i++) {
            values[2 * i] = Float.intBitsToFloat((int) ((long) i * 0x7F7FFFFF / (values.length / 2 - 1)));
            values[2 * i + 1] = -values[2 * i];
        }
        return values;
    }

    private static float[] apply(UnaryOperator<FloatVector> function, float... values) {
        float[] padded = Arrays.copyOf(values, Math.ceilDiv(values.length, LANES) * LANES);
        for (int i = 0; i < padded.length; i += LANES) {
            function.apply(FloatVector.fromArray(FLOATS, padded, i)).intoArray(padded, i);
        }
        return Arrays.copyOf(padded, values.length);
    }

    /** Asserts errors in units in the last place; results below the least normal float may come out as it or as 0. */
    private static void assertUlps(
            UnaryOperator<FloatVector> function, DoubleUnaryOperator exact, double ulps, float[] values) {
        float[] results = apply(function, values);
        for (int i = 0; i < values.length; i++) {
            double expected = exact.applyAsDouble(values[i]);
            double allowed = ulps * Math.ulp((float) Math.abs(expected));
            double error = Math.abs(results[i] - expected);
            if (!(error <= allowed)) {
                assertThat(error)
                        .as(
                                "f(%s) = %s, not %s; error in ulps: %s",
                                values[i], results[i], expected, error / Math.ulp((float) expected))
                        .isLessThanOrEqualTo(allowed);
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    @Test
    void exp_isWithinItsBound() {
        assertUlps(VectorMath::exp, StrictMath::exp, EXP_ULPS, dense(-87, 88));
        assertUlps(VectorMath::exp, StrictMath::exp, EXP_ULPS, dense(-0.01f, 0.01f));
        float[] small = allMagnitudes();
        for (int i = 0; i < small.length; i++) {
            small[i] = Math.abs(small[i]) < 80 ? small[i] : 0;
        }
        assertUlps(VectorMath::exp, StrictMath::exp, EXP_ULPS, small);
    }

    @Test
    void exp_ofZero_isOne() {
        assertThat(apply(VectorMath::exp, 0f, -0f)).containsExactly(1f, 1f);
    }

    @Test
    void exp_outsideOfItsRange_isClamped() {
        float[] ends = apply(VectorMath::exp, -87f, 88f);
        assertThat(apply(VectorMath::exp, -88f, -1e30f, Float.NEGATIVE_INFINITY))
                .containsOnly(ends[0]);
        assertThat(apply(VectorMath::exp, 89f, 1e30f, Float.POSITIVE_INFINITY)).containsOnly(ends[1]);
        assertThat(ends[0]).isLessThan(2e-38f);
        assertThat(ends[1]).isGreaterThan(1e38f).isFinite();
    }

    @Test
    void sigmoid_isWithinItsBound() {
        assertUlps(VectorMath::sigmoid, VectorMathTest::sigmoid, SIGMOID_ULPS, dense(-87, 87));
        assertUlps(VectorMath::sigmoid, VectorMathTest::sigmoid, SIGMOID_ULPS, dense(-1, 1));
        assertUlps(VectorMath::sigmoid, VectorMathTest::sigmoid, SIGMOID_ULPS, dense(87, 1e6f));
    }

    @Test
    void sigmoid_ofHugeNumbers_isShutOrOpen() {
        assertThat(apply(VectorMath::sigmoid, 20f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY))
                .containsOnly(1f);
        for (float shut : apply(VectorMath::sigmoid, -90f, -1e30f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY)) {
            assertThat(shut).isBetween(0f, Float.MIN_NORMAL);
        }
        assertThat(apply(VectorMath::sigmoid, 0f, Float.MIN_VALUE, -Float.MIN_VALUE))
                .containsOnly(0.5f);
    }

    @Test
    void tanh_isWithinItsBound() {
        assertUlps(VectorMath::tanh, StrictMath::tanh, TANH_ULPS, dense(-20, 20));
        assertUlps(VectorMath::tanh, StrictMath::tanh, TANH_ULPS, dense(-0.5f, 0.5f));
        assertUlps(VectorMath::tanh, StrictMath::tanh, TANH_ULPS, dense(-1e-3f, 1e-3f));
        assertUlps(VectorMath::tanh, StrictMath::tanh, TANH_ULPS, allMagnitudes());
    }

    @Test
    void tanh_ofHugeNumbers_isOne() {
        assertThat(apply(VectorMath::tanh, 20f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY))
                .containsOnly(1f);
        assertThat(apply(VectorMath::tanh, -20f, -1e30f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY))
                .containsOnly(-1f);
    }

    @Test
    void tanhAndSigmoid_stayWithinTheirRange() {
        for (float value : apply(VectorMath::tanh, dense(-12, 12))) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo(1f);
        }
        for (float value : apply(VectorMath::sigmoid, dense(-100, 100))) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @Test
    void notANumber_stays() {
        float[] values = {1, Float.NaN, 2};
        assertThat(apply(VectorMath::exp, values)[1]).isNaN();
        assertThat(apply(VectorMath::sigmoid, values)[1]).isNaN();
        assertThat(apply(VectorMath::tanh, values)[1]).isNaN();
        assertThat(apply(VectorMath::tanh, values)[2]).isFinite();
    }

    @Test
    void sum_ofLanes_addsFirstToLast() {
        float[] lanes = new float[VectorMath.LANES];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = i % 2 == 0 ? 1e8f : 3.3f * i;
        }
        lanes[lanes.length - 1] = -1e8f;
        float expected = 0;
        for (float lane : lanes) {
            expected += lane;
        }

        assertThat(VectorMath.sum(FloatVector.fromArray(VectorMath.FLOATS, lanes, 0)))
                .isEqualTo(expected);
    }
}
