package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.PascalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.numbers.RandomSource;

class ForecastHeadTest {
    private static final List<Double> LEVELS = List.of(0.1, 0.5, 0.9);

    @ParameterizedTest
    @EnumSource(HeadKind.class)
    void loss_gradientIsThatOfFiniteDifferences(HeadKind kind) {
        ForecastHead head = ForecastHead.of(kind, LEVELS);
        RandomSource random = new RandomSource(5);
        WindowScaling.Fitted scaling = new WindowScaling.Fitted(kind == HeadKind.NEGATIVE_BINOMIAL ? 0 : 1.5, 2.5);
        float[] gradient = new float[head.outputs() + 1];
        for (int trial = 0; trial < 50; trial++) {
            float[] outputs = new float[head.outputs() + 1];
            for (int k = 0; k < outputs.length; k++) {
                outputs[k] = (float) (4 * random.uniformDouble(trial * 100L + k) - 2);
            }
            double truth = Math.floor(12 * random.uniformDouble(trial * 100L + 50));
            head.loss(truth, scaling, outputs, 1, 0.7, gradient);
            for (int k = 1; k < outputs.length; k++) {
                float[] scratch = new float[gradient.length];
                float kept = outputs[k];
                float step = 1e-2f;
                outputs[k] = kept + step;
                double above = head.loss(truth, scaling, outputs, 1, 0.7, scratch);
                outputs[k] = kept - step;
                double below = head.loss(truth, scaling, outputs, 1, 0.7, scratch);
                outputs[k] = kept;
                boolean kink = kind == HeadKind.QUANTILES && Math.abs(scaling.apply(truth) - kept) < 2 * step;
                if (!kink) {
                    double expected = (above - below) / (2.0 * step);
                    assertThat((double) gradient[k])
                            .as("output %d of trial %d", k, trial)
                            .isCloseTo(expected, within(2e-3 * Math.max(1, Math.abs(expected))));
                }
            }
        }
    }

    @Test
    void loss_ofTheMedianAloneIsTheAbsoluteError() {
        ForecastHead head = ForecastHead.of(HeadKind.QUANTILES, List.of(0.5));
        double loss = head.loss(9, new WindowScaling.Fitted(1, 2), new float[] {1.5f}, 0, 1, new float[1]);
        assertThat(loss).isCloseTo(2.5, within(1e-12));
    }

    @Test
    void loss_ofStudentIsMinusTheLogarithmOfTheDensity() {
        ForecastHead head = ForecastHead.of(HeadKind.STUDENT_T, LEVELS);
        float[] outputs = {0.3f, 0.8f};
        double width = 1e-3 + Math.log1p(Math.exp(0.8f));
        double loss = head.loss(2, new WindowScaling.Fitted(0, 1), outputs, 0, 1, new float[2]);
        double density = TDistribution.of(StudentHead.FREEDOM).density((2 - 0.3f) / width) / width;
        assertThat(loss).isCloseTo(-Math.log(density), within(1e-6));
    }

    @Test
    void loss_ofCountsIsMinusTheLogarithmOfTheProbability() {
        ForecastHead head = ForecastHead.of(HeadKind.NEGATIVE_BINOMIAL, LEVELS);
        // shape 3 = 1 / (1e-4 + softplus(o)); probability of success r / (r + mean)
        float shape = (float) ForecastHead.inverseSoftplus(1.0 / 3 - 1e-4);
        float mean = (float) ForecastHead.inverseSoftplus(2 - 1e-4);
        WindowScaling.Fitted scaling = new WindowScaling.Fitted(0, 2.5);
        PascalDistribution expected = PascalDistribution.of(3, 3.0 / (3 + 5));
        for (int n = 0; n < 12; n++) {
            double loss = head.loss(n, scaling, new float[] {mean, shape}, 0, 1, new float[2]);
            assertThat(loss).as("count %d", n).isCloseTo(-expected.logProbability(n), within(1e-5));
        }
        double[] levels = {0.05, 0.5, 0.95};
        double[] quantiles = new double[3];
        double decoded = head.decode(new float[] {mean, shape}, 0, scaling, levels, quantiles);
        assertThat(decoded).isCloseTo(5, within(1e-5));
        for (int q = 0; q < levels.length; q++) {
            assertThat(quantiles[q]).isEqualTo(expected.inverseCumulativeProbability(levels[q]));
        }
    }

    @Test
    void decode_ofManyCountsGoesOnFromTheSumToTheContinuousDistribution() {
        ForecastHead head = ForecastHead.of(HeadKind.NEGATIVE_BINOMIAL, LEVELS);
        double[] quantiles = new double[3];
        float[] outputs = {(float) ForecastHead.inverseSoftplus(1), (float) ForecastHead.inverseSoftplus(0.25)};
        double mean =
                head.decode(outputs, 0, new WindowScaling.Fitted(0, 1e6), new double[] {0.1, 0.5, 0.9}, quantiles);
        assertThat(mean).isCloseTo(1e6, within(1e3));
        assertThat(quantiles).isSorted();
        assertThat(quantiles[1]).isBetween(0.85e6, 1e6);
    }

    @Test
    void decode_sortsQuantilesThatCross() {
        ForecastHead head = ForecastHead.of(HeadKind.QUANTILES, LEVELS);
        double[] quantiles = new double[3];
        head.decode(new float[] {2, 0, 1}, 0, new WindowScaling.Fitted(0, 1), new double[] {0.1, 0.5, 0.9}, quantiles);
        assertThat(quantiles).containsExactly(0, 1, 2);
    }

    @Test
    void decode_meanOfQuantilesOfAUniformDistributionIsItsMiddle() {
        List<Double> levels = List.of(0.1, 0.3, 0.5, 0.7, 0.9);
        ForecastHead head = ForecastHead.of(HeadKind.QUANTILES, levels);
        float[] outputs = {1, 3, 5, 7, 9};
        double[] quantiles = new double[1];
        double mean = head.decode(outputs, 0, new WindowScaling.Fitted(0, 1), new double[] {0.4}, quantiles);
        assertThat(mean).isCloseTo(5, within(1e-6));
        assertThat(quantiles[0]).isCloseTo(4, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(HeadKind.class)
    void start_putsQuantilesWhereTheErrorsAre(HeadKind kind) {
        ForecastHead head = ForecastHead.of(kind, LEVELS);
        if (!head.isLocation(0)) {
            return; // counts begin at their window's level, whatever the errors
        }
        TDistribution t = TDistribution.of(StudentHead.FREEDOM);
        double[] errors = new double[999];
        Arrays.setAll(errors, i -> 0.5 + t.inverseCumulativeProbability((i + 1) / 1000.0));
        float[] biases = new float[head.outputs()];
        head.start(errors, biases, 0);
        double[] quantiles = new double[3];
        head.decode(biases, 0, new WindowScaling.Fitted(0, 1), new double[] {0.1, 0.5, 0.9}, quantiles);
        assertThat(quantiles[1]).isCloseTo(0.5, within(0.01));
        if (kind != HeadKind.MEAN) {
            assertThat(quantiles[2] - 0.5).isCloseTo(t.inverseCumulativeProbability(0.9), within(0.02));
        }
    }
}
