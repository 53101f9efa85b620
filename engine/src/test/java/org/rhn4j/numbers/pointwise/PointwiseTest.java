package org.rhn4j.numbers.pointwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.rhn4j.numbers.NativeFloats.mask;
import static org.rhn4j.numbers.NativeFloats.uniform;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.numbers.NativeFloats;
import org.rhn4j.numbers.Precision;

/**
 * The vector provider against the scalar one at awkward sizes, bit for bit where both do the same operations in the same
 * order; and the scalar one against its formula in double precision.
 */
class PointwiseTest {
    private static final int[] SIZES = {1, 13, 16, 207, 702, 4098, 10000};

    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Pointwise scalar = new ScalarPointwise();
    private final Pointwise vector = new VectorPointwise();

    @AfterEach
    void free() {
        arena.close();
    }

    static Stream<Integer> sizes() {
        return Arrays.stream(SIZES).boxed();
    }

    static Stream<Arguments> sizesAndPrecisions() {
        return sizes().flatMap(n -> Stream.of(Precision.values()).map(precision -> Arguments.of(n, precision)));
    }

    private NativeFloats floats(float[] values) {
        return NativeFloats.of(arena, values);
    }

    private NativeFloats random(int n) {
        return floats(uniform(random, n, 2));
    }

    private NativeFloats zeros(int n, Precision precision) {
        return NativeFloats.operands(arena, new float[n], precision);
    }

    private static float round(double value, Precision precision) {
        return precision == Precision.BF16 ? Bfloat16.round((float) value) : (float) value;
    }

