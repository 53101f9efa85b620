package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

class ForecastMetricsTest {
    private static final double NAN = Double.NaN;

    @Test
    void seasonalScale_byHand() {
        double[] values = {1, 5, 2, 9, NAN, 8, 100};
        // |2−1|, |9−5|, (missing), |8−9| within the first six rows
        assertThat(ForecastMetrics.seasonalScale(values, 6, 2)).isCloseTo(2, within(1e-12));
        assertThat(ForecastMetrics.seasonalScale(values, 1, 2)).isNaN();
    }

    @Test
    void errors_byHand() {
        double[] truth = {10, NAN, 0, 4};
        double[] forecast = {6, 1, 0, 4.5};
        assertThat(ForecastMetrics.meanAbsolute(truth, forecast)).isCloseTo(1.5, within(1e-12));
        assertThat(ForecastMetrics.meanSquared(truth, forecast)).isCloseTo(16.25 / 3, within(1e-12));
        assertThat(ForecastMetrics.smape(truth, forecast))
                .isCloseTo((200 * 4.0 / 16 + 0 + 200 * 0.5 / 8.5) / 3, within(1e-12));
    }

    @Test
    void quantileLoss_byHand() {
        Forecast forecast = new Forecast(new double[] {0.1, 0.5}, new double[][] {{1, 2}, {3, 4}}, new double[2]);
        // 2 · (0.1 · 4 + 0.5 · 2) / 2 for 5, and 2 · (0.9 · 1 + 0.5 · 3) / 2 for 1
        assertThat(ForecastMetrics.quantileLoss(new double[] {5, 1}, forecast)).isCloseTo(1.4 + 2.4, within(1e-12));
        assertThat(ForecastMetrics.covered(new double[] {3, 1}, forecast)).isEqualTo(1);
        assertThat(ForecastMetrics.covered(new double[] {NAN, 2}, forecast)).isEqualTo(1);
    }

    @Test
    void naive_repeatsTheLastSeasonAndPassesOverWhatIsMissing() {
        double[] values = {1, 2, 3, 4, 5, NAN, 7, 80, 90};
        SeriesSet set = ForecastSets.of(List.of(ForecastSets.series("a", values)));
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(0, 2).of(set);
        Series series = set.series().getFirst();
        Forecast seasonal = new NaiveForecasts(set, parts, 3, 5, List.of(0.1, 0.5, 0.9))
                .forecast(List.of(new ForecastWindow(series, 7)))
                .getFirst();
        assertThat(seasonal.median()).containsExactly(5, 3, 7, 5, 3);
        assertThat(seasonal.mean()).containsExactly(5, 3, 7, 5, 3);
        Forecast naive = new NaiveForecasts(set, parts, 1, 2, List.of(0.5))
                .forecast(List.of(new ForecastWindow(series, 6)))
                .getFirst();
        assertThat(naive.median()).containsExactly(5, 5);
    }

    @Test
    void naive_quantilesHoldTheShareTheySay() {
        SeriesSet set = ForecastSets.waves(2, 2000);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(0, 400).of(set);
        NaiveForecasts naive = new NaiveForecasts(set, parts, ForecastSets.SEASON, 6, List.of(0.1, 0.5, 0.9));
        List<ForecastWindow> windows = ForecastWindow.within(set.series().get(1), 1600, 2000, 6, 1);
        ForecastScore score = new ForecastEvaluator(set, parts, ForecastSets.SEASON, 6).score(naive, windows);
        assertThat(score.coverage()).isBetween(0.74, 0.86);
        assertThat(score.mase()).isBetween(0.9, 1.1);
    }

    @Test
    void season_isFoundWithoutAnyFrequency() {
        SeriesSet set = ForecastSets.waves(3, 300);
        Season season = Season.find(set, new TimeSplit.LastRows(20, 20).of(set));
        assertThat(season.rows()).isEqualTo(ForecastSets.SEASON);
        assertThat(season.why()).startsWith("season of 8 rows");
    }

    @Test
    void season_ofARandomWalkIsNone() {
        org.rhn4j.numbers.RandomSource random = new org.rhn4j.numbers.RandomSource(2);
        double[] values = new double[500];
        for (int t = 1; t < values.length; t++) {
            values[t] = values[t - 1] + random.uniformDouble(t) - 0.5;
        }
        SeriesSet set = ForecastSets.of(List.of(ForecastSets.series("a", values)));
        assertThat(Season.find(set, new TimeSplit.LastRows(20, 20).of(set)).rows())
                .isEqualTo(1);
    }
}
