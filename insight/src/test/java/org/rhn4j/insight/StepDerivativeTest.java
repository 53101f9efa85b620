package org.rhn4j.insight;

import static org.rhn4j.insight.TinyModels.assertClose;
import static org.rhn4j.insight.TinyModels.doubles;
import static org.rhn4j.insight.TinyModels.floats;
import static org.rhn4j.insight.TinyModels.randomState;
import static org.rhn4j.insight.TinyModels.randomize;
import static org.rhn4j.insight.TinyModels.uniform;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.numbers.Engine;

class StepDerivativeTest {
    static Stream<Cell> cells() {
        return EveryCell.of(3);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void forwardAndBackward_areTheJacobianAndItsTranspose(Cell cell) {
        SplittableRandom random = new SplittableRandom(1);
        ReferenceCell reference = TinyModels.reference(cell, 4, 11);
        randomize(reference.parameters(), random, 0.7);
        try (Engine engine = TinyModels.engine(2);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = TinyModels.trace(
                    products, cell, reference, uniform(random, 3 * 2 * 4, 1), randomState(random, reference, 2));
            StepDerivative derivative = new StepDerivative(products, trace.weights());
            int size = trace.weights().stateSize();
            int[] rows = {5, 0, 3};
            double[] vectors = uniform(random, rows.length * size, 1);
            float[] forward = floats(vectors);
            float[] backward = floats(vectors);
            float[] inputGradients = new float[rows.length * 4];

            derivative.forward(trace, rows, forward);
            derivative.backward(trace, rows, backward, inputGradients);

            double[] expectedForward = new double[vectors.length];
            double[] expectedBackward = new double[vectors.length];
            for (int r = 0; r < rows.length; r++) {
                float[] j = StepJacobian.of(products, trace, rows[r]).values();
                for (int i = 0; i < size; i++) {
                    for (int k = 0; k < size; k++) {
                        expectedForward[r * size + i] += j[i * size + k] * vectors[r * size + k];
                        expectedBackward[r * size + k] += j[i * size + k] * vectors[r * size + i];
                    }
                }
            }
            assertClose("forward", doubles(forward), expectedForward, 1e-5);
            assertClose("backward", doubles(backward), expectedBackward, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void inputGradients_areTheReferences(Cell cell) {
        SplittableRandom random = new SplittableRandom(2);
        ReferenceCell reference = TinyModels.reference(cell, 4, 11);
        randomize(reference.parameters(), random, 0.7);
        double[] x = uniform(random, 4, 1);
        double[][] state = randomState(random, reference, 1);
        double[] gradient = uniform(random, 11, 1);
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = TinyModels.trace(products, cell, reference, x, state);
            int size = trace.weights().stateSize();
            float[] gradients = new float[size];
            System.arraycopy(floats(gradient), 0, gradients, 0, 11);
            float[] inputGradients = new float[4];

            new StepDerivative(products, trace.weights()).backward(trace, new int[1], gradients, inputGradients);

            ReferenceCell.Gradients expected = reference.run(x, state).backward(gradient);
            assertClose("by the input", doubles(inputGradients), expected.x(), 1e-5);
            double[] byState = new double[size];
            for (int part = 0; part < expected.state().length; part++) {
                System.arraycopy(expected.state()[part], 0, byState, part * 11, 11);
            }
            assertClose("by the state", doubles(gradients), byState, 1e-5);
        }
    }
}