    @ParameterizedTest
    @MethodSource("sizesAndPrecisions")
    void toOperand_equalsScalar(int n, Precision precision) {
        float[] source = uniform(random, n, 2);
        float[] mask = mask(random, n);
        for (boolean masked : new boolean[] {false, true}) {
            BiFunction<Pointwise, NativeFloats, float[]> run = (provider, operand) -> {
                long maskAddress = masked ? floats(mask).address() : Pointwise.NONE;
                provider.toOperand(floats(source).address(), maskAddress, 1.25f, operand.address(), n, precision);
                return operand.values();
            };
            float[] expected = run.apply(scalar, zeros(n, precision));
            assertThat(run.apply(vector, zeros(n, precision))).isEqualTo(expected);
            for (int i = 0; i < n; i++) {
                double product = source[i] * (masked ? mask[i] : 1.0) * 1.25;
                assertThat(expected[i]).isEqualTo(round(product, precision), within(2 * Math.ulp(expected[i])));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void addMasked_equalsScalar(int n) {
        float[] target = uniform(random, n, 2);
        float[] source = uniform(random, n, 2);
        float[] mask = mask(random, n);
        for (boolean masked : new boolean[] {false, true}) {
            BiFunction<Pointwise, NativeFloats, float[]> run = (provider, result) -> {
                long maskAddress = masked ? floats(mask).address() : Pointwise.NONE;
                provider.addMasked(result.address(), floats(source).address(), maskAddress, -0.75f, n);
                return result.values();
            };
            float[] expected = run.apply(scalar, floats(target));
            assertThat(run.apply(vector, floats(target))).isEqualTo(expected);
            for (int i = 0; i < n; i++) {
                double sum = target[i] + source[i] * (masked ? mask[i] : 1.0) * -0.75;
                assertThat((double) expected[i]).isEqualTo(sum, within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void dot_isTheSumOfProducts(int n) {
        float[] a = uniform(random, n, 2);
        float[] b = uniform(random, n, 2);
        double sum = 0;
        double sizes = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) a[i] * b[i];
            sizes += Math.abs((double) a[i] * b[i]);
        }
        for (Pointwise provider : new Pointwise[] {scalar, vector}) {
            double dot = provider.dot(floats(a).address(), floats(b).address(), n);
            assertThat(dot).isEqualTo(sum, within(1e-6 * sizes));
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void tanhOfSum_isThatOfMath(int n) {
        float[] a = uniform(random, n, 2);
        float[] b = uniform(random, n, 2);
        for (Pointwise provider : new Pointwise[] {scalar, vector}) {
            NativeFloats result = random(n);
            provider.tanhOfSum(floats(a).address(), floats(b).address(), result.address(), n);
            for (int i = 0; i < n; i++) {
                assertThat((double) result.values()[i]).isEqualTo(Math.tanh(a[i] + b[i]), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void addTanhGradient_isTheDerivative(int n) {
        float[] tanh = uniform(random, n, 1);
        float[] weight = uniform(random, n, 2);
        float[] one = uniform(random, n, 2);
        float[] other = uniform(random, n, 2);
        for (Pointwise provider : new Pointwise[] {scalar, vector}) {
            NativeFloats ofOne = floats(one);
            NativeFloats ofOther = floats(other);
            provider.addTanhGradient(
                    floats(tanh).address(), floats(weight).address(), -0.75f, ofOne.address(), ofOther.address(), n);
            for (int i = 0; i < n; i++) {
                double d = -0.75 * weight[i] * (1 - (double) tanh[i] * tanh[i]);
                assertThat((double) ofOne.values()[i]).isEqualTo(one[i] + d, within(1e-6));
                assertThat((double) ofOther.values()[i]).isEqualTo(other[i] + d, within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void multiply_equalsScalar(int n) {
        float[] values = uniform(random, n, 2);
        float[] mask = mask(random, n);
        NativeFloats byScalar = floats(values);
        NativeFloats byVector = floats(values);
        scalar.multiply(byScalar.address(), floats(mask).address(), n);
        vector.multiply(byVector.address(), floats(mask).address(), n);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
        assertThat(byScalar.values()[n / 2]).isEqualTo(values[n / 2] * mask[n / 2]);

        vector.multiply(byVector.address(), Pointwise.NONE, n);
        scalar.multiply(byScalar.address(), Pointwise.NONE, n);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
    }

    @ParameterizedTest
    @MethodSource("sizesAndPrecisions")
    void columnSums_equalScalar(int columns, Precision precision) {
        int rows = 7;
        int stride = columns + 5;
        float[] values = uniform(random, rows * stride, 2);
        NativeFloats operand = NativeFloats.operands(arena, values, precision);
        NativeFloats byScalar = random(columns);
        NativeFloats byVector = random(columns);

        scalar.columnSums(operand.address(), rows, stride, columns, precision, byScalar.address());
        vector.columnSums(operand.address(), rows, stride, columns, precision, byVector.address());

        assertThat(byVector.values()).isEqualTo(byScalar.values());
        float[] rounded = operand.values();
        for (int j = 0; j < columns; j++) {
            double sum = 0;
            for (int r = 0; r < rows; r++) {
                sum += rounded[r * stride + j];
            }
            assertThat((double) byScalar.values()[j]).isEqualTo(sum, within(1e-5));
            if (columns > 1000) {
                j += 97;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void maximum_equalsScalar(int n) {
        for (int place : new int[] {0, n / 2, n - 1}) {
            float[] values = uniform(random, n, 2);
            values[place] = 5;
            NativeFloats all = floats(values);
            assertThat(scalar.maximum(all.address(), n)).isEqualTo(5);
            assertThat(vector.maximum(all.address(), n)).isEqualTo(5);
            for (int i = 0; i < n; i++) {
                values[i] -= 100;
            }
            NativeFloats negative = floats(values);
            assertThat(vector.maximum(negative.address(), n)).isEqualTo(-95);
        }
    }

    /** A net that has diverged must be seen to have: NaN does not vanish in the softmax. */
    @ParameterizedTest
    @ValueSource(ints = {16, 19})
    void notANumber_staysInMaximumAndExponentials(int n) {
        for (int place = 0; place < n; place++) {
            float[] values = uniform(random, n, 2);
            values[place] = Float.NaN;
            for (Pointwise provider : new Pointwise[] {scalar, vector}) {
                NativeFloats all = floats(values);
                assertThat(provider.maximum(all.address(), n)).isNaN();
                assertThat(provider.exponentials(all.address(), n, 0.5f)).isNaN();
                assertThat(all.values()[place]).isNaN();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void exponentials_equalScalar(int n) {
        float[] values = uniform(random, n, 20);
        NativeFloats byScalar = floats(values);
        NativeFloats byVector = floats(values);

        float sum = scalar.exponentials(byScalar.address(), n, 20);
        float sumByVector = vector.exponentials(byVector.address(), n, 20);

        assertThat((double) sumByVector).isCloseTo(sum, withinPercentage(1e-4));
        double exact = 0;
        for (int i = 0; i < n; i++) {
            double e = StrictMath.exp(values[i] - 20f);
            exact += e;
            assertThat((double) byScalar.values()[i]).isEqualTo(e, within(1e-7 * e));
            if (n > 1000) {
                for (int skipped = 0; skipped < 97 && i + 1 < n; skipped++) {
                    i++;
                    exact += StrictMath.exp(values[i] - 20f);
                }
            }
        }
        assertThat((double) sum).isCloseTo(exact, withinPercentage(1e-4));
        float[] expected = byScalar.values();
        float[] actual = byVector.values();
        for (int i = 0; i < n; i++) {
            assertThat(actual[i]).isEqualTo(expected[i], within(3e-7f * expected[i]));
        }
    }

    @ParameterizedTest
    @MethodSource("sizesAndPrecisions")
    void scaleToOperand_equalsScalar(int n, Precision precision) {
        float[] source = uniform(random, n, 2);
        NativeFloats byScalar = zeros(n, precision);
        NativeFloats byVector = zeros(n, precision);
        scalar.scaleToOperand(floats(source).address(), byScalar.address(), n, 0.3f, 0.1f, precision);
        vector.scaleToOperand(floats(source).address(), byVector.address(), n, 0.3f, 0.1f, precision);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
        assertThat(byScalar.values()[n - 1]).isEqualTo(round(Math.fma(source[n - 1], 0.3f, 0.1f), precision));
    }

    /** The operands come to lie over the floats that they are made of. */
    @ParameterizedTest
    @MethodSource("sizesAndPrecisions")
    void scaleToOperand_inPlace_equalsScalarToAnotherPlace(int n, Precision precision) {
        float[] source = uniform(random, n, 2);
        NativeFloats elsewhere = zeros(n, precision);
        scalar.scaleToOperand(floats(source).address(), elsewhere.address(), n, 0.3f, 0.1f, precision);
        for (Pointwise provider : new Pointwise[] {scalar, vector}) {
            NativeFloats place = floats(source);

            provider.scaleToOperand(place.address(), place.address(), n, 0.3f, 0.1f, precision);

            for (int i = 0; i < n; i++) {
                assertThat(ScalarPointwise.loadOperand(place.address(), i, precision))
                        .isEqualTo(elsewhere.values()[i]);
                i += n > 1000 ? 89 : 0;
            }
            place.values(); // the guards
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void decayAndSquares_equalScalar(int n) {
        float[] gradient = uniform(random, n, 2);
        float[] weight = uniform(random, n, 2);
        for (float decay : new float[] {0, 0.01f}) {
            NativeFloats byScalar = floats(gradient);
            NativeFloats byVector = floats(gradient);

            double sum =
                    scalar.decayAndSquares(byScalar.address(), floats(weight).address(), n, decay);
            double sumByVector =
                    vector.decayAndSquares(byVector.address(), floats(weight).address(), n, decay);

            assertThat(byVector.values()).isEqualTo(byScalar.values());
            assertThat(sumByVector).isCloseTo(sum, withinPercentage(1e-4));
            double exact = 0;
            for (int i = 0; i < n; i++) {
                double g = gradient[i] + (double) decay * weight[i];
                exact += g * g;
            }
            assertThat(sum).isCloseTo(exact, withinPercentage(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void descend_equalsScalar(int n) {
        float[] weight = uniform(random, n, 2);
        float[] gradient = uniform(random, n, 2);
        NativeFloats byScalar = floats(weight);
        NativeFloats byVector = floats(weight);
        scalar.descend(byScalar.address(), floats(gradient).address(), n, 0.2f);
        vector.descend(byVector.address(), floats(gradient).address(), n, 0.2f);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
        assertThat((double) byScalar.values()[n - 1])
                .isEqualTo(weight[n - 1] - (double) 0.2f * gradient[n - 1], within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void descendAnchored_equalsScalar(int n) {
        float[] weight = uniform(random, n, 2);
        float[] gradient = uniform(random, n, 2);
        float[] anchor = uniform(random, n, 2);
        float[] scale = uniform(random, n, 3);
        float[] pull = uniform(random, n, 1);
        NativeFloats byScalar = floats(weight);
        NativeFloats byVector = floats(weight);
        Pointwise.Anchor a = new Pointwise.Anchor(
                floats(anchor).address(), floats(scale).address(), floats(pull).address());
        scalar.descendAnchored(byScalar.address(), floats(gradient).address(), a, n, 0.2f);
        vector.descendAnchored(byVector.address(), floats(gradient).address(), a, n, 0.2f);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
        int last = n - 1;
        double expected = weight[last]
                - (double) 0.2f * scale[last] * gradient[last]
                + (double) pull[last] * (anchor[last] - weight[last]);
        assertThat((double) byScalar.values()[last]).isEqualTo(expected, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void adam_equalsScalar(int n) {
        Pointwise.AdamStep step = new Pointwise.AdamStep(0.5f, 0.01f, 0.9f, 0.99f, 5f, 40f, 1e-8f, 0.02f);
        float[] weight = uniform(random, n, 2);
        float[] gradient = uniform(random, n, 2);
        float[] m = uniform(random, n, 0.1);
        float[] v = uniform(random, n, 0.1);
        for (int i = 0; i < n; i++) {
            v[i] = Math.abs(v[i]);
        }
        NativeFloats[] byScalar = {floats(weight), floats(m), floats(v)};
        NativeFloats[] byVector = {floats(weight), floats(m), floats(v)};
        adam(scalar, byScalar, gradient, step);
        adam(vector, byVector, gradient, step);
        for (int k = 0; k < 3; k++) {
            assertThat(byVector[k].values()).isEqualTo(byScalar[k].values());
        }
        int last = n - 1;
        double g = 0.5 * gradient[last];
        double newM = 0.9 * m[last] + 0.1 * g;
        double newV = 0.99 * v[last] + 0.01 * g * g;
        double direction = newM * 5 / (Math.sqrt(newV * 40) + 1e-8);
        double newWeight = weight[last] - 0.01 * (direction + 0.02 * weight[last]);
        assertThat((double) byScalar[0].values()[last]).isEqualTo(newWeight, within(1e-6));
        assertThat((double) byScalar[1].values()[last]).isEqualTo(newM, within(1e-6));
        assertThat((double) byScalar[2].values()[last]).isEqualTo(newV, within(1e-6));
    }

    private void adam(Pointwise provider, NativeFloats[] state, float[] gradient, Pointwise.AdamStep step) {
        provider.adam(
                state[0].address(),
                floats(gradient).address(),
                state[1].address(),
                state[2].address(),
                gradient.length,
                step);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void average_equalsScalar(int n) {
        float[] average = uniform(random, n, 2);
        float[] value = uniform(random, n, 2);
        NativeFloats byScalar = floats(average);
        NativeFloats byVector = floats(average);
        scalar.average(byScalar.address(), floats(value).address(), n, 0.125f);
        vector.average(byVector.address(), floats(value).address(), n, 0.125f);
        assertThat(byVector.values()).isEqualTo(byScalar.values());
        assertThat((double) byScalar.values()[n - 1])
                .isEqualTo(0.875 * average[n - 1] + 0.125 * value[n - 1], within(1e-6));
    }

    /** The bf16 number nearest to a float, found among its neighbours. */
    private static float nearestBfloat16(float value) {
        float below = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xFFFF0000); // towards zero
        float above = Float.intBitsToFloat((Float.floatToRawIntBits(value) & 0xFFFF0000) + 0x10000);
        // the step from the largest finite number to infinity counts as its distance would go on
        double beyond = Float.isInfinite(above) ? Math.copySign(0x1p128, above) : above;
        double toBelow = Math.abs((double) value - below);
        double toAbove = Math.abs(beyond - value);
        boolean belowIsEven = (Float.floatToRawIntBits(below) & 0x10000) == 0;
        return toBelow < toAbove || toBelow == toAbove && belowIsEven ? below : above;
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void bfloat16_roundsToNearestTiesToEven(Provider provider) {
        SplittableRandom bits = new SplittableRandom(2);
        float[] values = new float[20000];
        for (int i = 0; i < values.length; i++) {
            int pattern = bits.nextInt();
            if (i % 3 == 0) {
                pattern = pattern & 0xFFFF0000 | 0x8000; // a tie
            }
            float value = Float.intBitsToFloat(pattern);
            values[i] = Float.isFinite(value) ? value : i;
        }
        float[] edges = {
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.intBitsToFloat(0x7F7F7FFF),
            Float.intBitsToFloat(0x7F7F8000)
        };
        System.arraycopy(edges, 0, values, 0, edges.length);

        float[] rounded = provider.toBfloat16(arena, values);

        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits(rounded[i]))
                    .as("%s, bits %08x", values[i], Float.floatToRawIntBits(values[i]))
                    .isEqualTo(Float.floatToRawIntBits(nearestBfloat16(values[i])));
        }
        assertThat(rounded[5]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(rounded[7]).isEqualTo(Float.intBitsToFloat(0x7F7F0000));
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void bfloat16_keepsInfinityAndNotANumber(Provider provider) {
        float[] values = new float[48];
        values[3] = Float.POSITIVE_INFINITY;
        values[17] = Float.NEGATIVE_INFINITY;
        values[20] = Float.NaN;
        values[40] = Float.intBitsToFloat(0xFFC00000); // what processors make of 0/0
        int[] payloads = {0x7F800001, 0x7F80FFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFF800001, 0x7FBFFFFF};
        for (int i = 0; i < payloads.length; i++) {
            values[30 + i] = Float.intBitsToFloat(payloads[i]);
        }

        float[] rounded = provider.toBfloat16(arena, values);

        for (int i = 0; i < payloads.length; i++) {
            assertThat(rounded[30 + i]).as("bits %08x", payloads[i]).isNaN();
        }

        assertThat(rounded[3]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(rounded[17]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(rounded[20]).isNaN();
        assertThat(rounded[40]).isNaN();
    }

    @Test
    void bfloat16_ofOddNotANumber_isNotANumber() {
        assertThat(Bfloat16.round(Float.intBitsToFloat(0x7F800001))).isNaN();
        assertThat(Bfloat16.round(Float.intBitsToFloat(0x7FFFFFFF))).isNaN();
        assertThat(Bfloat16.round(Float.intBitsToFloat(0xFFFFFFFF))).isNaN();
    }

    enum Provider {
        SCALAR(new ScalarPointwise()),
        VECTOR(new VectorPointwise());

        private final Pointwise pointwise;

        Provider(Pointwise pointwise) {
            this.pointwise = pointwise;
        }

        float[] toBfloat16(Arena arena, float[] values) {
            NativeFloats source = NativeFloats.of(arena, values);
            NativeFloats operand = NativeFloats.operands(arena, new float[values.length], Precision.BF16);
            pointwise.toOperand(source.address(), Pointwise.NONE, 1f, operand.address(), values.length, Precision.BF16);
            return operand.values();
        }
    }
}
