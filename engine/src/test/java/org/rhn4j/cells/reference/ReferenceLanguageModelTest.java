package org.rhn4j.cells.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.cells.reference.ReferenceChecks.GOLDEN_TOLERANCE;
import static org.rhn4j.cells.reference.ReferenceChecks.assertClose;
import static org.rhn4j.cells.reference.ReferenceChecks.assertDerivative;
import static org.rhn4j.cells.reference.ReferenceChecks.mask;
import static org.rhn4j.cells.reference.ReferenceChecks.randomState;
import static org.rhn4j.cells.reference.ReferenceChecks.randomize;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.reference.ReferenceRecurrentHighway.Carry;
import org.rhn4j.golden.GoldenFile;

class ReferenceLanguageModelTest {
    private static final int VOCABULARY = 7;

    @ParameterizedTest(name = "{0}: loss and all gradients")
    @ValueSource(strings = {"lm-tied", "lm-tied-dropout"})
    void equalsPyTorch(String file) {
        GoldenFile golden = GoldenFile.load(file);
        int[] embedding = golden.shape("embedding.weight");
        ReferenceCell cell = ReferenceRecurrentHighwayTest.load(golden);
        ReferenceLanguageModel model = new ReferenceLanguageModel(embedding[0], embedding[1], List.of(cell), true);
        ReferenceChecks.load(model.parameters(), golden, "layers.0.", "");
        int batch = golden.shape("tokens")[1];
        ReferenceMasks layerMasks = ReferenceMasks.none(batch, cell)
                .withInput(golden.doubles("mask.input"))
                .withState(golden.doubles("mask.state"));
        ReferenceLanguageModel.Masks masks = new ReferenceLanguageModel.Masks(
                ReferenceMasks.ones(batch * embedding[0]), List.of(layerMasks), golden.doubles("mask.output"));
        List<double[][]> states = List.<double[][]>of(new double[][] {golden.doubles("s0")});

        ReferenceLanguageModel.Run run = model.run(golden.ints("tokens"), states, masks);
        ReferenceLanguageModel.Gradients gradients = run.backward();

        assertClose("loss", new double[] {run.loss()}, golden.doubles("loss"), GOLDEN_TOLERANCE);
        gradients.parameters().forEach((name, gradient) -> {
            String shortName = name.replaceFirst("^layers\\.0\\.", "");
            assertClose(name, gradient, golden.doubles("grad." + shortName), GOLDEN_TOLERANCE);
        });
        assertClose("s0", gradients.states().getFirst()[0], golden.doubles("grad.s0"), GOLDEN_TOLERANCE);
    }

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of(
                        "two highway layers, tied",
                        model(
                                4,
                                true,
                                new ReferenceRecurrentHighway(4, 5, 2, Carry.COUPLED),
                                new ReferenceRecurrentHighway(5, 4, 2, Carry.FREE))),
                Arguments.of(
                        "two highway layers, separate decoder",
                        model(
                                3,
                                false,
                                new ReferenceRecurrentHighway(3, 4, 2, Carry.FREE),
                                new ReferenceRecurrentHighway(4, 5, 1, Carry.COUPLED))),
                Arguments.of("two LSTM layers, tied", model(4, true, new ReferenceLstm(4, 5), new ReferenceLstm(5, 4))),
                Arguments.of(
                        "two LSTM layers, separate decoder",
                        model(3, false, new ReferenceLstm(3, 4), new ReferenceLstm(4, 3))),
                Arguments.of(
                        "deep transition below a highway layer, tied",
                        model(
                                4,
                                true,
                                new ReferenceDeepTransition(4, 3, 2),
                                new ReferenceRecurrentHighway(3, 4, 2, Carry.COUPLED))));
    }

    private static ReferenceLanguageModel model(int embeddingSize, boolean tied, ReferenceCell... layers) {
        return new ReferenceLanguageModel(VOCABULARY, embeddingSize, List.of(layers), tied);
    }

    @ParameterizedTest(name = "{0}: gradients by parameters and states under all dropouts")
    @MethodSource("models")
    void gradientsEqualFiniteDifferences(String name, ReferenceLanguageModel model) {
        int time = 3;
        int batch = 2;
        SplittableRandom random = new SplittableRandom(name.length());
        randomize(model.parameters(), random, 0.8);
        int[] tokens = random.ints((time + 1L) * batch, 0, VOCABULARY).toArray();
        List<double[][]> states = model.layers().stream()
                .map(layer -> randomState(random, batch, layer))
                .toList();
        ReferenceLanguageModel.Masks masks = new ReferenceLanguageModel.Masks(
                mask(random, batch * VOCABULARY),
                model.layers().stream()
                        .map(layer -> ReferenceChecks.masks(random, batch, layer))
                        .toList(),
                mask(random, batch * model.layers().getLast().hiddenSize()));
        DoubleSupplier loss = () -> model.run(tokens, states, masks).loss();

        ReferenceLanguageModel.Gradients gradients =
                model.run(tokens, states, masks).backward();

        assertThat(gradients.parameters()).containsOnlyKeys(model.parameters().keySet());
        model.parameters()
                .forEach((parameter, values) -> assertDerivative(
                        parameter, PlainLoops.tensor(gradients.parameters(), parameter), values, loss));
        for (int k = 0; k < states.size(); k++) {
            for (int part = 0; part < states.get(k).length; part++) {
                assertDerivative(
                        "state " + part + " of layer " + k, gradients.states().get(k)[part], states.get(k)[part], loss);
            }
        }
    }

    @Test
    void parameterNames_followTheModelFormat() {
        assertThat(model(4, true, new ReferenceRecurrentHighway(4, 5, 1, Carry.COUPLED), new ReferenceLstm(5, 4))
                        .parameters())
                .containsOnlyKeys(
                        "embedding.weight",
                        "layers.0.input.weight",
                        "layers.0.recurrent.0.weight",
                        "layers.0.recurrent.0.bias",
                        "layers.1.weight_ih",
                        "layers.1.weight_hh",
                        "layers.1.bias_ih",
                        "layers.1.bias_hh",
                        "decoder.bias");
        assertThat(model(4, false, new ReferenceLstm(4, 5)).parameters()).containsKey("decoder.weight");
    }

    @Test
    void zeroParameters_predictAllTokensAlike() {
        ReferenceLanguageModel model = model(4, true, new ReferenceLstm(4, 4));
        assertThat(model.meanLoss(new int[] {1, 2, 3, 4})).isCloseTo(Math.log(VOCABULARY), within(1e-14));
        assertThat(model.run(new int[] {1, 2, 3, 4, 5, 6}, model.zeroStates(2)).loss())
                .isCloseTo(2 * Math.log(VOCABULARY), within(1e-14));
    }

    @Test
    void meanLoss_equalsThatOfWindowsWithTheStateCarried() {
        SplittableRandom random = new SplittableRandom(7);
        ReferenceLanguageModel model =
                model(4, false, new ReferenceRecurrentHighway(4, 5, 2, Carry.COUPLED), new ReferenceLstm(5, 3));
        randomize(model.parameters(), random, 0.8);
        int[] text = {3, 1, 4, 1, 5, 2, 6, 0};

        ReferenceLanguageModel.Run first = model.run(new int[] {3, 1, 4, 1}, model.zeroStates(1));
        ReferenceLanguageModel.Run second = model.run(new int[] {1, 5, 2, 6, 0}, first.finalStates());

        assertThat(model.meanLoss(text)).isCloseTo((first.loss() + second.loss()) / 7, within(1e-14));
    }

    @Test
    void widthsThatDoNotMeet_areRefused() {
        assertThatThrownBy(() -> model(4, false, new ReferenceLstm(5, 4))).hasMessageContaining("input of size 4");
        assertThatThrownBy(() -> model(4, true, new ReferenceLstm(4, 5))).hasMessageContaining("tied");
    }
}
