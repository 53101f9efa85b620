package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.FREE;
import static org.rhn4j.insight.TinyModels.assertClose;
import static org.rhn4j.insight.TinyModels.doubles;
import static org.rhn4j.insight.TinyModels.randomState;
import static org.rhn4j.insight.TinyModels.randomize;
import static org.rhn4j.insight.TinyModels.uniform;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceDeepTransition;
import org.rhn4j.cells.reference.ReferenceRecurrentHighway;
import org.rhn4j.cells.reference.TemporalJacobian;
import org.rhn4j.golden.GoldenFile;
import org.rhn4j.numbers.Engine;

class StepJacobianTest {
    private static Engine engine;
    private static MatrixProducts products;

    @BeforeAll
    static void open() {
        engine = TinyModels.engine(2);
        products = new MatrixProducts(engine);
    }

    @AfterAll
    static void close() {
        products.close();
        engine.close();
    }

    @ParameterizedTest(name = "{0}: Jacobian, discs and eigenvalues of the last step")
    @ValueSource(strings = {"rhn-batch1", "rhn-depth1", "rhn-depth3", "rhn-depth4-dropout", "rhn-depth10"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        int depth = Integer.parseInt(golden.metadata("L"));
        int[] shape = golden.shape("x");
        RecurrentHighway cell = new RecurrentHighway(depth, COUPLED);
        ReferenceCell reference = TinyModels.reference(cell, shape[2], golden.shape("s0")[1]);
        reference.parameters().forEach((name, values) -> {
            double[] stored = golden.doubles(name);
            System.arraycopy(stored, 0, values, 0, values.length);
        });
        double[][] initial = {golden.doubles("s0")};
        LayerTrace trace = TinyModels.trace(products, cell, reference, golden.doubles("x"), initial);

        StepJacobian jacobian = StepJacobian.of(products, trace, trace.row(shape[0] - 1, 0));

        assertClose("jacobian", doubles(jacobian.values()), golden.doubles("jacobian"), 1e-5);
        GershgorinDiscs discs = jacobian.discs();
        assertClose("centres", doubles(discs.centers()), golden.doubles("gershgorin.center"), 1e-5);
        assertClose("radii", doubles(discs.rowRadii()), golden.doubles("gershgorin.radius"), 1e-5);
        assertSameValues(jacobian.spectrum(), golden.doubles("eigenvalues"), 1e-5);
    }

    /** Asserts that each value has a partner of its own; tolerance is relative to the largest magnitude. */
    private static void assertSameValues(Spectrum actual, double[] expected, double tolerance) {
        int n = actual.size();
        assertThat(expected).hasSize(2 * n);
        boolean[] taken = new boolean[n];
        for (int k = 0; k < n; k++) {
            int nearest = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                double distance =
                        Math.hypot(actual.real()[i] - expected[2 * k], actual.imaginary()[i] - expected[2 * k + 1]);
                if (!taken[i] && distance < least) {
                    least = distance;
                    nearest = i;
                }
            }
            assertThat(least).as("eigenvalue %d", k).isLessThanOrEqualTo(tolerance * actual.radius());
            taken[nearest] = true;
        }
    }

    static Stream<Arguments> highways() {
        return Stream.of(
                Arguments.of(new RecurrentHighway(1, COUPLED)),
                Arguments.of(new RecurrentHighway(3, COUPLED)),
                Arguments.of(new RecurrentHighway(1, FREE)),
                Arguments.of(new RecurrentHighway(4, FREE)),
                Arguments.of(new DeepTransition(1)),
                Arguments.of(new DeepTransition(3)));
    }

    @ParameterizedTest
    @MethodSource("highways")
    void equalsTheReference(Cell cell) {
        SplittableRandom random = new SplittableRandom(3);
        ReferenceCell reference = TinyModels.reference(cell, 5, 19);
        randomize(reference.parameters(), random, 0.7);
        double[] x = uniform(random, 5, 1);
        double[][] state = randomState(random, reference, 1);

        StepJacobian jacobian = StepJacobian.of(
                engine, cell, TinyModels.values(reference), TinyModels.floats(x), TinyModels.state(state, 1, 19));

        TemporalJacobian expected = reference instanceof ReferenceRecurrentHighway highway
                ? TemporalJacobian.of(highway, x, state[0])
                : TemporalJacobian.of((ReferenceDeepTransition) reference, x, state[0]);
        assertClose("jacobian", doubles(jacobian.values()), expected.values(), 1e-5);
        GershgorinDiscs discs = jacobian.discs();
        assertClose("centres", doubles(discs.centers()), expected.gershgorinCenters(), 1e-5);
        assertClose("row radii", doubles(discs.rowRadii()), expected.gershgorinRowRadii(), 1e-5);
        assertClose("column radii", doubles(discs.columnRadii()), expected.gershgorinColumnRadii(), 1e-5);
    }

