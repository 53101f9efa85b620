package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.randomState;
import static org.rhn4j.insight.TinyModels.randomize;
import static org.rhn4j.insight.TinyModels.uniform;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.numbers.Engine;

class LyapunovEstimatorTest {
    @Test
    void diagonalSystem_givesTheLogarithmsOfTheDiagonal() {
        double[] diagonal = {0.5, 2, 1, 0.9};
        LyapunovEstimator estimator = new LyapunovEstimator(2, 3, 4, 200, 1);

        for (int step = 0; step < 300; step++) {
            float[] tangents = estimator.tangents();
            for (int i = 0; i < tangents.length; i++) {
                tangents[i] = (float) (tangents[i] * diagonal[i % 4]);
            }
            estimator.stepDone();
        }

        LyapunovExponents result = estimator.result();
        assertThat(result.exponents()).containsExactly(new double[] {Math.log(2), 0, Math.log(0.9)}, within(1e-5));
        assertThat(result.steps()).isEqualTo(200);
        assertThat(result.halfLife()).isNull();
        assertThat(Arrays.stream(result.standardErrors()).max().orElseThrow()).isLessThan(1e-5);
    }

    @Test
    void constantMatrix_givesTheLogarithmsOfItsEigenvalues() {
        int n = 6;
        float[] matrix = TinyModels.floats(uniform(new SplittableRandom(8), n * n, 0.3));
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] += 0.1f * i; // real and apart
        }
        Spectrum spectrum = Spectrum.of(matrix, n);
        LyapunovEstimator estimator = new LyapunovEstimator(1, n, n, 2000, 1);

        for (int step = 0; step < 8000; step++) {
            multiply(matrix, estimator.tangents(), n);
            estimator.stepDone();
        }

        LyapunovExponents result = estimator.result();
        for (int k = 0; k < n; k++) {
            // a pair turns, so that its two exponents are its mean only over whole turns
            assertThat(result.exponents()[k]).isCloseTo(Math.log(spectrum.magnitude(k)), within(2e-3));
        }
        assertThat(result.halfLife()).isCloseTo(-Math.log(2) / result.exponents()[0], within(1e-9));
    }

    private static void multiply(float[] matrix, float[] tangents, int n) {
        for (int at = 0; at < tangents.length; at += n) {
            float[] before = Arrays.copyOfRange(tangents, at, at + n);
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += (double) matrix[i * n + j] * before[j];
                }
                tangents[at + i] = (float) sum;
            }
        }
    }

    @Test
    void singularSystem_hasExponentsOfNothingLeft() {
        LyapunovEstimator estimator = new LyapunovEstimator(1, 2, 3, 0, 1);

        for (int step = 0; step < 40; step++) {
            float[] tangents = estimator.tangents();
            for (int i = 0; i < tangents.length; i++) {
                tangents[i] = i % 3 == 0 ? tangents[i] : 0;
            }
            estimator.stepDone();
        }

        assertThat(estimator.result().exponents()[1]).isLessThan(-60);
        assertThat(estimator.tangents()).doesNotContain(Float.NaN);
    }

    @Test
    void allExponents_sumToTheMeanLogarithmOfTheDeterminant() {
        for (Cell cell : new Cell[] {new RecurrentHighway(2, COUPLED), new Lstm()}) {
            SplittableRandom random = new SplittableRandom(5);
            ReferenceCell reference = TinyModels.reference(cell, 3, 6);
            randomize(reference.parameters(), random, 0.8);
            int steps = 20;
            try (Engine engine = TinyModels.engine(2);
                    MatrixProducts products = new MatrixProducts(engine)) {
                LayerTrace trace = TinyModels.trace(
                        products, cell, reference, uniform(random, steps * 3, 1), randomState(random, reference, 1));
                int size = trace.weights().stateSize();
                LyapunovEstimator estimator = new LyapunovEstimator(1, size, size, 0, 1);
                StepDerivative derivative = new StepDerivative(products, trace.weights());
                double expected = 0;
                for (int t = 0; t < steps; t++) {
                    int[] rows = new int[size];
                    Arrays.fill(rows, t);
                    derivative.forward(trace, rows, estimator.tangents());
                    estimator.stepDone(products);
                    double[] j = TinyModels.doubles(
                            StepJacobian.of(products, trace, t).values());
                    expected += Math.log(Math.abs(CommonOps_DDRM.det(DMatrixRMaj.wrap(size, size, j)))) / steps;
                }

                double sum = Arrays.stream(estimator.result().exponents()).sum();

                assertThat(sum).isCloseTo(expected, within(1e-3 * Math.abs(expected)));
            }
        }
    }
}
