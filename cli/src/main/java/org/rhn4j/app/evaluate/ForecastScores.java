package org.rhn4j.app.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastEvaluator;
import org.rhn4j.tasks.forecast.ForecastMethod;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastScore;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.forecast.NaiveForecasts;

/** How good forecasts of the rows held back are, beside those of rules that learn nothing. */
public record ForecastScores(int windows, List<Row> methods, ForecastVerdict verdict) {
    private static final int BATCH = 64;
    private static final String LAST_VALUE = "last value";
    private static final String COMBINED = "all combined";

    /**
     * One method's figures; absent where there is nothing to divide by.
     *
     * @param meanSquared mean squared error in the target's unit
     */
    public record Row(
            String method,
            @Nullable Double mase,
            @Nullable Double smape,
            @Nullable Double rmse,
            @Nullable Double meanSquared,
            @Nullable Double weightedQuantileLoss,
            @Nullable Double coverage) {
        public static Row of(String method, ForecastScore score) {
            return new Row(
                    method,
                    number(score.mase()),
                    number(score.smape()),
                    number(score.rmse()),
                    number(score.meanSquared()),
                    number(score.weightedQuantileLoss()),
                    number(score.coverage()));
        }

        private static @Nullable Double number(double value) {
            return Double.isFinite(value) ? value : null;
        }

        private List<String> cells() {
            return List.of(
                    method,
                    text("%.3f", mase, 1),
                    text("%.2f", smape, 1),
                    rmse == null ? "–" : Formats.significant(rmse),
                    text("%.4f", weightedQuantileLoss, 1),
                    text("%.0f %%", coverage, 100));
        }

        private static String text(String format, @Nullable Double value, double factor) {
            return value == null ? "–" : String.format(Locale.ROOT, format, factor * value);
        }
    }

    /**
     * The last value, the last season, and the model, on the same windows; of a combination the network alone as well.
     */
    public static ForecastScores of(ForecastTable table, ForecastModel model, ProgressLine line) {
        ForecastConfiguration c = model.configuration();
        List<ForecastWindow> windows = table.testWindows(c);
        List<Double> levels = withMedian(c.quantiles());
        Scoring scoring =
                new Scoring(new ForecastEvaluator(table.set(), table.parts(), c.season(), c.horizon()), windows, line);
        List<Row> rows = new ArrayList<>();
        ForecastScore naive = scoring.add(rows, LAST_VALUE, naive(table, c, 1, levels));
        if (c.season() > 1) {
            naive = scoring.add(rows, "last season (" + c.season() + " rows)", naive(table, c, c.season(), levels));
        }
        String network = Descriptions.stack(c.network());
        ForecastScore own;
        if (model.combination() != null) {
            try (Forecaster forecaster = model.networkForecaster(BATCH).withLevels(levels)) {
                scoring.add(rows, network + " alone", forecaster);
            }
        }
        try (Forecaster forecaster = model.forecaster(BATCH).withLevels(levels)) {
            own = scoring.add(rows, model.combination() == null ? network : COMBINED, forecaster);
        }
        line.clear();
        return new ForecastScores(windows.size(), rows, ForecastVerdict.of(windows, naive, own, model, levels));
    }

    private record Scoring(ForecastEvaluator evaluator, List<ForecastWindow> windows, ProgressLine line) {
        ForecastScore add(List<Row> rows, String name, ForecastMethod method) {
            ForecastScore score = evaluator.score(
                    method,
                    windows,
                    share -> line.update(() -> "scoring %s: %d %%".formatted(name, Math.round(100 * share))));
            rows.add(Row.of(name, score));
            return score;
        }
    }

    private static NaiveForecasts naive(ForecastTable table, ForecastConfiguration c, int season, List<Double> levels) {
        return new NaiveForecasts(table.set(), table.parts(), season, c.horizon(), levels);
    }

    /** Absolute errors are of the median, so it must be among the quantiles. */
    private static List<Double> withMedian(List<Double> levels) {
        if (levels.contains(0.5)) {
            return levels;
        }
        List<Double> all = new ArrayList<>(levels);
        all.add(0.5);
        return all.stream().sorted().toList();
    }

    /** The figures as a table. */
    public ResultTable table(ForecastConfiguration c) {
        List<Double> levels = withMedian(c.quantiles());
        String band = "within %s–%s".formatted(percent(levels.getFirst()), percent(levels.getLast()));
        return new ResultTable(
                "Forecasts of rows held back",
                "",
                List.of("method", "MASE", "sMAPE %", "RMSE", "quantile loss", band),
                methods.stream().map(Row::cells).toList());
    }

    private static String percent(double level) {
        return Formats.setting(Math.round(1000 * level) / 10.0) + " %";
    }
}
