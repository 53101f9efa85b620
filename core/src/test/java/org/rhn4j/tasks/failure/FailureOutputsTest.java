package org.rhn4j.tasks.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;

class FailureOutputsTest {
    private static final FailureConfiguration CONFIGURATION = configuration();

    private static FailureConfiguration configuration() {
        HistorySet set = Machines.set(4, 1);
        return FailurePlan.of(FailurePlan.NETWORK)
                .withCap(100)
                .withWithin(20)
                .prepare(set, FailurePlan.split(set.units(), 0.25, 1), false)
                .configuration();
    }

    @Test
    void loss_gradient_sameAsDifferences() {
        FailureOutputs outputs = new FailureOutputs(CONFIGURATION);
        for (FailureTarget target : new FailureTarget[] {
            new FailureTarget(40, 0), new FailureTarget(10, 1), new FailureTarget(Double.NaN, 0)
        }) {
            float[] at = {0.3f, -1.2f, 0.4f, 0.7f};
            float[] gradient = new float[4];
            outputs.loss(target, at, 0.5, gradient);
            for (int i = 0; i < 4; i++) {
                double above = outputs.loss(target, moved(at, i, 1e-3f), 0.5, new float[4]);
                double below = outputs.loss(target, moved(at, i, -1e-3f), 0.5, new float[4]);
                double slope = (above - below) / 2e-3;
                if (i == 0 && target.knowsLife()) {
                    // What moves the interval along with p is not passed on to p, so its part is taken away.
                    double y = target.life() / 100;
                    double squared = 0.5 * 2 * 2 * (0.3f - y);
                    assertThat((double) gradient[0]).isCloseTo(squared, within(1e-6));
                } else {
                    assertThat((double) gradient[i])
                            .as("output %d of %s", i, target)
                            .isCloseTo(slope, within(1e-4));
                }
            }
        }
    }

    private static float[] moved(float[] values, int index, float by) {
        float[] moved = Arrays.copyOf(values, values.length);
        moved[index] += by;
        return moved;
    }

    @Test
    void loss_nothingKnown_nothing() {
        float[] gradient = {1, 1, 1, 1};
        double loss = new FailureOutputs(CONFIGURATION)
                .loss(new FailureTarget(Double.NaN, Double.NaN), new float[4], 1, gradient);
        assertThat(loss).isZero();
        assertThat(gradient).containsOnly(0f);
    }

    @Test
    void quantileLoss_anyQuantile_leastAtTheQuantile() {
        double[] values = new double[101];
        Arrays.setAll(values, i -> i);
        for (double q : new double[] {0.05, 0.5, 0.95}) {
            double best = Double.POSITIVE_INFINITY;
            int bestGuess = -1;
            for (int guess = 0; guess <= 100; guess++) {
                double sum = 0;
                for (double value : values) {
                    sum += FailureOutputs.quantileLoss(q, value - guess);
                }
                if (sum < best) {
                    best = sum;
                    bestGuess = guess;
                }
            }
            assertThat(bestGuess).isEqualTo((int) Math.round(100 * q));
        }
    }

    @Test
    void prediction_anyOutputs_intervalHoldsTheLifeAndKeepsToTheCap() {
        FailureOutputs outputs = new FailureOutputs(CONFIGURATION);
        for (float p = -2; p < 3; p += 0.1f) {
            for (float width = -30; width < 30; width += 5) {
                FailurePrediction each = outputs.prediction(new float[] {p, width, -width, 0}, 0, 1.5);
                assertThat(each.lower()).isBetween(0.0, each.life());
                assertThat(each.upper()).isBetween(each.life(), 100.0);
            }
        }
        assertThat(outputs.prediction(new float[] {0, 0, 0, 0}, 0, 1).probability())
                .isEqualTo(0.5);
    }

    @Test
    void neededWidening_thatMuch_reachesTheTruth() {
        FailureOutputs outputs = new FailureOutputs(CONFIGURATION);
        float[] at = {0.4f, 0.2f, -0.3f, 0};
        double up = outputs.neededWidening(at, 0, 75);
        assertThat(outputs.prediction(at, 0, up).upper()).isCloseTo(75, within(1e-4));
        double down = outputs.neededWidening(at, 0, 12);
        assertThat(outputs.prediction(at, 0, down).lower()).isCloseTo(12, within(1e-4));
    }

    @Test
    void of_unitStillRunning_onlyWhatIsKnown() {
        History running = new History("m", stamps(), new double[151][1], null);
        // Cap 100, within 20: after row 0 it ran for 150 steps, after row 100 for 50, after row 140 for 10.
        assertThat(FailureTarget.of(CONFIGURATION, running, 0)).isEqualTo(new FailureTarget(100, 0));
        assertThat(FailureTarget.of(CONFIGURATION, running, 100)).isEqualTo(new FailureTarget(Double.NaN, 0));
        assertThat(FailureTarget.of(CONFIGURATION, running, 130)).isEqualTo(new FailureTarget(Double.NaN, 0));
        assertThat(FailureTarget.of(CONFIGURATION, running, 140).isKnown()).isFalse();
        History failed = new History("m", stamps(), new double[151][1], HistorySchema.ENDED);
        assertThat(FailureTarget.of(CONFIGURATION, failed, 0)).isEqualTo(new FailureTarget(100, 0));
        assertThat(FailureTarget.of(CONFIGURATION, failed, 129)).isEqualTo(new FailureTarget(21, 0));
        assertThat(FailureTarget.of(CONFIGURATION, failed, 130)).isEqualTo(new FailureTarget(20, 1));
        assertThat(FailureTarget.of(CONFIGURATION, failed, 150)).isEqualTo(new FailureTarget(0, 1));
    }

    private static long[] stamps() {
        long[] stamps = new long[151];
        Arrays.setAll(stamps, i -> i);
        return stamps;
    }
}
