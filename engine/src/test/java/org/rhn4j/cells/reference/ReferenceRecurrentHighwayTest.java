package org.rhn4j.cells.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rhn4j.cells.reference.ReferenceChecks.GOLDEN_TOLERANCE;
import static org.rhn4j.cells.reference.ReferenceChecks.assertClose;
import static org.rhn4j.cells.reference.ReferenceChecks.randomState;
import static org.rhn4j.cells.reference.ReferenceChecks.randomize;
import static org.rhn4j.cells.reference.ReferenceChecks.uniform;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.reference.ReferenceRecurrentHighway.Carry;
import org.rhn4j.golden.GoldenFile;

class ReferenceRecurrentHighwayTest {

    @ParameterizedTest(name = "{0}: states and all gradients")
    @ValueSource(strings = {"rhn-batch1", "rhn-depth1", "rhn-depth3", "rhn-depth4-dropout", "rhn-depth10"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        ReferenceRecurrentHighway cell = load(golden);
        double[][] state = {golden.doubles("s0")};
        ReferenceMasks masks = ReferenceMasks.none(golden.shape("s0")[0], cell)
                .withInput(golden.doubles("mask.input"))
                .withState(golden.doubles("mask.state"));

        ReferenceCell.Run run = cell.run(golden.doubles("x"), state, masks);
        ReferenceCell.Gradients gradients = run.backward(golden.doubles("grad.states"));

        assertClose("states", run.states(), golden.doubles("states"), GOLDEN_TOLERANCE);
        gradients
                .parameters()
                .forEach((name, gradient) ->
                        assertClose(name, gradient, golden.doubles("grad." + name), GOLDEN_TOLERANCE));
        assertClose("x", gradients.x(), golden.doubles("grad.x"), GOLDEN_TOLERANCE);
        assertClose("s0", gradients.state()[0], golden.doubles("grad.s0"), GOLDEN_TOLERANCE);
    }

    static ReferenceRecurrentHighway load(GoldenFile golden) {
        int[] inputWeight = golden.shape("input.weight");
        int depth = Integer.parseInt(golden.metadata("L"));
        ReferenceRecurrentHighway cell =
                new ReferenceRecurrentHighway(inputWeight[1], inputWeight[0] / 2, depth, Carry.COUPLED);
        ReferenceChecks.load(cell.parameters(), golden, "", "");
        return cell;
    }

    @ParameterizedTest(name = "{0} carry, depth {1}: gradients by parameters, input and state under all masks")
    @CsvSource({"COUPLED, 1", "COUPLED, 2", "COUPLED, 4", "FREE, 1", "FREE, 2", "FREE, 4"})
    void gradientsEqualFiniteDifferences(Carry carry, int depth) {
        ReferenceCell cell = new ReferenceRecurrentHighway(3, 4, depth, carry);
        ReferenceChecks.assertGradients(cell, 3, 2, new SplittableRandom(depth));
    }

    @ParameterizedTest(name = "{0} carry")
    @EnumSource(Carry.class)
    void runEqualsStepsAndWindows(Carry carry) {
        ReferenceChecks.assertRunsInWindows(new ReferenceRecurrentHighway(3, 4, 2, carry), new SplittableRandom(1));
    }

    @ParameterizedTest(name = "{0} carry")
    @EnumSource(Carry.class)
    void sequencesOfABatchAreIndependent(Carry carry) {
        ReferenceChecks.assertSequencesIndependent(
                new ReferenceRecurrentHighway(3, 4, 2, carry), new SplittableRandom(2));
    }

    @Test
    void freeCarryWithNegatedTransformWeights_equalsCoupledCarry() {
        SplittableRandom random = new SplittableRandom(3);
        int hiddenSize = 4;
        ReferenceRecurrentHighway coupled = new ReferenceRecurrentHighway(3, hiddenSize, 3, Carry.COUPLED);
        ReferenceRecurrentHighway free = new ReferenceRecurrentHighway(3, hiddenSize, 3, Carry.FREE);
        randomize(coupled.parameters(), random, 0.8);
        free.parameters().forEach((name, values) -> {
            double[] source = PlainLoops.tensor(coupled.parameters(), name);
            int block = source.length / 2;
            for (int i = 0; i < values.length; i++) {
                values[i] = i < 2 * block ? source[i] : -source[i - block];
            }
        });
        double[] x = uniform(random, 5 * 2 * 3, 1);
        double[][] state = randomState(random, 2, coupled);

        assertClose("states", free.run(x, state).states(), coupled.run(x, state).states(), 1e-14);
    }

    @Test
    void openTransformGate_makesItADeepTransitionNetwork() {
        SplittableRandom random = new SplittableRandom(4);
        int hiddenSize = 4;
        ReferenceDeepTransition plain = new ReferenceDeepTransition(3, hiddenSize, 3);
        ReferenceRecurrentHighway highway = new ReferenceRecurrentHighway(3, hiddenSize, 3, Carry.COUPLED);
        randomize(plain.parameters(), random, 0.8);
        highway.parameters().forEach((name, values) -> {
            double[] source = PlainLoops.tensor(plain.parameters(), name);
            System.arraycopy(source, 0, values, 0, source.length);
            if (name.endsWith("bias")) {
                Arrays.fill(values, hiddenSize, 2 * hiddenSize, 50);
            }
        });
        double[] x = uniform(random, 5 * 2 * 3, 1);
        double[][] state = randomState(random, 2, plain);

        assertClose(
                "states", highway.run(x, state).states(), plain.run(x, state).states(), 1e-14);
    }

    @Test
    void closedTransformGate_carriesTheState() {
        SplittableRandom random = new SplittableRandom(5);
        ReferenceRecurrentHighway cell = new ReferenceRecurrentHighway(3, 4, 10, Carry.COUPLED);
        randomize(cell.parameters(), random, 0.8);
        for (int l = 0; l < 10; l++) {
            Arrays.fill(cell.b(l), 4, 8, -50);
        }
        double[][] state = randomState(random, 2, cell);

        double[][] next = cell.run(uniform(random, 5 * 2 * 3, 1), state).finalState();

        assertClose("state", next[0], state[0], 1e-14);
    }

    @Test
    void runShowsItsGates() {
        SplittableRandom random = new SplittableRandom(6);
        ReferenceRecurrentHighway cell = new ReferenceRecurrentHighway(3, 4, 2, Carry.COUPLED);
        randomize(cell.parameters(), random, 0.8);

        ReferenceRecurrentHighway.HighwayRun run =
                cell.run(uniform(random, 5 * 2 * 3, 1), randomState(random, 2, cell));

        assertThat(run.microLayer(3, 1, 0).s())
                .isEqualTo(run.microLayer(2, 1, 1).next());
        assertThat(run.microLayer(3, 1, 1).next()).isEqualTo(PlainLoops.row(run.states(), 3 * 2 + 1, 4));
        assertThat(run.microLayer(3, 1, 1).t()).hasSize(4).doesNotContain(0, 1);
    }

    @Test
    void wrongShapes_areRefusedByName() {
        ReferenceRecurrentHighway cell = new ReferenceRecurrentHighway(3, 4, 2, Carry.COUPLED);
        assertThatThrownBy(() -> cell.run(new double[7], cell.zeroState(1))).hasMessageContaining("x has 7 elements");
        assertThatThrownBy(() -> cell.run(new double[3], new double[2][4])).hasMessageContaining("2 parts");
        assertThatThrownBy(() -> cell.run(
                        new double[3],
                        cell.zeroState(1),
                        ReferenceMasks.none(1, cell).withState(new double[3])))
                .hasMessageContaining("state mask has 3 elements");
        assertThatThrownBy(() -> cell.run(new double[3], cell.zeroState(1)).backward(new double[3]))
                .hasMessageContaining("gradStates has 3 elements");
    }
}
