package org.rhn4j.cells.reference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceDeepTransitionTest {

    @ParameterizedTest(name = "depth {0}: gradients by parameters, input and state under all masks")
    @ValueSource(ints = {1, 2, 4})
    void gradientsEqualFiniteDifferences(int depth) {
        ReferenceChecks.assertGradients(new ReferenceDeepTransition(3, 5, depth), 3, 2, new SplittableRandom(depth));
    }

    @Test
    void runEqualsStepsAndWindows() {
        ReferenceChecks.assertRunsInWindows(new ReferenceDeepTransition(3, 4, 2), new SplittableRandom(1));
    }

    @Test
    void sequencesOfABatchAreIndependent() {
        ReferenceChecks.assertSequencesIndependent(new ReferenceDeepTransition(3, 4, 2), new SplittableRandom(2));
    }

    @Test
    void updateMask_isRefused() {
        ReferenceDeepTransition cell = new ReferenceDeepTransition(3, 4, 1);
        ReferenceMasks masks = ReferenceMasks.none(1, cell).withUpdate(new double[4]);
        assertThatThrownBy(() -> cell.run(new double[3], cell.zeroState(1), masks))
                .hasMessageContaining("no gated update");
    }
}
