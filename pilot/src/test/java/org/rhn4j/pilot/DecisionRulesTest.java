package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rhn4j.pilot.PilotFixtures.sure;
import static org.rhn4j.pilot.PilotFixtures.unsure;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.Decision.Choice;
import org.rhn4j.pilot.Decision.Reason;

class DecisionRulesTest {
    private static final ContenderName DEEP = ContenderName.rhn(3);
    private static final Contender NAIVE = sure(ContenderName.NAIVE, 1.5);
    private static final Contender SEASONAL = sure(ContenderName.SEASONAL_NAIVE, 1);

    private static Decision decide(Contender... networks) {
        List<Contender> contenders = new ArrayList<>(List.of(NAIVE, SEASONAL));
        contenders.addAll(List.of(networks));
        return DecisionRules.decide(contenders, PilotFixtures.windows(), 0.8, 1);
    }

    private static List<Reason.Kind> kinds(Decision decision) {
        return decision.reasons().stream().map(Reason::kind).toList();
    }

    @Test
    void decide_aHighwayNetworkThatGainsOverAll_takesIt() {
        Decision decision = decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.8), sure(DEEP, 0.7));

        assertThat(decision.choice()).isEqualTo(Choice.TAKE_RHN);
        assertThat(decision.recommended()).isEqualTo(DEEP);
        assertThat(decision.naive()).isEqualTo(ContenderName.SEASONAL_NAIVE);
        Reason first = decision.reasons().getFirst();
        assertThat(first.kind()).isEqualTo(Reason.Kind.BETTER);
        assertThat(first.other()).isEqualTo(ContenderName.of(CellKind.LSTM, 1));
        assertThat(first.value()).isBetween(0.12, 0.13);
    }

    @Test
    void decide_aHighwayNetworkThatIsEqualOrWorse_staysWithTheLstm() {
        assertThat(decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.8), sure(DEEP, 0.8))
                        .choice())
                .isEqualTo(Choice.STAY);
        Decision worse = decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.8), sure(DEEP, 0.9));
        assertThat(worse.choice()).isEqualTo(Choice.STAY);
        assertThat(worse.recommended()).isEqualTo(ContenderName.of(CellKind.LSTM, 1));
        assertThat(kinds(worse).getFirst()).isEqualTo(Reason.Kind.WORSE);
    }

    @Test
    void decide_networksThatGainNothing_saysTheNaiveForecastIsAsGood() {
        Decision decision = decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.995), sure(DEEP, 1.01));

        assertThat(decision.choice()).isEqualTo(Choice.NAIVE_IS_AS_GOOD);
        assertThat(decision.recommended()).isEqualTo(ContenderName.SEASONAL_NAIVE);
        assertThat(decision.reasons().getFirst().other()).isEqualTo(ContenderName.SEASONAL_NAIVE);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RHN")
    void decide_whateverTheIncumbent_staysWithIt(CellKind cell) {
        ContenderName incumbent = ContenderName.of(cell, 1);
        Decision decision = decide(sure(incumbent, 0.8), sure(DEEP, 0.8));
        assertThat(decision.choice()).isEqualTo(Choice.STAY);
        assertThat(decision.recommended()).isEqualTo(incumbent);
        assertThat(decision.incumbent()).isEqualTo(incumbent);
    }

    /** Better than a poor LSTM is no reason to take it. */
    @Test
    void decide_aHighwayNetworkThatGainsOverTheLstmButNotOverTheNaiveForecast_saysTheNaiveForecastIsAsGood() {
        assertThat(decide(sure(ContenderName.of(CellKind.LSTM, 1), 1.3), sure(DEEP, 1))
                        .choice())
                .isEqualTo(Choice.NAIVE_IS_AS_GOOD);
    }

    @Test
    void decide_seedsThatLieFarApart_isTooClose() {
        Decision decision = decide(unsure(ContenderName.of(CellKind.LSTM, 1), 0.8), unsure(DEEP, 0.75));

        assertThat(decision.choice()).isEqualTo(Choice.TOO_CLOSE);
        assertThat(decision.recommended()).isNull();
        assertThat(kinds(decision).getFirst()).isEqualTo(Reason.Kind.UNCLEAR_SEEDS);
    }

    @Test
    void decide_oneSeed_isTooCloseAndSaysWhy() {
        double[] low = {.5, .5, .5, .5, .5, .5, .5, .5};
        Decision decision = decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.8), PilotFixtures.contender(DEEP, low));

        assertThat(decision.choice()).isEqualTo(Choice.TOO_CLOSE);
        assertThat(kinds(decision)).contains(Reason.Kind.UNSURE, Reason.Kind.ONE_SEED);
    }

    @Test
    void decide_aPilotThatWasStopped_saysSo() {
        Decision decision = DecisionRules.decide(
                List.of(SEASONAL, new Contender(ContenderName.of(CellKind.LSTM, 1), 8, 100, List.of(), null)),
                PilotFixtures.windows(),
                0.8,
                0.25);

        assertThat(decision.choice()).isEqualTo(Choice.TOO_CLOSE);
        assertThat(decision.comparisons()).isEmpty();
        assertThat(decision.reasons())
                .containsExactly(new Reason(Reason.Kind.INCOMPLETE, null, null, 0.25, null, null));
    }

    /** The test part says depth 5, and must not be asked: validation says depth 2, and 3 within its error. */
    @Test
    void decide_severalDepths_takesTheShallowestWithinOneStandardErrorOfTheBestValidation() {
        Decision decision = decide(
                sure(ContenderName.of(CellKind.LSTM, 1), 0.8),
                validated(1, 0.60, 0.62, 0.64),
                validated(2, 0.50, 0.55, 0.60),
                validated(3, 0.45, 0.54, 0.60),
                validated(5, 0.58, 0.60, 0.62));

        assertThat(decision.rhn()).isEqualTo(ContenderName.rhn(2));
    }

    private static Contender validated(int depth, double... validation) {
        Contender template = sure(ContenderName.rhn(depth), 0.7 / depth);
        List<SeedRun> runs = new ArrayList<>();
        for (int i = 0; i < validation.length; i++) {
            SeedRun run = template.runs().get(i);
            runs.add(new SeedRun(run.seed(), validation[i], run.accuracy(), run.windowErrors(), 20, 300, List.of()));
        }
        return new Contender(template.name(), 8, 100, runs, template.cost());
    }

    @Test
    void decide_aSlowNetwork_tellsWhatTheGainCosts() {
        Contender slow = sure(DEEP, 0.7);
        slow = new Contender(DEEP, 8, 100, slow.runs(), new Cost(100, 3, 3, 4, 40_000, 80_000, 0.06, 0.09));

        Decision decision = decide(sure(ContenderName.of(CellKind.LSTM, 1), 0.8), slow);

        assertThat(decision.reasons())
                .contains(new Reason(Reason.Kind.SLOWER, DEEP, ContenderName.of(CellKind.LSTM, 1), 3, null, null));
    }

    @Test
    void decide_quantilesThatHoldTooLittle_warns() {
        List<Contender> contenders =
                List.of(NAIVE, SEASONAL, sure(ContenderName.of(CellKind.LSTM, 1), 0.8), sure(DEEP, 0.7));

        assertThat(kinds(DecisionRules.decide(contenders, PilotFixtures.windows(), 0.95, 1)))
                .contains(Reason.Kind.BAND_TOO_NARROW);
        assertThat(kinds(DecisionRules.decide(contenders, PilotFixtures.windows(), 0.85, 1)))
                .doesNotContain(Reason.Kind.BAND_TOO_NARROW);
    }

    @Test
    void decide_withoutANaiveForecast_isRefused() {
        assertThatThrownBy(() -> DecisionRules.decide(
                        List.of(sure(ContenderName.of(CellKind.LSTM, 1), 1)), PilotFixtures.windows(), 0.8, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
