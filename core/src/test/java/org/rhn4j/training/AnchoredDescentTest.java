package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rhn4j.cells.Gradients;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.UnitSlices;

/** Steps computed by hand, on a matrix and a vector with padding. */
class AnchoredDescentTest {
    private static final float[] MATRIX = {1, -2, 3, 0.5f, -0.25f, 4};
    private static final float[] VECTOR = {0.1f, 0.2f, -0.3f};

    private Engine engine;
    private Parameters parameters;
    private Gradients gradients;
    private AnchoredDescent descent;

    @BeforeEach
    void makeParameters() {
        engine = Engine.builder().threads(2).build();
        parameters = new Parameters();
        parameters.addMatrix("matrix", UnitSlices.of(3, 2), UnitSlices.of(2, 2));
        parameters.addVector("vector", UnitSlices.of(3, 2));
        parameters.allocate();
        parameters.setValues("matrix", MATRIX);
        parameters.setValues("vector", VECTOR);
        gradients = new Gradients(parameters).allocate();
        descent = new AnchoredDescent(engine, parameters).allocate();
    }

    @AfterEach
    void close() {
        descent.close();
        gradients.close();
        parameters.close();
        engine.close();
    }

    private void setGradients(float... nine) {
        MemorySegment arena = gradients.memory();
        parameters.write(parameters.get("matrix"), arena, java.util.Arrays.copyOf(nine, 6));
        parameters.write(parameters.get("vector"), arena, java.util.Arrays.copyOfRange(nine, 6, 9));
    }

    private double weight(int i) {
        return i < 6 ? parameters.values("matrix")[i] : parameters.values("vector")[i - 6];
    }

    private static double anchor(int i) {
        return i < 6 ? MATRIX[i] : VECTOR[i - 6];
    }

    @Test
    void uniformSteps_descendAndPullBack() {
        descent.useUniformSteps(0.25);
        setGradients(1, 2, 3, 4, 5, 6, 7, 8, 9);
        descent.step(gradients, 0.1);
        descent.step(gradients, 0.1);
        for (int i = 0; i < 9; i++) {
            double g = i + 1;
            // w₁ = w₀ − 0.1 g;  w₂ = w₁ − 0.1 g + 0.25 (w₀ − w₁)
            assertThat(weight(i)).isEqualTo(anchor(i) - 0.1 * g - 0.1 * g + 0.25 * 0.1 * g, within(1e-5));
        }
        descent.restore();
        assertThat(parameters.values("matrix")).isEqualTo(MATRIX);
        assertThat(parameters.values("vector")).isEqualTo(VECTOR);
    }

    @Test
    void rootMeanSquares_scaleStepsAndPull() {
        setGradients(1, 2, 3, 4, 5, 6, 7, 8, 0);
        descent.addSquares(gradients);
        setGradients(-1, 2, 3, 4, -5, 6, 7, 8, 0);
        descent.addSquares(gradients);
        descent.useRootMeanSquares(2, 0.5);
        double mean = 36 / 9.0; // the roots are 1 to 8, and 0
        setGradients(1, 1, 1, 1, 1, 1, 1, 1, 1);
        descent.step(gradients, 0.1);
        descent.step(gradients, 0.1);
        for (int i = 0; i < 9; i++) {
            double root = i < 8 ? i + 1 : 0;
            double step = 0.1 / (root + AnchoredDescent.EPSILON_SHARE * mean);
            double pull = Math.min(1, 0.5 * root / mean);
            assertThat(weight(i)).as("weight %d", i).isEqualTo(anchor(i) - 2 * step + pull * step, within(1e-5));
        }
    }
}
