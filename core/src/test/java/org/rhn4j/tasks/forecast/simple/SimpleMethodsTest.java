package org.rhn4j.tasks.forecast.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;

class SimpleMethodsTest {
    private static final int SEASON = 12;
    private static final int HORIZON = 6;
    private static final int ROWS = 144;

    private static Series series(double... values) {
        return new Series("s", TimeAxis.rows(0), new double[][] {values}, new double[0][], new double[0][]);
    }

    /** A level that grows, times a season, with noise. */
    private static double[] growing(double noise) {
        RandomSource random = new RandomSource(5);
        double[] values = new double[ROWS];
        for (int t = 0; t < ROWS; t++) {
            double season = 1 + 0.3 * Math.sin(2 * Math.PI * t / SEASON) + 0.1 * Math.cos(4 * Math.PI * t / SEASON);
            values[t] = (100 + 2 * t) * season * (1 + noise * (random.uniformDouble(t) - 0.5));
        }
        return values;
    }

    private static FittingRows rows(Series series, int end) {
        return new FittingRows(List.of(series), new int[] {end}, List.of(SEASON), HORIZON);
    }

    private static List<PointMethod> methods(Series series, int end) {
        Combination combination = fitted(series, end);
        return combination.parts().stream().map(Combination.Part::method).toList();
    }

    private static Combination fitted(Series series, int end) {
        CombinationFit fit = new CombinationFit(rows(series, end));
        return fit.combination(fit.trials());
    }

    private static double error(double[] truth, double[] forecast, int origin) {
        double sum = 0;
        for (int h = 0; h < forecast.length; h++) {
            sum += Math.abs(truth[origin + h] - forecast[h]);
        }
        return sum / forecast.length;
    }

    @Test
    void smoothing_goesOnWithTrendAndMultipliedSeason() {
        double[] values = growing(0);
        Series series = series(values);
        for (SmoothingFit.Aim aim : SmoothingFit.Aim.values()) {
            SmoothingFit fit = new SmoothingFit(rows(series, 120), aim);
            Smoothing method = fit.best(SmoothingFit.forms(
                            rows(series, 120), List.of(Smoothing.Trend.NONE, Smoothing.Trend.LINEAR), false))
                    .method();
            double off = error(values, method.forecast(series, new int[] {120})[0], 120);
            assertThat(off).as(aim.toString()).isLessThan(3); // of values from 250 to 450
            assertThat(method.trend()).isEqualTo(Smoothing.Trend.LINEAR);
        }
    }

    @Test
    void regression_learnsAnAutoregression() {
        RandomSource random = new RandomSource(7);
        double[] values = new double[400];
        for (int t = 2; t < values.length; t++) {
            values[t] = 1.6 * values[t - 1] - 0.8 * values[t - 2] + 0.01 * (random.uniformDouble(t) - 0.5);
        }
        values[0] = 1;
        for (int t = 2; t < values.length; t++) {
            values[t] = 1.6 * values[t - 1] - 0.8 * values[t - 2] + 0.1 * (random.uniformDouble(t) - 0.5);
        }
        Series series = series(values);
        FittingRows rows = new FittingRows(List.of(series), new int[] {350}, List.of(), 3);
        LagRegressionFit fit = new LagRegressionFit(rows);
        LagRegressionFit.Choice choice = fit.choose();
        assertThat(choice).isNotNull();
        LagRegression method = fit.fit(choice);
        assertThat(method).isNotNull();
        double sum = 0;
        for (int origin = 350; origin < 390; origin++) {
            double expected = 1.6 * values[origin - 1] - 0.8 * values[origin - 2];
            sum += Math.abs(method.forecast(series, new int[] {origin})[0][0] - expected) / 40;
        }
        assertThat(sum).isLessThan(0.03); // the noise of a row is 0.025 on average
    }

