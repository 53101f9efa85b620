package org.rhn4j.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.app.bench.NabScore.Outcome;
import org.rhn4j.app.bench.NabScore.Result;
import org.rhn4j.app.bench.NabScore.Scored;
import org.rhn4j.app.bench.NabScore.Window;

/** Cases computed by hand for a series of 60 rows (probation: rows 0 to 8) with a window of rows 20 to 29. */
class NabScoreTest {
    private static Scored series(int... detected) {
        double[] scores = new double[60];
        for (int row : detected) {
            scores[row] = 0.9;
        }
        return new Scored("one", scores, List.of(new Window(20, 29)));
    }

    private static double points(int... detected) {
        return NabScore.at(series(detected), 0.5).points();
    }

    @Test
    void probationIsFifteenPerCentOfAtMostFiveThousandRows() {
        assertThat(NabScore.probation(60)).isEqualTo(9);
        assertThat(NabScore.probation(1882)).isEqualTo(282);
        assertThat(NabScore.probation(22695)).isEqualTo(750);
    }

    @Test
    void nothingFoundCostsOneForEachWindow() {
        assertThat(points()).isEqualTo(-1);
        assertThat(NabScore.at(series(), 0.5).normalized()).isZero();
    }

    @Test
    void firstRowOfAWindowIsWorthOne() {
        assertThat(points(20)).isCloseTo(1, within(1e-12));
        assertThat(NabScore.at(series(20), 0.5).normalized()).isCloseTo(100, within(1e-10));
    }

    @Test
    void laterRowsOfAWindowAreWorthLess() {
        assertThat(points(25)).isCloseTo(0.8597926, within(1e-6));
        assertThat(points(29)).isCloseTo(0.2482419, within(1e-6));
    }

    @Test
    void onlyTheBestDetectionOfAWindowCounts() {
        assertThat(points(25, 27, 29)).isCloseTo(points(25), within(1e-12));
    }

    @Test
    void falseAlarmBeforeAnyWindowCostsElevenHundredths() {
        assertThat(points(15)).isCloseTo(-1.11, within(1e-12));
        assertThat(points(10, 15)).isCloseTo(-1.22, within(1e-12));
    }

    @Test
    void falseAlarmShortlyAfterAWindowCostsLittle() {
        assertThat(points(30) + 1).isCloseTo(-0.0297932, within(1e-6));
        assertThat(points(39) + 1).isCloseTo(-0.1091527, within(1e-6));
        assertThat(points(58) + 1).isEqualTo(-0.11, within(1e-12));
    }

    @Test
    void detectionsInTheProbationDoNotCount() {
        assertThat(points(0, 3, 8)).isEqualTo(-1);
        assertThat(points(9)).isCloseTo(-1.11, within(1e-12));
    }

    @Test
    void oneThresholdIsChosenForAllSeries() {
        Scored sure = series(20);
        Scored noisy = series(20);
        Arrays.fill(noisy.scores(), 40, 60, 0.95);
        Result result = NabScore.best(List.of(sure, noisy));
        double falseAlarms = 0;
        for (int row = 40; row < 60; row++) {
            falseAlarms += NabScore.values(noisy)[row];
        }
        assertThat(result.threshold()).isEqualTo(0.9);
        assertThat(result.score()).isCloseTo(100 * (2 + falseAlarms + 2) / 4, within(1e-9));
        assertThat(result.series()).extracting(Outcome::falseAlarms).containsExactly(0, 20);
    }

    @Test
    void noDetectionIsBestWhereAllAreWrong() {
        Scored wrong = series(10, 11, 12);
        Arrays.fill(wrong.scores(), 50, 60, 0.95);
        Result result = NabScore.best(List.of(wrong));
        assertThat(result.score()).isGreaterThanOrEqualTo(0);
        assertThat(NabScore.at(wrong, 0.9).points()).isLessThan(-1);
    }
}
