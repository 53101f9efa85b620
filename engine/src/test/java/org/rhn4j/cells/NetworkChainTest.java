package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.cells.EngineChecks.assertClose;
import static org.rhn4j.cells.EngineChecks.floats;
import static org.rhn4j.cells.EngineChecks.uniform;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceCells;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/**
 * Two networks in a chain, the final state of the first the initial one of the second, which reads the first's states as
 * well: against the reference in double precision, and that against finite differences.
 */
class NetworkChainTest {
    private static final int STEPS = 5;
    private static final int BATCH = 3;
    private static final int INPUTS = 4;
    private static final int UNITS = 18;

    static Stream<Arguments> cells() {
        return EveryCell.of(2).flatMap(cell -> Stream.of(1, 2).map(threads -> Arguments.of(cell, threads)));
    }

    private static Architecture architecture(Cell cell, int inputs) {
        return new Architecture(
                new Architecture.Values(inputs), Architecture.alike(cell, UNITS, 1), new Architecture.States());
    }

    /** The chain in double precision; the loss is a weighted sum of the second network's states and final state. */
    private static final class ReferenceChain {
        final ReferenceCell first;
        final ReferenceCell second;
        final double[] x;
        final double[] ofStates;
        final double[][] ofFinal;

        ReferenceChain(Cell cell, SplittableRandom random) {
            first = ReferenceCells.of(cell, INPUTS, UNITS);
            second = ReferenceCells.of(cell, UNITS, UNITS);
            for (ReferenceCell each : List.of(first, second)) {
                each.parameters().forEach((name, values) -> {
                    double[] drawn = uniform(random, values.length, 0.4);
                    System.arraycopy(drawn, 0, values, 0, values.length);
                });
            }
            x = uniform(random, STEPS * BATCH * INPUTS, 1);
            ofStates = uniform(random, STEPS * BATCH * UNITS, 1);
            ofFinal = new double[first.stateParts()][];
            Arrays.setAll(ofFinal, part -> uniform(random, BATCH * UNITS, 1));
        }

        private ReferenceCell.Run runFirst() {
            return first.run(x, first.zeroState(BATCH));
        }

        double loss() {
            ReferenceCell.Run one = runFirst();
            ReferenceCell.Run two = second.run(one.states(), one.finalState());
            double sum = 0;
            for (int i = 0; i < ofStates.length; i++) {
                sum += ofStates[i] * two.states()[i];
            }
            for (int part = 0; part < ofFinal.length; part++) {
                for (int i = 0; i < ofFinal[part].length; i++) {
                    sum += ofFinal[part][i] * two.finalState()[part][i];
                }
            }
            return sum;
        }

        /** Gradients of the second and of the first, in this order. */
        List<ReferenceCell.Gradients> gradients() {
            ReferenceCell.Run one = runFirst();
            ReferenceCell.Gradients ofSecond =
                    second.run(one.states(), one.finalState()).backward(ofStates, ofFinal);
            return List.of(ofSecond, one.backward(ofSecond.x(), ofSecond.state()));
        }
    }

