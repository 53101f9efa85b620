package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.cells.CellKind;
import org.rhn4j.store.Json;

class PilotResultTest {
    @Test
    void json_ofAResult_readsBackAsTheSameText() {
        List<Contender> contenders = List.of(
                PilotFixtures.sure(ContenderName.SEASONAL_NAIVE, 1),
                PilotFixtures.sure(ContenderName.of(CellKind.LSTM, 1), 0.8),
                new Contender(ContenderName.rhn(5), 20, 100, List.of(), null));
        PilotResult result = new PilotResult(
                "rhn4j 0.1.0",
                false,
                new PilotData(
                        "a.csv",
                        "y",
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
                PilotFixtures.windows(),
                List.of(new DrawnForecast(
                        "y",
                        List.of("2014-04-09", "2014-04-10"),
                        Arrays.asList(1.5, null),
                        1,
                        new double[] {0.1, 0.5, 0.9},
                        List.of(new DrawnForecast.Line(
                                ContenderName.of(CellKind.LSTM, 1), new double[][] {{1}, {2}, {3}})))),
                List.of(new PastReach(ContenderName.of(CellKind.LSTM, 1), List.of(new PastReach.Point(7, 1.2)))),
                List.of(new Instability(Instability.Kind.SHOCK, null, null, "2014-12-25", 8, 6, 14)),
                DecisionRules.decide(contenders, PilotFixtures.windows(), 0.8, 0.5));

        String text = Json.toText(result);

        assertThat(text).contains("\"too-close\"", "[1.5, null]");
        assertThat(Json.toText(Json.read(text, PilotResult.class, "pilot.json")))
                .isEqualTo(text);
    }

    @Test
    void stepsNeeded_isWhereLongerPastsStopHelping() {
        PastReach reach = new PastReach(
                ContenderName.of(CellKind.LSTM, 1),
                List.of(
                        new PastReach.Point(56, 0.80),
                        new PastReach.Point(1, 2.0),
                        new PastReach.Point(14, 0.805),
                        new PastReach.Point(7, 0.9),
                        new PastReach.Point(28, 0.79)));

        assertThat(reach.stepsNeeded()).isEqualTo(14);
        assertThat(reach.lossAtShortest()).isEqualTo(1.5);
    }

    /** A short past that happens to do well does not count if a longer one loses. */
    @Test
    void stepsNeeded_withADipInBetween_isTheLongerPast() {
        PastReach reach = new PastReach(
                ContenderName.of(CellKind.LSTM, 1),
                List.of(new PastReach.Point(7, 0.80), new PastReach.Point(14, 0.9), new PastReach.Point(28, 0.8)));

        assertThat(reach.stepsNeeded()).isEqualTo(28);
    }
}
