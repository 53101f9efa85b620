package org.rhn4j.app.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.app.pages.ReportTexts;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.Accuracy;
import org.rhn4j.pilot.Contender;
import org.rhn4j.pilot.ContenderName;
import org.rhn4j.pilot.Cost;
import org.rhn4j.pilot.Decision;
import org.rhn4j.pilot.DecisionRules;
import org.rhn4j.pilot.DrawnForecast;
import org.rhn4j.pilot.Instability;
import org.rhn4j.pilot.PastReach;
import org.rhn4j.pilot.PilotConditions;
import org.rhn4j.pilot.PilotData;
import org.rhn4j.pilot.PilotResult;
import org.rhn4j.pilot.SeedRun;
import org.rhn4j.pilot.TestWindow;
import org.rhn4j.pilot.TrainingPoint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PilotReportTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("\\bt\\((?:[^()\"]*\\? )?\"([a-z0-9.-]+)\"(?: : \"([a-z0-9.-]+)\")?");

    @ParameterizedTest
    @EnumSource
    void thePageNeedsNothingBesideItAndHoldsTheResult(ReportLanguage language) {
        String html = ReportTexts.withoutLibrary(PilotReport.html(result(0.7), language));

        assertThat(html)
                .contains("<html lang=\"" + language.tag() + "\">", "births &lt;b&gt;</title>")
                .doesNotContain("http://", "https://", "@import", "src=", "{{");
        Matcher data = DATA.matcher(html);
        assertThat(data.find()).isTrue();
        JsonNode page = JsonMapper.shared().readTree(data.group(1));
        assertThat(page.get("result").get("contenders")).hasSize(4);
        assertThat(page.get("names").get("rhn-3").stringValue()).contains("RHN", "3");
        assertThat(page.get("reasons")).isNotEmpty();
        assertThat(page.get("steps_needed").get(0).intValue()).isEqualTo(7);
    }

    /** The script asks for its texts by key; one that is missing would show as a gap. */
    @ParameterizedTest
    @EnumSource
    void everyTextThatTheScriptAsksForIsThere(ReportLanguage language) {
        String html = ReportTexts.withoutLibrary(PilotReport.html(result(0.7), language));
        List<String> keys = new ArrayList<>();
        KEY.matcher(html).results().forEach(match -> {
            keys.add(match.group(1));
            if (match.group(2) != null) {
                keys.add(match.group(2));
            }
        });
        keys.removeIf(key -> key.endsWith(".")); // the rest of the key is worked out
        assertThat(keys).hasSizeGreaterThan(60);
        assertThat(ReportText.of("pilot", language).all()).containsKeys(keys.toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource
    void everyRecommendationReasonAndInstabilityHasASentence(ReportLanguage language) {
        PilotSentences sentences = PilotSentences.of(language);
        PilotResult result = result(0.7);
        for (Decision.Choice choice : Decision.Choice.values()) {
            Decision decision = new Decision(
                    choice,
                    ContenderName.rhn(3),
                    ContenderName.of(CellKind.LSTM, 1),
                    ContenderName.rhn(3),
                    ContenderName.NAIVE,
                    List.of(),
                    List.of());
            assertThat(sentences.headline(decision)).isNotBlank().doesNotContain("{", "}", "null");
            assertThat(sentences.summary(decision)).isNotBlank().doesNotContain("{", "}", "null");
        }
        for (Decision.Reason.Kind kind : Decision.Reason.Kind.values()) {
            Decision.Reason reason = new Decision.Reason(
                    kind, ContenderName.rhn(3), ContenderName.of(CellKind.LSTM, 1), 0.125, -0.01, 0.26);
            assertThat(sentences.reason(reason, result)).isNotBlank().doesNotContain("{", "}", "null");
        }
        for (Instability.Kind kind : Instability.Kind.values()) {
            Instability found = new Instability(kind, ContenderName.rhn(3), 2L, "2014-12-25", 3, 2, 1);
            assertThat(sentences.instability(found)).isNotBlank().doesNotContain("{", "}", "null");
        }
        for (CellKind cell : CellKind.values()) {
            assertThat(sentences.name(ContenderName.of(cell, 1))).isNotBlank().doesNotContain("{");
            assertThat(sentences.said(ContenderName.of(cell, 1))).isNotBlank().doesNotContain("{");
            assertThat(sentences.all()).containsKeys("glossary." + cell.key(), "glossary." + cell.key() + ".text");
        }
        for (PilotData.StepUnit unit : PilotData.StepUnit.values()) {
            String key = "step." + ReportText.key(unit);
            assertThat(sentences.all()).containsKeys(key, key + "s");
        }
        for (PilotConditions.EnergySource source : PilotConditions.EnergySource.values()) {
            assertThat(sentences.all()).containsKey("method.energy." + ReportText.key(source));
        }
    }

    @Test
    void sentences_sayNumbersWithTheirIntervals() {
        PilotResult result = result(0.7);
        Decision.Reason reason = new Decision.Reason(
                Decision.Reason.Kind.UNCLEAR_SEEDS,
                ContenderName.rhn(3),
                ContenderName.of(CellKind.LSTM, 1),
                0.125,
                -0.01,
                0.26);

        assertThat(PilotSentences.of(ReportLanguage.EN).reason(reason, result))
                .startsWith("The RHN of depth 3 against the LSTM: +12.5 %")
                .contains("−1.0 % to +26.0 %", "more seeds");
        assertThat(PilotSentences.of(ReportLanguage.JA).reason(reason, result))
                .contains("LSTM の優劣", "+12.5%", "シード数を増やせば");
    }

    @Test
    void summary_ofNetworksThatAreBothBetterThanNaive_saysSo() {
        PilotResult close = result(0.6);

        assertThat(close.decision().choice()).isEqualTo(Decision.Choice.TOO_CLOSE);
        assertThat(PilotSentences.of(ReportLanguage.EN).summary(close.decision()))
                .contains("Both networks clearly beat simple forecasts");
    }

    @Test
    void languagesHaveTheSameTextsWithTheSamePlaces() {
        ReportTexts.assertSameTextsAndPlaces("pilot");
    }

    /** @param lstm the LSTM's error; the highway network's is 0.6 */
    private static PilotResult result(double lstm) {
        List<Contender> contenders = List.of(
                contender(ContenderName.NAIVE, 2, 0),
                contender(ContenderName.SEASONAL_NAIVE, 1, 0),
                contender(ContenderName.of(CellKind.LSTM, 1), lstm, 0.01),
                contender(ContenderName.rhn(3), 0.6, 0.01));
        List<TestWindow> windows = List.of(
                new TestWindow("births", "2014-01-01", 0),
                new TestWindow("births", "2014-02-01", 1),
                new TestWindow("births", "2014-03-01", 2));
        return new PilotResult(
                "rhn4j",
                true,
                new PilotData(
                        "births.csv",
                        "births <b>",
                        List.of("comma"),
                        1,
                        100,
                        2,
                        "2014-01-01",
                        "2014-04-10",
                        PilotData.StepUnit.DAY,
                        1,
                        7,
                        14,
                        56,
                        "2014-03-01",
                        "2014-03-20"),
                new PilotConditions(
                        "2026-01-31 14:05",
                        "engine",
                        "processor",
                        2,
                        2,
                        "25",
                        "Linux",
                        10,
                        60,
                        20,
                        PilotConditions.EnergySource.ASSUMED,
                        0.1,
                        "USD",
                        1),
                0.8,
                contenders,
                windows,
                List.of(new DrawnForecast(
                        "births",
                        List.of("2014-04-09", "2014-04-10"),
                        Arrays.asList(1.5, null),
                        1,
                        new double[] {0.1, 0.5, 0.9},
                        List.of(new DrawnForecast.Line(
                                ContenderName.of(CellKind.LSTM, 1), new double[][] {{1}, {2}, {3}})))),
                List.of(new PastReach(
                        ContenderName.of(CellKind.LSTM, 1),
                        List.of(new PastReach.Point(1, 1.2), new PastReach.Point(7, 0.8)))),
                List.of(new Instability(Instability.Kind.SHOCK, null, null, "2014-12-25", 8, 6, 14)),
                DecisionRules.decide(contenders, windows, 0.8, 1));
    }

    private static Contender contender(ContenderName name, double error, double spread) {
        List<SeedRun> runs = new ArrayList<>();
        for (int seed = 1; seed <= (name.learns() ? 3 : 1); seed++) {
            double e = error + spread * (seed - 2);
            runs.add(new SeedRun(
                    seed,
                    e,
                    new Accuracy(e, 10, 5, 0.1, 0.8),
                    new double[] {e, e, e},
                    20,
                    300,
                    List.of(new TrainingPoint(0.5, e, 1), new TrainingPoint(1, e / 2, 1))));
        }
        return new Contender(name, 32, 10_000, runs, new Cost(100, 1, 1, 2, 40_000, 80_000, 0.02, 0.03));
    }
}
