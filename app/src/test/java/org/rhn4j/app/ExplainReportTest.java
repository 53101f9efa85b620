package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ExplainSettings;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.GateKind;
import org.rhn4j.insight.ModelExplainer;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.UnknownTokens;
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
        assertThat(Invocation.train(data, model).status()).isEqualTo(Main.OK);
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
        for (ReportLanguage language : ReportLanguage.values()) {
            String html = ExplainReport.html(explanation, "a </script> & b", "rhn, depth 2", language);
            assertThat(html)
                    .contains("<html lang=\"" + language.tag() + "\">", "a &lt;/script&gt; &amp; b</title>")
                    .doesNotContain("src=\"http", "href=\"http", "@import", "{{title}}", "{{data}}");
            String own = ReportTexts.withoutLibrary(html);
            assertThat(own).doesNotContain("http://", "https://").hasSizeLessThan(html.length() / 2);

            Matcher data = DATA.matcher(html);
            assertThat(data.find()).isTrue();
            JsonNode page = JsonMapper.shared().readTree(data.group(1));
            assertThat(page.get("model").stringValue()).isEqualTo("a </script> & b");
            JsonNode layer = page.get("layers").get(0);
            assertThat(layer.get("snapshots")).hasSize(3);
            assertThat(layer.get("snapshots").get(0).get("discs")).hasSize(16);
            assertThat(layer.get("micro_layers")).hasSize(2);
            assertThat(layer.get("lesions")).hasSize(4);
            assertThat(page.get("findings")).hasSize(explanation.findings().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFindingAndActionHasASentence(ReportLanguage language) {
        FindingSentences sentences = FindingSentences.of(language);
        for (Finding.Kind kind : Finding.Kind.values()) {
            for (Finding.Action action : Finding.Action.values()) {
                for (Double number : new Double[] {null, -1.5}) {
                    Finding finding = new Finding(
                            Finding.Severity.INFO,
                            kind,
                            0,
                            1,
                            GateKind.INPUT,
                            List.of(3, 1004),
                            0.25,
                            0.1,
                            action,
                            number);
                    assertThat(sentences.sentence(finding)).isNotBlank().doesNotContain("{", "}", "null");
                    assertThat(sentences.units(finding)).contains("3, 1004");
                    String todo = sentences.action(finding);
                    assertThat(todo).doesNotContain("{", "}", "null");
                    assertThat(todo.isEmpty()).isEqualTo(action == Finding.Action.NONE);
                }
            }
        }
        for (GateKind gate : GateKind.values()) {
            assertThat(sentences.text("gate." + ReportText.key(gate))).isNotBlank();
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
