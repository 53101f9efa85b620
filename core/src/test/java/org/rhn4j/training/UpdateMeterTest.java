package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;

class UpdateMeterTest {
    /** Up to 90 units every weight is looked at; beyond it is a sample. */
    @ParameterizedTest
    @ValueSource(ints = {20, 200})
    void ratio_isThatOfTheRecurrentWeights(int hidden) {
        Architecture architecture = Architecture.overTokens(
                new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 11, hidden, hidden, 1, true);
        try (Parameters parameters = Network.parameters(architecture, 2)) {
            parameters.allocate();
            SplittableRandom random = new SplittableRandom(3);
            parameters.all().forEach(p -> parameters.setValues(p.name(), uniform(random, p, 0.1)));
            UpdateMeter meter = new UpdateMeter(parameters);
            meter.remember();
            double moved = 0;
            double size = 0;
            for (Parameters.Parameter p : parameters.all()) {
                float[] before = parameters.values(p.name());
                float[] step = uniform(random, p, p.name().startsWith("layers.") ? 0.002 : 1);
                for (int i = 0; i < step.length; i++) {
                    if (p.name().startsWith("layers.") && p.shape().length == 2) {
                        moved += step[i] * step[i];
                        size += before[i] * before[i];
                    }
                    step[i] += before[i];
                }
                parameters.setValues(p.name(), step);
            }

            double expected = Math.sqrt(moved / size);
            assertThat(meter.ratio()).isCloseTo(expected, within((hidden <= 90 ? 1e-5 : 2e-2) * expected));
        }
    }

    private static float[] uniform(SplittableRandom random, Parameters.Parameter parameter, double scale) {
        float[] values = new float[Math.toIntExact(parameter.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-scale, scale);
        }
        return values;
    }
}
