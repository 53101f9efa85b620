package org.rhn4j.cells.reference;

import static org.rhn4j.cells.reference.ReferenceChecks.GOLDEN_TOLERANCE;
import static org.rhn4j.cells.reference.ReferenceChecks.assertClose;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.golden.GoldenFile;

class ReferenceGruTest {

    @ParameterizedTest(name = "{0}: states and all gradients")
    @ValueSource(strings = {"gru", "gru-wide"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        int[] weightIh = golden.shape("weight_ih_l0");
        ReferenceGru cell = new ReferenceGru(weightIh[1], weightIh[0] / 3);
        ReferenceChecks.load(cell.parameters(), golden, "", "_l0");
        double[][] state = {golden.doubles("h0")};

        ReferenceCell.Run run = cell.run(golden.doubles("x"), state);
        ReferenceCell.Gradients gradients = run.backward(golden.doubles("grad.states"));

        assertClose("states", run.states(), golden.doubles("states"), GOLDEN_TOLERANCE);
        gradients
                .parameters()
                .forEach((name, gradient) ->
                        assertClose(name, gradient, golden.doubles("grad." + name + "_l0"), GOLDEN_TOLERANCE));
        assertClose("x", gradients.x(), golden.doubles("grad.x"), GOLDEN_TOLERANCE);
        assertClose("h0", gradients.state()[0], golden.doubles("grad.h0"), GOLDEN_TOLERANCE);
    }

    @Test
    void gradientsUnderAllMasksEqualFiniteDifferences() {
        ReferenceChecks.assertGradients(new ReferenceGru(3, 4), 4, 2, new SplittableRandom(1));
    }

    @Test
    void runEqualsStepsAndWindows() {
        ReferenceChecks.assertRunsInWindows(new ReferenceGru(3, 4), new SplittableRandom(2));
    }

    @Test
    void sequencesOfABatchAreIndependent() {
        ReferenceChecks.assertSequencesIndependent(new ReferenceGru(3, 4), new SplittableRandom(3));
    }
}
