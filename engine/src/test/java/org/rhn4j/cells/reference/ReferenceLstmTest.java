package org.rhn4j.cells.reference;

import static org.rhn4j.cells.reference.ReferenceChecks.GOLDEN_TOLERANCE;
import static org.rhn4j.cells.reference.ReferenceChecks.assertClose;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.golden.GoldenFile;

class ReferenceLstmTest {

    @ParameterizedTest(name = "{0}: states, last cell state and all gradients")
    @ValueSource(strings = {"lstm", "lstm-wide"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        int[] weightIh = golden.shape("weight_ih_l0");
        ReferenceLstm cell = new ReferenceLstm(weightIh[1], weightIh[0] / 4);
        ReferenceChecks.load(cell.parameters(), golden, "", "_l0");
        double[][] state = {golden.doubles("h0"), golden.doubles("c0")};

        ReferenceCell.Run run = cell.run(golden.doubles("x"), state);
        ReferenceCell.Gradients gradients = run.backward(golden.doubles("grad.states"));

        assertClose("states", run.states(), golden.doubles("states"), GOLDEN_TOLERANCE);
        assertClose("cn", run.finalState()[1], golden.doubles("cn"), GOLDEN_TOLERANCE);
        gradients
                .parameters()
                .forEach((name, gradient) ->
                        assertClose(name, gradient, golden.doubles("grad." + name + "_l0"), GOLDEN_TOLERANCE));
        assertClose("x", gradients.x(), golden.doubles("grad.x"), GOLDEN_TOLERANCE);
        assertClose("h0", gradients.state()[0], golden.doubles("grad.h0"), GOLDEN_TOLERANCE);
        assertClose("c0", gradients.state()[1], golden.doubles("grad.c0"), GOLDEN_TOLERANCE);
    }

    @Test
    void gradientsUnderAllMasksEqualFiniteDifferences() {
        ReferenceChecks.assertGradients(new ReferenceLstm(3, 4), 4, 2, new SplittableRandom(1));
    }

    @Test
    void runEqualsStepsAndWindows() {
        ReferenceChecks.assertRunsInWindows(new ReferenceLstm(3, 4), new SplittableRandom(2));
    }

    @Test
    void sequencesOfABatchAreIndependent() {
        ReferenceChecks.assertSequencesIndependent(new ReferenceLstm(3, 4), new SplittableRandom(3));
    }
}