    @Test
    void forecast_isTheSameWhateverElseIsAskedAndWhateverFollows() {
        Series series = series(growing(0.1));
        for (PointMethod method : methods(series, 120)) {
            double[] whole = method.forecast(series, new int[] {5, 30, 47, 48, 60, 131})[3];
            double[] changed = series.targets()[0].clone();
            Arrays.fill(changed, 48, ROWS, 1e6);
            double[] alone = method.forecast(series(changed), new int[] {48})[0];
            assertThat(alone).as(method.label()).containsExactly(whole);
            changed[40] += 10;
            double[] other = method.forecast(series(changed), new int[] {48})[0];
            assertThat(other).as("%s sees the rows before", method.label()).isNotEqualTo(whole);
        }
    }

    @Test
    void forecast_missingValuesAreNoZeros() {
        double[] values = growing(0.05);
        for (int hole : new int[] {40, 41, 42, 90, 118, 119}) {
            values[hole] = Double.NaN;
        }
        Series series = series(values);
        double[] whole = growing(0.05);
        for (PointMethod method : methods(series, 120)) {
            double[] forecast = method.forecast(series, new int[] {120})[0];
            assertThat(error(whole, forecast, 120)).as(method.label()).isLessThan(60); // a zero would be off by 340
        }
    }

    @Test
    void weights_areThoseOfTheBetterMethodsAndSumToOne() {
        Series series = series(growing(0.02));
        CombinationFit fit = new CombinationFit(rows(series, 120));
        Trials trials = fit.trials();
        double[] weights = CombinationFit.weights(trials);
        assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
        assertThat(trials.labels().getFirst()).isEqualTo("last season (12 rows)");
        // it knows no trend, and has only what it has for want of certainty
        assertThat(weights[0]).isCloseTo(1 / (1 + trials.independent()), within(0.01));
        assertThat(trials.error(weights)).isLessThan(0.5 * trials.error(0));
    }

    @Test
    void trials_methodsOfALaterMomentDoNotReachEarlierOnes() {
        double[] values = growing(0.1);
        Series series = series(values);
        Trials before = new CombinationFit(rows(series, 120)).trials();
        double[] changed = values.clone();
        for (int t = 100; t < 120; t++) {
            changed[t] *= 3;
        }
        Trials after = new CombinationFit(rows(series(changed), 120)).trials();
        List<Integer> compared = new ArrayList<>();
        for (int w = 0; w < before.windows().size(); w++) {
            Trials.Window window = before.windows().get(w);
            if (window.origin() + HORIZON <= 90) {
                compared.add(window.origin());
                assertThat(after.windows().get(w).forecasts()).isDeepEqualTo(window.forecasts());
            }
        }
        assertThat(compared).isNotEmpty();
    }

    @Test
    void spread_holdsTheShareItSaysAndWidensWhereWindowsAreFew() {
        RandomSource random = new RandomSource(9);
        double[] values = new double[3000];
        for (int t = 0; t < values.length; t++) {
            values[t] = 50 + 10 * Math.sin(2 * Math.PI * t / SEASON) + 4 * (random.uniformDouble(t) - 0.5);
        }
        Series series = series(values);
        FittingRows rows = new FittingRows(List.of(series), new int[] {2000}, List.of(SEASON), HORIZON);
        CombinationFit fit = new CombinationFit(rows);
        Trials trials = fit.trials();
        double[] weights = CombinationFit.weights(trials);
        ErrorSpread spread = ErrorSpread.of(trials, weights, rows);
        Combination combination = fit.combination(trials);
        int[] origins = Origins.between(2000, 3000, HORIZON, HORIZON);
        double[][] forecasts = combination.forecast(series, origins);
        int held = 0;
        for (int i = 0; i < origins.length; i++) {
            double usual = spread.usual(values, origins[i]);
            for (int h = 0; h < HORIZON; h++) {
                double low = spread.at(forecasts[i][h], usual, origins[i], h, 0.05);
                double high = spread.at(forecasts[i][h], usual, origins[i], h, 0.95);
                held += values[origins[i] + h] >= low && values[origins[i] + h] <= high ? 1 : 0;
                assertThat(low).isLessThan(spread.at(forecasts[i][h], usual, origins[i], h, 0.2));
            }
        }
        assertThat(held / (double) (origins.length * HORIZON)).isBetween(0.86, 0.94);
        assertThat(ErrorSpread.widening(4)).isEqualTo(1.25);
        assertThat(ErrorSpread.widening(0.3)).isEqualTo(2);
    }
}
