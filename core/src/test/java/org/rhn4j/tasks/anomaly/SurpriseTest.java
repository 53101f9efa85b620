package org.rhn4j.tasks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurpriseTest {
    @ParameterizedTest
    @CsvSource({"0, 0.1, -1", "2.5, 0.3, 0.5", "-40, 1, -3", "0.01, 0, -6", "3, -2, 5"})
    void gradientIsThatOfTheLoss(double distance, float location, float scale) {
        float[] outputs = {7, location, scale};
        float[] gradient = new float[3];
        Surprise.loss(distance, outputs, 1, 0.5, gradient);
        for (int i = 1; i < 3; i++) {
            float step = 1e-3f;
            float[] above = outputs.clone();
            above[i] += step;
            float[] below = outputs.clone();
            below[i] -= step;
            double rise = Surprise.loss(distance, above, 1, 0.5, new float[3])
                    - Surprise.loss(distance, below, 1, 0.5, new float[3]);
            double slope = rise / (above[i] - below[i]);
            assertThat((double) gradient[i]).isCloseTo(slope, within(2e-3 * Math.abs(slope) + 1e-4));
        }
        assertThat(gradient[0]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 1, 0.575364", "3, 1, 2.772589"})
    void surpriseIsTheLogarithmOfTheFallInDensity(double error, double scale, double expected) {
        assertThat(Surprise.of(error, scale)).isCloseTo(expected, within(1e-6));
    }
}
