package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.randomize;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.store.SafetensorsWriter;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.tasks.text.Vocabulary;

class ModelExplainerTest {
    private static final int WORDS = 7;
    private static final int[] IDS = new SplittableRandom(1).ints(400, 0, WORDS).toArray();
    private static final ExplainSettings QUICK = ExplainSettings.builder()
            .tokens(300)
            .streams(2)
            .reach(12)
            .reachTargets(20)
            .exponents(3)
            .lyapunovSteps(40)
            .snapshots(3)
            .lesionTokens(200)
            .unitGroups(2)
            .unitsShown(2)
            .build();

    static Stream<Architecture> architectures() {
        return EveryCell.of(3).map(cell -> Architecture.overTokens(cell, WORDS, 5, 18, 2, false));
    }

    private static ModelExplanation explain(
            Architecture architecture, Consumer<Map<String, double[]>> change, ExplainSettings settings) {
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), new SplittableRandom(2), 0.4);
        change.accept(reference.parameters());
        try (Engine engine = TinyModels.engine(2);
                Parameters parameters = TinyModels.parameters(architecture, reference, 2)) {
            return ModelExplainer.explain(
                    engine, parameters, architecture, id -> "w" + id, IDS, settings, ExplainProgress.SILENT);
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void explanation_isCompleteAndCanBeWritten(Architecture architecture) {
        ModelExplanation result = explain(architecture, parameters -> {}, QUICK);

        Cell cell = architecture.top().cell();
        boolean gated = !(cell instanceof DeepTransition);
        assertThat(result.layers()).hasSize(2);
        assertThat(result.loss()).isBetween(0.5, 5.0);
        for (LayerExplanation layer : result.layers()) {
            assertThat(layer.snapshots()).hasSize(3).allSatisfy(snapshot -> {
                assertThat(snapshot.eigenvalues()).isNotNull();
                assertThat(snapshot.eigenvalues().radius())
                        .isLessThanOrEqualTo(snapshot.discs().bound() * 1.00001);
                assertThat(snapshot.text()).isEqualTo("w" + IDS[snapshot.position()]);
                assertThat(snapshot.microLayers()).hasSize(cell.depth() == 1 ? 0 : cell.depth());
                assertThat(snapshot.microLayers())
                        .allSatisfy(micro -> assertThat(micro.eigenvalues().radius())
                                .isLessThanOrEqualTo(micro.discs().bound() * 1.00001));
                assertThat(snapshot.discs().size()).isEqualTo(cell.hasMemory() ? 36 : 18);
            });
            assertThat(layer.microLayers()).hasSize(cell.depth());
            assertThat(layer.lyapunov().exponents()).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b, a));
            assertThat(layer.reach().mean()).hasSize(13).doesNotContain(0.0);
            assertThat(layer.reach().targets()).isEqualTo(20);
            assertThat(layer.gates().units()).hasSize(gated ? 2 : 0);
            assertThat(layer.lesions())
                    .hasSize(!gated ? 0 : 2 + cell.depth() * cell.lesions().size());
        }
        String json = Json.toText(result);
        assertThat(json).doesNotContain("NaN", "Infinity");
        ModelExplanation read = Json.read(json, ModelExplanation.class, "test");
        assertThat(Json.toText(read)).isEqualTo(json);
    }

    @Test
    void progress_isToldStageByStage() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(2, COUPLED), WORDS, 5, 6, 2, false);
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        Map<ExplainProgress.Stage, Double> shares = new EnumMap<>(ExplainProgress.Stage.class);
        try (Engine engine = TinyModels.engine(1);
                Parameters parameters = TinyModels.parameters(architecture, reference, 1)) {
            ModelExplainer.explain(engine, parameters, architecture, id -> "", IDS, QUICK, (stage, share) -> {
                assertThat(share).isBetween(shares.getOrDefault(stage, 0.0), 1.0);
                shares.put(stage, share);
            });
        }

        assertThat(shares)
                .hasSize(4)
                .allSatisfy((stage, share) -> assertThat(share).isEqualTo(1));
    }

    private static void setBias(Map<String, double[]> parameters, int depth, double bias) {
        for (int l = 0; l < depth; l++) {
            Arrays.fill(parameters.get("layers.0.recurrent." + l + ".bias"), 16, 32, bias);
        }
    }

    @Test
    void shutGates_areFound() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(4, COUPLED), WORDS, 5, 16, 1, false);

        ModelExplanation result = explain(architecture, parameters -> setBias(parameters, 4, -30), QUICK);

        assertThat(kinds(result))
                .contains(
                        Finding.Kind.GATES_ALWAYS_SHUT,
                        Finding.Kind.UNITS_STUCK_NEAR_ONE,
                        Finding.Kind.IDLE,
                        Finding.Kind.TOO_DEEP)
                .doesNotContain(Finding.Kind.VANISHING_REACH, Finding.Kind.GATES_ALWAYS_OPEN);
        Finding shut = find(result, Finding.Kind.GATES_ALWAYS_SHUT);
        assertThat(shut.action()).isEqualTo(Finding.Action.SET_GATE_BIAS);
        assertThat(shut.actionValue()).isEqualTo(-1.9); // −ln(2 · 4 − 1)
        assertThat(shut.value()).isEqualTo(1);
        assertThat(shut.units()).hasSize(Finding.MOST_UNITS);
    }

    @Test
    void openGatesAndLargeWeights_areFoundUnstable() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(2, COUPLED), WORDS, 5, 16, 1, false);

        ModelExplanation result = explain(
                architecture,
                parameters -> {
                    parameters.forEach((name, values) -> {
                        for (int i = 0; i < values.length && name.contains("recurrent"); i++) {
                            values[i] *= 8;
                        }
                    });
                    setBias(parameters, 2, 30);
                },
                QUICK);

        assertThat(kinds(result)).contains(Finding.Kind.GATES_ALWAYS_OPEN, Finding.Kind.DISCS_FAR_OUTSIDE);
        assertThat(result.layers().getFirst().meanLargestSingularValue()).isGreaterThan(1);
    }

    @Test
    void growingPerturbations_areSevere() {
        Architecture architecture = Architecture.overTokens(new DeepTransition(1), WORDS, 5, 64, 1, false);

        ModelExplanation result = explain(
                architecture,
                parameters -> {
                    double[] weights = parameters.get("layers.0.recurrent.0.weight");
                    for (int i = 0; i < weights.length; i++) {
                        weights[i] *= 2; // a gain of 0.8/√3 · √64 = 3.7: chaos
                    }
                },
                QUICK);

        Finding chaotic = find(result, Finding.Kind.CHAOTIC);
        assertThat(chaotic.severity()).isEqualTo(Finding.Severity.SEVERE);
        assertThat(chaotic.value())
                .isEqualTo(result.layers().getFirst().lyapunov().largest());
        assertThat(kinds(result)).contains(Finding.Kind.EXPLODING_REACH, Finding.Kind.EIGENVALUES_OUTSIDE);
        List<Finding.Severity> severities =
                result.findings().stream().map(Finding::severity).toList();
        assertThat(severities).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void forgetfulNetwork_hasVanishingReach() {
        Architecture architecture = Architecture.overTokens(new Lstm(), WORDS, 5, 16, 1, false);

        ModelExplanation result =
                explain(architecture, parameters -> Arrays.fill(parameters.get("layers.0.bias_ih"), 16, 32, -8), QUICK);

        Finding vanishing = find(result, Finding.Kind.VANISHING_REACH);
        assertThat(vanishing.action()).isEqualTo(Finding.Action.SET_GATE_BIAS);
        assertThat(vanishing.actionValue()).isEqualTo(2.2); // ln(10 − 1)
    }

    private static List<Finding.Kind> kinds(ModelExplanation result) {
        return result.findings().stream().map(Finding::kind).toList();
    }

    private static Finding find(ModelExplanation result, Finding.Kind kind) {
        return result.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void languageModel_isExplainedInItsOwnTokens(@TempDir Path folder) {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.builder()
                .unit(TextUnit.WORD)
                .vocabularySize(WORDS)
                .embeddingSize(6)
                .hiddenSize(6)
                .depth(2)
                .tiedEmbeddings(true)
                .build();
        configuration.write(folder.resolve(LanguageModel.CONFIGURATION_FILE));
        List<String> words = new ArrayList<>(List.of(Vocabulary.END_OF_LINE));
        IntStream.range(1, WORDS).forEach(i -> words.add("word" + i));
        Vocabulary.of(words).write(folder.resolve(LanguageModel.VOCABULARY_FILE));
        SplittableRandom random = new SplittableRandom(5);
        SafetensorsWriter writer = new SafetensorsWriter();
        configuration.parameterShapes().forEach((name, shape) -> {
            int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            writer.add(name, TinyModels.floats(TinyModels.uniform(random, count, 0.5)), shape);
        });
        writer.write(folder.resolve(LanguageModel.WEIGHTS_FILE));
        try (Engine engine = Engine.builder().threads(2).build();
                LanguageModel model = LanguageModel.load(folder, engine)) {
            UnitActivity.Choice choice = new UnitActivity.Choice(0, 1, 3);
            ExplainSettings settings =
                    QUICK.toBuilder().chosenUnits(List.of(choice)).unitsShown(0).build();

            ModelExplanation result = ModelExplainer.explain(model, IDS, settings, ExplainProgress.SILENT);

            UnitActivity unit = result.layers().getFirst().gates().units().getFirst();
            assertThat(unit.unit()).isEqualTo(3);
            assertThat(unit.profiles()).singleElement().satisfies(profile -> {
                assertThat(profile.by()).isEqualTo(UnitActivity.Grouping.TOKEN);
                assertThat(profile.openings())
                        .extracting(UnitActivity.Opening::text)
                        .isNotEmpty()
                        .isSubsetOf(words);
            });
            assertThat(unit.byStep()).hasSameSizeAs(result.stretch().texts().toArray());
            assertThat(result.lossUnit()).isEqualTo(LossUnit.NATS_PER_TOKEN);
            assertThatThrownBy(
                            () -> ModelExplainer.explain(model, Arrays.copyOf(IDS, 63), QUICK, ExplainProgress.SILENT))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("63 tokens");
            ExplainSettings wrong = QUICK.toBuilder()
                    .chosenUnits(List.of(new UnitActivity.Choice(0, 2, 0)))
                    .build();
            assertThatThrownBy(() -> ModelExplainer.explain(model, IDS, wrong, ExplainProgress.SILENT))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("micro-layer 2");
        }
    }

    @Test
    void shortestText_isEnough() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(1, COUPLED), WORDS, 5, 3, 1, false);
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), new SplittableRandom(2), 0.4);
        int[] ids = Arrays.copyOf(IDS, ModelExplainer.FEWEST_TOKENS);
        try (Engine engine = TinyModels.engine(1);
                Parameters parameters = TinyModels.parameters(architecture, reference, 1)) {
            ModelExplanation result = ModelExplainer.explain(
                    engine, parameters, architecture, id -> "", ids, ExplainSettings.DEFAULTS, ExplainProgress.SILENT);

            assertThat(result.layers().getFirst().lyapunov().exponents()).hasSize(3);
            assertThat(result.layers().getFirst().reach().mean()).hasSizeGreaterThan(10);
        }
    }

    @Test
    void settingsOutOfRange_areRefused() {
        assertThatThrownBy(() -> ExplainSettings.builder().exponents(0).build())
                .isInstanceOf(UserError.class)
                .hasMessage("exponents is 0; it must be at least 1.");
        assertThatThrownBy(() ->
                        ExplainSettings.builder().eigenvalueSeconds(Double.NaN).build())
                .isInstanceOf(UserError.class);
    }
}
