package org.rhn4j.cells.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.cells.reference.ReferenceChecks.GOLDEN_TOLERANCE;
import static org.rhn4j.cells.reference.ReferenceChecks.assertClose;
import static org.rhn4j.cells.reference.ReferenceChecks.assertDerivative;
import static org.rhn4j.cells.reference.ReferenceChecks.randomize;
import static org.rhn4j.cells.reference.ReferenceChecks.uniform;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.reference.ReferenceRecurrentHighway.Carry;
import org.rhn4j.golden.GoldenFile;

class TemporalJacobianTest {

    @ParameterizedTest(name = "{0}: Jacobian and Geršgorin discs of the last step")
    @ValueSource(strings = {"rhn-batch1", "rhn-depth1", "rhn-depth3", "rhn-depth4-dropout", "rhn-depth10"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        ReferenceRecurrentHighway cell = ReferenceRecurrentHighwayTest.load(golden);

        TemporalJacobian jacobian = lastStep(golden, cell);

        assertClose("jacobian", jacobian.values(), golden.doubles("jacobian"), GOLDEN_TOLERANCE);
        assertClose("centres", jacobian.gershgorinCenters(), golden.doubles("gershgorin.center"), GOLDEN_TOLERANCE);
        double[] radii = golden.doubles("gershgorin.radius");
        assertClose("radii", jacobian.gershgorinRowRadii(), radii, GOLDEN_TOLERANCE);
    }

    @ParameterizedTest(name = "{0}: all eigenvalues lie in the row discs and in the column discs")
    @ValueSource(strings = {"rhn-batch1", "rhn-depth1", "rhn-depth3", "rhn-depth4-dropout", "rhn-depth10"})
    void discsHoldTheEigenvalues(String file) {
        GoldenFile golden = GoldenFile.load(file);
        ReferenceRecurrentHighway cell = ReferenceRecurrentHighwayTest.load(golden);
        TemporalJacobian jacobian = lastStep(golden, cell);
        double[] eigenvalues = golden.doubles("eigenvalues");

        for (int k = 0; k < jacobian.size(); k++) {
            double[] eigenvalue = PlainLoops.row(eigenvalues, k, 2);
            assertInside(eigenvalue, jacobian.gershgorinCenters(), jacobian.gershgorinRowRadii());
            assertInside(eigenvalue, jacobian.gershgorinCenters(), jacobian.gershgorinColumnRadii());
        }
    }

    /** Returns the Jacobian of sequence 0 at the last step, of a run without dropout even where the file has masks. */
    private static TemporalJacobian lastStep(GoldenFile golden, ReferenceRecurrentHighway cell) {
        int[] shape = golden.shape("x");
        int time = shape[0];
        int batch = shape[1];
        double[] inputs = golden.doubles("x");
        double[] states =
                cell.run(inputs, new double[][] {golden.doubles("s0")}).states();
        double[] x = PlainLoops.row(inputs, (time - 1) * batch, cell.inputSize());
        double[] s = PlainLoops.row(states, (time - 2) * batch, cell.hiddenSize());
        return TemporalJacobian.of(cell, x, s);
    }

    private static void assertInside(double[] eigenvalue, double[] centers, double[] radii) {
        double outside = Double.POSITIVE_INFINITY;
        for (int i = 0; i < centers.length; i++) {
            outside = Math.min(outside, Math.hypot(eigenvalue[0] - centers[i], eigenvalue[1]) - radii[i]);
        }
        assertThat(outside)
                .as("distance of %s from the discs", Arrays.toString(eigenvalue))
                .isLessThan(1e-12);
    }

    @ParameterizedTest(name = "highway, {0} carry, depth {1}")
    @CsvSource({"COUPLED, 1", "COUPLED, 2", "COUPLED, 4", "FREE, 1", "FREE, 2", "FREE, 4"})
    void highway_equalsFiniteDifferences(Carry carry, int depth) {
        SplittableRandom random = new SplittableRandom(depth);
        ReferenceRecurrentHighway cell = new ReferenceRecurrentHighway(3, 5, depth, carry);
        randomize(cell.parameters(), random, 0.8);
        double[] x = uniform(random, 3, 1);
        double[] s = uniform(random, 5, 0.9);
        assertJacobian(TemporalJacobian.of(cell, x, s), cell, x, s);
    }

    @ParameterizedTest(name = "deep transition, depth {0}")
    @ValueSource(ints = {1, 2, 4})
    void deepTransition_equalsFiniteDifferences(int depth) {
        SplittableRandom random = new SplittableRandom(depth);
        ReferenceDeepTransition cell = new ReferenceDeepTransition(3, 5, depth);
        randomize(cell.parameters(), random, 0.8);
        double[] x = uniform(random, 3, 1);
        double[] s = uniform(random, 5, 0.9);
        assertJacobian(TemporalJacobian.of(cell, x, s), cell, x, s);
    }

    private static void assertJacobian(TemporalJacobian jacobian, ReferenceCell cell, double[] x, double[] s) {
        double[][] state = {s};
        for (int i = 0; i < s.length; i++) {
            int unit = i;
            assertDerivative(
                    "row " + i, PlainLoops.row(jacobian.values(), i, s.length), s, () -> cell.step(x, state)[0][unit]);
        }
    }

    @Test
    void rowsAndColumnsOfAKnownMatrix() {
        ReferenceDeepTransition cell = new ReferenceDeepTransition(1, 2, 1);
        System.arraycopy(new double[] {1, -2, 3, 4}, 0, cell.r(0), 0, 4);

        TemporalJacobian jacobian = TemporalJacobian.of(cell, new double[1], new double[2]);

        assertThat(jacobian.values()).containsExactly(1, -2, 3, 4);
        assertThat(jacobian.gershgorinCenters()).containsExactly(1, 4);
        assertThat(jacobian.gershgorinRowRadii()).containsExactly(2, 3);
        assertThat(jacobian.gershgorinColumnRadii()).containsExactly(3, 2);
    }
}
