package org.rhn4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;

class LayersTest {
    private static final int STEPS = 4;
    private static final int BATCH = 3;
    private static final int INPUTS = 5;
    private static final int UNITS = 7;

    private final Random random = new Random(1);

    /** The loss is Σ g ⊙ states, so that g is its gradient. */
    @ParameterizedTest
    @ValueSource(strings = {"rhn", "lstm", "dt-rnn"})
    void backward_isTheSlopeOfForward(String cell) {
        try (Layers layers = Layers.of(cell, INPUTS, UNITS, 1, 2, 3)) {
            float[] values = random(STEPS * BATCH * INPUTS);
            float[] g = random(STEPS * BATCH * UNITS);
            layers.forward(values, BATCH);
            float[] ofValues = layers.backward(g);
            String weight = layers.names().get(1);
            float[] ofWeight = layers.gradient(weight);
            for (int i = 0; i < values.length; i += 7) {
                assertThat(slope(layers, values, i, g)).as("value %d", i).isCloseTo(ofValues[i], within(2e-3));
            }
            for (int i = 0; i < ofWeight.length; i += 11) {
                assertThat(slopeOfWeight(layers, weight, i, values, g))
                        .as("%s %d", weight, i)
                        .isCloseTo(ofWeight[i], within(2e-3));
            }
        }
    }

    private double slope(Layers layers, float[] values, int i, float[] g) {
        float step = 1e-2f;
        float[] moved = values.clone();
        moved[i] += step;
        double above = loss(layers, moved, g);
        moved[i] -= 2 * step;
        return (above - loss(layers, moved, g)) / (2 * step);
    }

    private double slopeOfWeight(Layers layers, String weight, int i, float[] values, float[] g) {
        float step = 1e-2f;
        float[] before = layers.weight(weight);
        float[] moved = before.clone();
        moved[i] += step;
        layers.setWeight(weight, moved);
        double above = loss(layers, values, g);
        moved[i] -= 2 * step;
        layers.setWeight(weight, moved);
        double below = loss(layers, values, g);
        layers.setWeight(weight, before);
        return (above - below) / (2 * step);
    }

    private static double loss(Layers layers, float[] values, float[] g) {
        float[] states = layers.forward(values, BATCH);
        double loss = 0;
        for (int i = 0; i < g.length; i++) {
            loss += g[i] * states[i];
        }
        return loss;
    }

    @Test
    void mistakes_areSentences() {
        assertThatThrownBy(() -> Layers.of("rnn", 1, 1, 1, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("There is no cell \"rnn\"; there are rhn, lstm");
        try (Layers layers = Layers.highway(INPUTS, UNITS, 2, 1)) {
            assertThatThrownBy(() -> layers.gradient("layers.0.input.weight"))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> layers.forward(new float[INPUTS + 1], 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private float[] random(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