    static Stream<Cell> cells() {
        return EveryCell.of(2);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void equalsFiniteDifferences(Cell cell) {
        SplittableRandom random = new SplittableRandom(4);
        int hidden = 7;
        ReferenceCell reference = TinyModels.reference(cell, 3, hidden);
        randomize(reference.parameters(), random, 0.9);
        double[] x = uniform(random, 3, 1);
        double[][] state = randomState(random, reference, 1);

        StepJacobian jacobian = StepJacobian.of(
                engine, cell, TinyModels.values(reference), TinyModels.floats(x), TinyModels.state(state, 1, hidden));

        int size = state.length * hidden;
        assertThat(jacobian.size()).isEqualTo(size);
        double[] expected = new double[size * size];
        double step = 1e-5;
        for (int j = 0; j < size; j++) {
            double[] part = state[j / hidden];
            double value = part[j % hidden];
            part[j % hidden] = value + step;
            double[][] above = reference.step(x, state);
            part[j % hidden] = value - step;
            double[][] below = reference.step(x, state);
            part[j % hidden] = value;
            for (int i = 0; i < size; i++) {
                expected[i * size + j] = (above[i / hidden][i % hidden] - below[i / hidden][i % hidden]) / (2 * step);
            }
        }
        assertClose("jacobian", doubles(jacobian.values()), expected, 1e-5);
    }

    @ParameterizedTest(name = "depth {0}")
    @ValueSource(ints = {1, 2, 3, 5, 10})
    void everyEigenvalueLiesInTheDiscs(int depth) {
        SplittableRandom random = new SplittableRandom(depth);
        for (int hidden : new int[] {1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 64}) {
            RecurrentHighway cell = new RecurrentHighway(depth, hidden % 2 == 0 ? COUPLED : FREE);
            ReferenceCell reference = TinyModels.reference(cell, 2, hidden);
            randomize(reference.parameters(), random, 2 / Math.sqrt(hidden));
            double[][] state = randomState(random, reference, 1);
            LayerTrace trace = TinyModels.trace(products, cell, reference, uniform(random, 2, 1), state);

            StepJacobian jacobian = StepJacobian.of(products, trace, 0);

            GershgorinDiscs discs = jacobian.discs();
            Spectrum spectrum = jacobian.spectrum();
            assertThat(spectrum.size()).isEqualTo(hidden);
            for (int k = 0; k < hidden; k++) {
                assertThat(distance(spectrum, k, discs.centers(), discs.rowRadii()))
                        .isLessThan(1e-5 * (1 + discs.bound()));
                assertThat(distance(spectrum, k, discs.centers(), discs.columnRadii()))
                        .isLessThan(1e-5 * (1 + discs.bound()));
            }
            double radius = spectrum.radius();
            assertThat(radius).isLessThanOrEqualTo(discs.bound() * 1.00001);
            assertThat(radius).isLessThanOrEqualTo(jacobian.largestSingularValue() * 1.00001);
        }
    }

    private static double distance(Spectrum spectrum, int k, float[] centers, float[] radii) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < centers.length; i++) {
            least = Math.min(least, Math.hypot(spectrum.real()[k] - centers[i], spectrum.imaginary()[k]) - radii[i]);
        }
        return least;
    }

    @Test
    void shutGates_leaveAllEigenvaluesAtOne() {
        LayerTrace trace = withTransformBias(-1e4, 6);

        Spectrum spectrum = StepJacobian.of(products, trace, 0).spectrum();

        assertThat(spectrum.real()).containsOnly(1);
        assertThat(spectrum.imaginary()).containsOnly(0);
    }

    @Test
    void openGates_giveThePlainNetwork() {
        int hidden = 6;
        LayerTrace trace = withTransformBias(1e4, hidden);

        StepJacobian jacobian = StepJacobian.of(products, trace, 0);

        double[] h = doubles(trace.after());
        float[] row = new float[hidden];
        double[] expected = new double[hidden * hidden];
        for (int i = 0; i < hidden; i++) {
            trace.weights().recurrent()[0].copyRow(i, row);
            for (int j = 0; j < hidden; j++) {
                expected[i * hidden + j] = (1 - h[i] * h[i]) * row[j];
            }
        }
        assertClose("jacobian", doubles(jacobian.values()), expected, 1e-6);
        Spectrum plain = Spectrum.of(TinyModels.floats(expected), hidden);
        double[] interleaved = new double[2 * hidden];
        for (int k = 0; k < hidden; k++) {
            interleaved[2 * k] = plain.real()[k];
            interleaved[2 * k + 1] = plain.imaginary()[k];
        }
        assertSameValues(jacobian.spectrum(), interleaved, 1e-5);
    }

    private static LayerTrace withTransformBias(double bias, int hidden) {
        SplittableRandom random = new SplittableRandom(9);
        RecurrentHighway cell = new RecurrentHighway(1, COUPLED);
        ReferenceCell reference = TinyModels.reference(cell, 2, hidden);
        randomize(reference.parameters(), random, 0.8);
        double[] biases = reference.parameters().get("recurrent.0.bias");
        Arrays.fill(biases, hidden, 2 * hidden, bias);
        return TinyModels.trace(products, cell, reference, uniform(random, 2, 1), randomState(random, reference, 1));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3", "40, 4", "120, 5"})
    void largestSingularValue_isThatOfTheDecomposition(int n, long seed) {
        float[] matrix = TinyModels.floats(uniform(new SplittableRandom(seed), n * n, 1));
        double[] values = doubles(matrix);
        var decomposition = org.ejml.dense.row.factory.DecompositionFactory_DDRM.svd(n, n, false, false, true);
        decomposition.decompose(org.ejml.data.DMatrixRMaj.wrap(n, n, values));
        double expected = Arrays.stream(decomposition.getSingularValues()).max().orElseThrow();

        assertThat(SingularValues.largest(matrix, n)).isBetween(expected * (1 - 1e-6), expected * (1 + 1e-6));
    }

    @Test
    void largestSingularValue_ofZerosIsZero() {
        assertThat(SingularValues.largest(new float[9], 3)).isZero();
    }
}
