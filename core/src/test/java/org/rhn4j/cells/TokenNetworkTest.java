package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** What a network refuses instead of reading memory that is not its own, and what it says about itself. */
class TokenNetworkTest {
    private static final int STEPS = 3;
    private static final int BATCH = 2;
    private static final Architecture ARCHITECTURE =
            new Architecture(new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 53, 33, 33, 1, true);

    /** What a test does with a network for training. */
    private interface Use {
        void of(TokenNetwork network);
    }

    private static void withNetwork(Use use) {
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, ARCHITECTURE, STEPS, BATCH, true, 1)) {
            use.of(compared.network());
        }
    }

    private static double train(TokenNetwork network, int[] inputs, int[] targets) {
        return network.gradients(inputs, targets, Dropout.NONE, new RandomSource(0));
    }

    @ParameterizedTest(name = "input {0}, target {1}")
    @CsvSource({"53, 0", "-1, 0", "2147483647, 0", "0, 53", "0, -2"})
    void tokensOutsideOfTheVocabulary_areRefused(int input, int target) {
        withNetwork(network -> {
            int[] inputs = new int[STEPS * BATCH];
            int[] targets = new int[STEPS * BATCH];
            inputs[4] = input;
            targets[4] = target;
            assertThatThrownBy(() -> train(network, inputs, targets))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "position 4 has the token %d and the target %d, but the vocabulary has the ids 0 to 52",
                            input, target);
            assertThatThrownBy(() -> network.losses(inputs, targets)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void windowsOfAnotherSize_areRefused() {
        withNetwork(network -> {
            assertThatThrownBy(() -> train(network, new int[5], new int[6]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this network takes windows of 3 × 2 tokens, not 5 and 6");
            assertThatThrownBy(() -> network.losses(new int[6], new int[7]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> network.logits(new int[7], 0, new float[53]))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void placesOutsideOfTheWindow_areRefused() {
        withNetwork(network -> {
            train(network, new int[6], new int[6]);
            List<Runnable> wrong = List.of(
                    () -> network.logits(new int[6], 6, new float[53]),
                    () -> network.logits(new int[6], -1, new float[53]),
                    () -> network.clearState(BATCH));
            for (Runnable place : wrong) {
                assertThatThrownBy(place::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
        });
    }

    @Test
    void statesOfAnotherShape_areRefused() {
        withNetwork(network -> {
            for (LayerState wrong : List.of(
                    LayerState.zero(ARCHITECTURE.cell(), BATCH + 1, 33),
                    LayerState.zero(ARCHITECTURE.cell(), BATCH, 32),
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
                Parameters parameters = TokenNetwork.parameters(ARCHITECTURE, 1)) {
            parameters.allocate();
            assertThatThrownBy(() -> new TokenNetwork(engine, parameters, ARCHITECTURE, STEPS, BATCH, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another number of threads than the engine's 2");
        }
    }

    @Test
    void networkBeforeItIsAllocated_isRefusedAndKnowsWhatItWillTake() {
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                Parameters parameters = TokenNetwork.parameters(ARCHITECTURE, 2)) {
            parameters.allocate();
            try (TokenNetwork network = new TokenNetwork(engine, parameters, ARCHITECTURE, STEPS, BATCH, true);
                    TokenNetwork longer = new TokenNetwork(engine, parameters, ARCHITECTURE, 10 * STEPS, BATCH, true);
                    TokenNetwork evaluating = new TokenNetwork(engine, parameters, ARCHITECTURE, STEPS, BATCH, false)) {
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
        Architecture architecture = new Architecture(new Lstm(), 53, 20, 33, 2, false);
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
            Map<TokenNetwork.Phase, Long> times = network.times();
            assertThat(times).containsOnlyKeys(TokenNetwork.Phase.values());
            assertThat(times.get(TokenNetwork.Phase.CHAIN_FORWARD)).isPositive();
            assertThat(times.get(TokenNetwork.Phase.UPDATE)).isZero();
            network.addNanoseconds(TokenNetwork.Phase.UPDATE, 5);
            assertThat(network.times().get(TokenNetwork.Phase.UPDATE)).isEqualTo(5);
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
}
