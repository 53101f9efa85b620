package org.rhn4j.app.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.app.pages.ReportTexts;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Gate;
import org.rhn4j.cells.MicroLayerHealth;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ExplainSettings;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.ModelExplainer;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.UnknownTokens;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.TrainingHealth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainReportTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private ModelExplanation explanation() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(ExitStatus.OK);
        ExplainSettings settings = ExplainSettings.builder()
                .tokens(300)
                .streams(2)
                .reach(12)
                .reachTargets(20)
                .exponents(3)
                .lyapunovSteps(40)
                .snapshots(3)
                .lesionTokens(200)
                .unitGroups(2)
                .build();
        try (Engine engine =
                        Engine.builder().precision(Precision.F32).threads(1).build();
                LanguageModel loaded = LanguageModel.load(model, engine)) {
            int[] ids = loaded.corpus().encode(data.resolve("train.txt"), loaded.vocabulary(), UnknownTokens.MAP);
            return ModelExplainer.explain(loaded, ids, settings, ExplainProgress.SILENT);
        }
    }

    @Test
    void thePageNeedsNothingBesideItAndHoldsTheData() throws IOException {
        ModelExplanation explanation = explanation();
        ExplainedModel model = new ExplainedModel("a </script> & b", "rhn, depth 2", explanation, health());
        for (ReportLanguage language : ReportLanguage.values()) {
            String html = ExplainReport.html(
                    List.of(model, new ExplainedModel("other", "lstm", explanation, List.of())), language);
            assertThat(html)
                    .contains("<html lang=\"" + language.tag() + "\">", "a &lt;/script&gt; &amp; b</title>")
                    .doesNotContain("src=\"http", "href=\"http", "@import", "{{title}}", "{{data}}");
            String own = ReportTexts.withoutLibrary(html);
            assertThat(own).doesNotContain("http://", "https://").hasSizeLessThan(html.length() / 2);

            Matcher data = DATA.matcher(html);
            assertThat(data.find()).isTrue();
            JsonNode page = JsonMapper.shared().readTree(data.group(1));
            JsonNode shown = page.get("models").get(0);
            assertThat(shown.get("name").stringValue()).isEqualTo("a </script> & b");
            JsonNode layer = shown.get("layers").get(0);
            assertThat(layer.get("snapshots")).hasSize(3);
            JsonNode planes = layer.get("snapshots").get(0).get("planes");
            assertThat(planes).hasSize(3); // the step and its two micro-layers
            assertThat(planes.get(0).get("rows")).hasSize(16);
            assertThat(planes.get(2).get("columns")).hasSize(16);
            assertThat(planes.get(2).get("eigenvalues")).hasSize(16);
            assertThat(layer.get("memory")).hasSize(16);
            assertThat(layer.get("units")
                            .get(0)
                            .get("profiles")
                            .get(0)
                            .get("by")
                            .stringValue())
                    .isEqualTo("token");
            assertThat(layer.get("units").get(0).get("steps"))
                    .hasSize(shown.get("stretch").get("texts").size());
            assertThat(layer.get("micro_layers")).hasSize(2);
            assertThat(layer.get("lesions")).hasSize(4);
            assertThat(shown.get("findings")).hasSize(explanation.findings().size());
            JsonNode health = shown.get("health");
            assertThat(health.get("gates")).hasSize(2);
            assertThat(health.get("warnings").get(0).get("sentence").stringValue())
                    .contains("12 %", "10 %");
            assertThat(page.get("models").get(1).has("health")).isFalse();
        }
    }

    /** A run of three lines that is warned of in the last. */
    private static List<TrainingHealth> health() {
        List<TrainingHealth> lines = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            MicroLayerHealth micro = new MicroLayerHealth(0.1 * i, 0.01, 2, 0.9);
            List<HealthWarning> warnings =
                    i < 3 ? List.of() : List.of(new HealthWarning(HealthWarning.Kind.UPDATES_TOO_LARGE, 30, 0.12, 0.1));
            lines.add(
                    new TrainingHealth(10L * i, 5 - i, 1e-3, 1, 2, 0.04 * i, List.of(List.of(micro, micro)), warnings));
        }
        return lines;
    }

    @ParameterizedTest
    @EnumSource
    void everyWarningHasASentence(ReportLanguage language) {
        FindingSentences sentences = FindingSentences.of(language);
        for (HealthWarning.Kind kind : HealthWarning.Kind.values()) {
            assertThat(sentences.warning(new HealthWarning(kind, 1234, 0.12, 0.1)))
                    .contains("1,234")
                    .doesNotContain("{", "}", "null");
        }
    }

    @Test
    void aTrainingWithoutWarningsOrLines_isToldAsSuch() {
        FindingSentences sentences = FindingSentences.of(ReportLanguage.EN);
        assertThat(HealthData.of(List.of(), sentences)).isNull();
        List<TrainingHealth> many = Collections.nCopies(1000, health().getFirst());
        HealthData shown = HealthData.of(many, sentences);
        assertThat(shown.steps()).hasSize(300);
        assertThat(shown.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFindingAndActionHasASentence(ReportLanguage language) {
        FindingSentences sentences = FindingSentences.of(language);
        for (Finding.Kind kind : Finding.Kind.values()) {
            for (Finding.Action action : Finding.Action.values()) {
                for (Double number : new Double[] {null, -1.5}) {
                    Finding finding = new Finding(
                            Finding.Severity.INFO, kind, 0, 1, "input", List.of(3, 1004), 0.25, 0.1, action, number);
                    assertThat(sentences.sentence(finding)).isNotBlank().doesNotContain("{", "}", "null");
                    assertThat(sentences.units(finding)).contains("3, 1004");
                    String todo = sentences.action(finding);
                    assertThat(todo).doesNotContain("{", "}", "null");
                    assertThat(todo.isEmpty()).isEqualTo(action == Finding.Action.NONE);
                }
            }
        }
        for (CellKind kind : CellKind.values()) {
            for (Carry carry : kind == CellKind.RHN ? Carry.values() : new Carry[] {Carry.COUPLED}) {
                Cell cell = kind.cell(1, carry);
                cell.blocks().stream()
                        .filter(Gate::isGate)
                        .forEach(gate -> assertThat(sentences.text("gate." + gate.name()))
                                .isNotBlank());
                cell.lesions()
                        .forEach(held -> assertThat(sentences.text(
                                        "lesions." + held.getFirst().name()))
                                .isNotBlank());
            }
        }
        for (Finding.Severity severity : Finding.Severity.values()) {
            assertThat(sentences.text("severity." + ReportText.key(severity))).isNotBlank();
        }
    }

    @Test
    void languagesHaveTheSameTextsWithTheSamePlaces() {
        ReportTexts.assertSameTextsAndPlaces("explain");
    }
}
