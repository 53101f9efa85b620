package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** What a network over tokens refuses instead of reading memory that is not its own, and what it says about itself. */
class NetworkTest {
    private static final int STEPS = 3;
    private static final int BATCH = 2;
    private static final Architecture ARCHITECTURE =
            Architecture.overTokens(new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 53, 33, 33, 1, true);

    /** What a test does with a network for training. */
    private interface Use {
        void of(Network network);
    }

    private static void withNetwork(Use use) {
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, ARCHITECTURE, STEPS, BATCH, true, 1)) {
            use.of(compared.network());
        }
    }

    private static double train(Network network, int[] inputs, int[] targets) {
        return network.gradients(Sequences.ofTokens(inputs), targets, Dropout.NONE, new RandomSource(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {53, -1, Integer.MAX_VALUE})
    void tokensOutsideOfTheVocabulary_areRefused(int token) {
        withNetwork(network -> {
            int[] inputs = new int[STEPS * BATCH];
            inputs[4] = token;
            assertThatThrownBy(() -> train(network, inputs, new int[6]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("position 4 has the token %d, but the vocabulary has the ids 0 to 52", token);
            assertThatThrownBy(() -> network.losses(Sequences.ofTokens(inputs), new int[6]))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {53, -2})
    void targetsThatAreNone_areRefused(int target) {
        withNetwork(network -> {
            int[] targets = new int[STEPS * BATCH];
            targets[4] = target;
            assertThatThrownBy(() -> train(network, new int[6], targets))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("position 4 has the target %d, but there are the ids 0 to 52", target);
            assertThatThrownBy(() -> network.losses(Sequences.ofTokens(new int[6]), targets))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void windowsOfAnotherSize_areRefused() {
        withNetwork(network -> {
            assertThatThrownBy(() -> train(network, new int[5], new int[6]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this network takes windows of 3 × 2 tokens, not 5");
            assertThatThrownBy(() -> network.losses(Sequences.ofTokens(new int[6]), new int[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this network takes 3 × 2 targets, not 7");
            assertThatThrownBy(() -> network.outputs(Sequences.ofValues(new float[6]), new float[6 * 53]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this network takes windows of 3 × 2 tokens, not values");
            assertThatThrownBy(() -> network.outputs(Sequences.ofTokens(new int[7]), new float[6 * 53]))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void placesOutsideOfTheWindow_areRefused() {
        withNetwork(network -> {
            train(network, new int[6], new int[6]);
            List<Runnable> wrong =
                    List.of(() -> network.clearState(BATCH), () -> network.clearState(-1), () -> network.states(1));
            for (Runnable place : wrong) {
                assertThatThrownBy(place::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> network.outputs(Sequences.ofTokens(new int[6]), new float[53]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the outputs have 318 values, not 53");
        });
    }

    @Test
    void statesOfAnotherShape_areRefused() {
        withNetwork(network -> {
            for (LayerState wrong : List.of(
                    LayerState.zero(ARCHITECTURE.top().cell(), BATCH + 1, 33),
                    LayerState.zero(ARCHITECTURE.top().cell(), BATCH, 32),
                    LayerState.zero(new Lstm(), BATCH, 33))) {
                assertThatThrownBy(() -> network.setStates(List.of(wrong)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    /** Such parameters have their rows elsewhere: the result would be wrong without a word. */
    @Test
    void parametersForAnotherNumberOfThreads_areRefused() {
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                Parameters parameters = Network.parameters(ARCHITECTURE, 1)) {
            parameters.allocate();
            assertThatThrownBy(() -> new Network(engine, parameters, ARCHITECTURE, WindowShape.of(STEPS, BATCH), true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another number of threads than the engine's 2");
        }
    }

    @Test
    void networkBeforeItIsAllocated_isRefusedAndKnowsWhatItWillTake() {
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                Parameters parameters = Network.parameters(ARCHITECTURE, 2)) {
            parameters.allocate();
            try (Network network = new Network(engine, parameters, ARCHITECTURE, WindowShape.of(STEPS, BATCH), true);
                    Network longer =
                            new Network(engine, parameters, ARCHITECTURE, WindowShape.of(10 * STEPS, BATCH), true);
                    Network evaluating =
                            new Network(engine, parameters, ARCHITECTURE, WindowShape.of(STEPS, BATCH), false)) {
                assertThatThrownBy(() -> train(network, new int[6], new int[6]))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("not allocated");
                assertThat(network.plannedBytes()).isGreaterThan(4 * parameters.count());
                assertThat(longer.plannedBytes()).isGreaterThan(network.plannedBytes());
                assertThat(evaluating.plannedBytes()).isLessThan(network.plannedBytes());
                long planned = network.plannedBytes();
                assertThat(network.allocate().plannedBytes()).isEqualTo(planned);
            }
        }
    }

    @Test
    void states_areReadBackAsTheyWereSet() {
        Architecture architecture = Architecture.overTokens(new Lstm(), 53, 20, 33, 2, false);
        try (Engine engine = EngineChecks.engine(Precision.F32, 3, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, STEPS, BATCH, false, 1)) {
            List<double[][]> states = compared.randomStates(new SplittableRandom(1));
            compared.setStates(states);
            for (int k = 0; k < 2; k++) {
                LayerState state = compared.network().states().get(k);
                assertThat(state.state()).isEqualTo(EngineChecks.floats(states.get(k)[0]));
                assertThat(state.memory()).isEqualTo(EngineChecks.floats(states.get(k)[1]));
            }
            compared.network().clearStates();
            assertThat(compared.network().states().get(1).memory()).containsOnly(0);
        }
    }

    @Test
    void times_coverThePhasesOfAStep() {
        withNetwork(network -> {
            train(network, new int[6], new int[6]);
            Map<Network.Phase, Long> times = network.times();
            assertThat(times).containsOnlyKeys(Network.Phase.values());
            assertThat(times.get(Network.Phase.CHAIN_FORWARD)).isPositive();
            assertThat(times.get(Network.Phase.UPDATE)).isZero();
            network.addUpdateNanoseconds(5);
            assertThat(network.times().get(Network.Phase.UPDATE)).isEqualTo(5);
            network.clearTimes();
            assertThat(network.times().values()).containsOnly(0L);
        });
    }

    @Test
    void productsOnly_leavesTheNetworkUsable() {
        withNetwork(network -> {
            int[] tokens = {1, 2, 3, 4, 5, 6};
            double before = train(network, tokens, tokens);
            network.productsOnly();
            network.clearStates();
            assertThat(train(network, tokens, tokens)).isEqualTo(before);
        });
    }

    /** The loss is linear in the targets: g = (1 − ε) g(targets) + ε ⁄ V Σ_v g(all targets are v). */
    @Test
    void smoothedLabels_giveTheGradientOfTheSpreadTargets() {
        withNetwork(network -> {
            int[] inputs = {3, 1, 50, 52, 0, 7};
            int[] targets = {4, 52, Network.IGNORED, 0, 7, 31};
            Map<String, double[]> expected = new java.util.LinkedHashMap<>();
            double plain = addGradients(network, inputs, targets, 0.9, expected);
            for (int word = 0; word < 53; word++) {
                int[] all = new int[6];
                java.util.Arrays.fill(all, word);
                all[2] = Network.IGNORED;
                addGradients(network, inputs, all, 0.1 / 53, expected);
            }
            network.setLabelSmoothing(0.1);
            network.clearStates();
            assertThat(train(network, inputs, targets)).isEqualTo(plain);
            expected.forEach(
                    (name, gradient) -> EngineChecks.assertClose(name, network.gradient(name), gradient, 2e-5));
        });
    }

    private static double addGradients(
            Network network, int[] inputs, int[] targets, double share, Map<String, double[]> sums) {
        network.clearStates();
        double loss = train(network, inputs, targets);
        for (String name : List.of("embedding.weight", "decoder.bias", "layers.0.recurrent.1.weight")) {
            float[] gradient = network.gradient(name);
            double[] sum = sums.computeIfAbsent(name, unused -> new double[gradient.length]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += share * gradient[i];
            }
        }
        return loss;
    }

    @ParameterizedTest
    @CsvSource({"F32, 1", "F32, 2", "BF16, 2"})
    void aShortenedWindow_equalsOneOfThatLength(Precision precision, int threads) {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                precision == Precision.F32 || org.rhn4j.numbers.onednn.OneDnn.hasBf16());
        int[] inputs = {3, 1, 50, 52, 0, 7};
        int[] targets = {4, 52, 9, 0, 7, 31};
        SplittableRandom random = new SplittableRandom(5);
        try (Engine engine = EngineChecks.engine(precision, threads, true);
                ComparedNetwork shortOne = new ComparedNetwork(engine, ARCHITECTURE, 3, BATCH, true, 1);
                ComparedNetwork longOne = new ComparedNetwork(engine, ARCHITECTURE, 7, BATCH, true, 1)) {
            Network expected = shortOne.network();
            Network shortened = longOne.network();
            // what an earlier, longer window leaves behind must not count
            train(
                    shortened,
                    random.ints(14, 0, 53).toArray(),
                    random.ints(14, 0, 53).toArray());
            shortened.clearStates();
            expected.clearStates();
            int[] longInputs = java.util.Arrays.copyOf(inputs, 14);
            int[] longTargets = java.util.Arrays.copyOf(targets, 14);
            java.util.Arrays.fill(longTargets, 6, 14, Network.IGNORED);
            for (int window = 0; window < 2; window++) {
                double loss = shortened.gradients(
                        Sequences.ofTokens(longInputs).withLengths(3, 3),
                        longTargets,
                        Dropout.NONE,
                        new RandomSource(0));
                assertThat(loss).isEqualTo(train(expected, inputs, targets));
                assertThat(shortened.states().getFirst().state())
                        .isEqualTo(expected.states().getFirst().state());
                for (Parameters.Parameter parameter : shortOne.parameters().all()) {
                    EngineChecks.assertClose(
                            parameter.name(),
                            shortened.gradient(parameter.name()),
                            EngineChecks.doubles(expected.gradient(parameter.name())),
                            1e-5);
                }
            }
        }
    }
}