    @ParameterizedTest(name = "{0}, {1} threads")
    @MethodSource("cells")
    void gradients_areThoseOfTheReference(Cell cell, int threads) {
        ReferenceChain reference = new ReferenceChain(cell, new SplittableRandom(3));
        List<ReferenceCell.Gradients> expected = reference.gradients();
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                Parameters ofFirst = Network.parameters(architecture(cell, INPUTS), threads);
                Parameters ofSecond = Network.parameters(architecture(cell, UNITS), threads);
                Network first = network(engine, ofFirst, architecture(cell, INPUTS), reference.first);
                Network second = network(engine, ofSecond, architecture(cell, UNITS), reference.second)) {
            first.forward(Sequences.ofValues(floats(reference.x)), Dropout.NONE, new RandomSource(0));
            second.setStates(first.states());
            second.forward(Sequences.ofValues(first.outputs()), Dropout.NONE, new RandomSource(0));
            second.backward(floats(reference.ofStates), List.of(state(reference.ofFinal)));
            first.backward(second.inputGradients(), second.initialGradients());

            assertGradients("second", second, expected.getFirst());
            assertGradients("first", first, expected.getLast());
        }
    }

    private static void assertGradients(String what, Network network, ReferenceCell.Gradients expected) {
        expected.parameters()
                .forEach((name, gradient) -> assertClose(
                        what + " " + name, network.gradient(Architecture.layerPrefix(0) + name), gradient, 2e-5));
        assertClose(what + " input", network.inputGradients(), expected.x(), 2e-5);
        LayerState initial = network.initialGradients().getFirst();
        assertClose(what + " state", initial.state(), expected.state()[0], 2e-5);
        if (initial.memory() != null) {
            assertClose(what + " memory", initial.memory(), expected.state()[1], 2e-5);
        }
    }

    private static LayerState state(double[][] parts) {
        return new LayerState(floats(parts[0]), parts.length > 1 ? floats(parts[1]) : null, BATCH, UNITS);
    }

    private static Network network(Engine engine, Parameters parameters, Architecture a, ReferenceCell reference) {
        parameters.allocate();
        reference
                .parameters()
                .forEach((name, values) -> parameters.setValues(Architecture.layerPrefix(0) + name, floats(values)));
        return new Network(engine, parameters, a, WindowShape.of(STEPS, BATCH), true).allocate();
    }

    @ParameterizedTest(name = "{0}, {1} threads")
    @MethodSource("cells")
    void theReference_agreesWithFiniteDifferences(Cell cell, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ReferenceChain chain = new ReferenceChain(cell, random);
        List<ReferenceCell.Gradients> gradients = chain.gradients();
        Map<double[], double[]> byValues = new LinkedHashMap<>();
        chain.second
                .parameters()
                .forEach((name, values) ->
                        byValues.put(values, gradients.getFirst().parameters().get(name)));
        chain.first
                .parameters()
                .forEach((name, values) ->
                        byValues.put(values, gradients.getLast().parameters().get(name)));
        byValues.put(chain.x, gradients.getLast().x());
        byValues.forEach((values, gradient) -> {
            for (int time = 0; time < 3; time++) {
                int i = random.nextInt(values.length);
                double value = values[i];
                values[i] = value + 1e-5;
                double above = chain.loss();
                values[i] = value - 1e-5;
                double below = chain.loss();
                values[i] = value;
                double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
                assertThat((above - below) / 2e-5).isCloseTo(gradient[i], within(1e-7 * Math.max(1, largest)));
            }
        });
    }

    /** A loss at the outputs and a gradient of the final states in one pass are the sum of two passes. */
    @Test
    void lossAndFinalStates_addUp() {
        Architecture a = Architecture.overTokens(new Lstm(), 11, 6, UNITS, 2, false);
        SplittableRandom random = new SplittableRandom(4);
        Sequences in = Sequences.ofTokens(random.ints(STEPS * BATCH, 0, 11).toArray());
        int[] targets = random.ints(STEPS * BATCH, 0, 11).toArray();
        int[] none = new int[targets.length];
        Arrays.fill(none, Network.IGNORED);
        List<LayerState> ofFinal = List.of(randomState(random), randomState(random));
        Dropout dropout = new Dropout(0.2, 0.3, 0.25, 0.4, 0.15);
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                Parameters parameters = Network.parameters(a, 2)) {
            parameters.allocate();
            parameters
                    .all()
                    .forEach(p -> parameters.setValues(p.name(), floats(uniform(random, (int) p.count(), 0.5))));
            try (Network network = new Network(engine, parameters, a, WindowShape.of(STEPS, BATCH), true).allocate()) {
                double loss = network.gradients(in, targets, dropout, new RandomSource(6));
                Map<String, float[]> ofLoss = gradients(network, parameters);
                network.clearStates();
                network.forward(in, dropout, new RandomSource(6));
                assertThat(network.backward(none, ofFinal)).isZero();
                Map<String, float[]> ofStates = gradients(network, parameters);
                assertThat(network.backward(targets, ofFinal)).isEqualTo(loss);
                Map<String, float[]> ofBoth = gradients(network, parameters);
                assertThat(network.backward(targets, null)).isEqualTo(loss);
                assertThat(gradients(network, parameters))
                        .usingRecursiveComparison()
                        .isEqualTo(ofLoss);
                ofBoth.forEach((name, both) -> {
                    double[] sum = new double[both.length];
                    Arrays.setAll(sum, i -> (double) ofLoss.get(name)[i] + ofStates.get(name)[i]);
                    assertClose(name, both, sum, 1e-5);
                });
                assertThat(ofStates.get("layers.0.weight_ih")).isNotEqualTo(new float[4 * UNITS * 6]);
            }
        }
    }

    private static LayerState randomState(SplittableRandom random) {
        return new LayerState(
                floats(uniform(random, BATCH * UNITS, 1)), floats(uniform(random, BATCH * UNITS, 1)), BATCH, UNITS);
    }

    private static Map<String, float[]> gradients(Network network, Parameters parameters) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        parameters.all().forEach(p -> gradients.put(p.name(), network.gradient(p.name())));
        return gradients;
    }

    @Test
    void backwardWithoutForward_isRefused() {
        Architecture a = architecture(new Lstm(), INPUTS);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = Network.parameters(a, 1)) {
            parameters.allocate();
            try (Network network = new Network(engine, parameters, a, WindowShape.of(STEPS, BATCH), true).allocate();
                    Network inferring =
                            new Network(engine, parameters, a, WindowShape.of(STEPS, BATCH), false).allocate()) {
                Sequences in = Sequences.ofValues(new float[STEPS * BATCH * INPUTS]);
                assertThatIllegalStateException()
                        .isThrownBy(() -> network.backward((float[]) null, null))
                        .withMessage("a window is run backward only after it was run forward");
                network.forward(in, Dropout.NONE, new RandomSource(0));
                network.outputs(in, new float[STEPS * BATCH * UNITS]);
                assertThatIllegalStateException().isThrownBy(() -> network.backward((float[]) null, null));
                assertThatIllegalStateException()
                        .isThrownBy(() -> network.backward(new int[STEPS * BATCH], null))
                        .withMessage("this network has no softmax");
                assertThatIllegalStateException()
                        .isThrownBy(() -> inferring.forward(in, Dropout.NONE, new RandomSource(0)))
                        .withMessage("a network made for inference has no masks and no gradients");
                assertThatIllegalStateException()
                        .isThrownBy(() -> inferring.gradients(in, (row, o, g) -> 0, Dropout.NONE, new RandomSource(0)));
            }
        }
    }
}
