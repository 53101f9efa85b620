package org.rhn4j.tasks.forecast.simple;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits a ridge regression on lags. Its strength is what forecasts best the rows that follow those it was fitted to, at three
 * moments one after the other; no window to fit reaches beyond the moment, and none to judge begins before.
 */
final class LagRegressionFit {
    private static final double[] STRENGTHS = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1};
    private static final double[] MOMENTS = {0.55, 0.7, 0.85};
    private static final double MOST_OPERATIONS = 2e8;
    private static final int FEWEST_WINDOWS = 10;
    private static final int MOST_LAGS = 400;
    private static final int MOST_JUDGED = 16;

    private final FittingRows rows;
    private final int horizon;
    private final int lags;
    private final int season;
    private final double[] scales;

    /** What is chosen by forecasts of rows that follow those fitted to. */
    record Choice(Axis axis, double strength) {}

    private record Judged(Choice choice, double error) {}

    private record Row(double[] x, double[] y, double last, double scale, int series, int origin) {}

    LagRegressionFit(FittingRows rows) {
        this.rows = rows;
        horizon = rows.horizon();
        season = rows.longestSeason();
        scales = IntStream.range(0, rows.ends().length).mapToDouble(rows::scale).toArray();
        int longest = 0;
        for (int end : rows.ends()) {
            longest = Math.max(longest, end);
        }
        int wanted = Math.max(2 * season, 24);
        lags = Math.max(1, Math.min(Math.min(wanted, MOST_LAGS), longest / 3));
    }

    /** The better of the axes, and its strength; null where there are too few windows. */
    @Nullable
    Choice choose() {
        Judged plain = judge(Axis.PLAIN);
        Judged log = rows.isPositive() ? judge(Axis.LOG) : null;
        Judged better = log != null && (plain == null || log.error < plain.error) ? log : plain;
        return better == null ? null : better.choice;
    }

    /** The regression of a choice; null where there are too few windows. */
    @Nullable
    LagRegression fit(Choice choice) {
        Moments all = new Moments(lags, horizon);
        for (Row window : windows(choice.axis, allSteps())) {
            all.add(window.x, window.y);
        }
        return all.count() < FEWEST_WINDOWS ? null : new LagRegression(choice.axis, season, all.solve(choice.strength));
    }

    private int[] allSteps() {
        return IntStream.range(0, horizon).toArray();
    }

    /** The steps that strengths are judged by: some are as good as all. */
    private int[] judgedSteps() {
        int count = Math.min(horizon, MOST_JUDGED);
        return IntStream.range(0, count)
                .map(i -> (int) ((long) (i + 1) * horizon / count) - 1)
                .toArray();
    }

    private @Nullable Judged judge(Axis axis) {
        int[] steps = judgedSteps();
        List<Row> windows = windows(axis, steps);
        if (windows.size() < FEWEST_WINDOWS) {
            return null;
        }
        Moments[] parts = new Moments[MOMENTS.length + 1];
        for (int k = 0; k < parts.length; k++) {
            parts[k] = new Moments(lags, steps.length);
        }
        for (Row window : windows) {
            parts[part(window.series, window.origin + horizon)].add(window.x, window.y);
        }
        double[] errors = new double[STRENGTHS.length];
        Moments gone = parts[0];
        for (int k = 0; k < MOMENTS.length; k++) {
            if (gone.count() >= FEWEST_WINDOWS) {
                List<Row> held = held(windows, k);
                for (int s = 0; s < STRENGTHS.length; s++) {
                    errors[s] += error(axis, gone.solve(STRENGTHS[s]), held, steps);
                }
            }
            gone.add(parts[k + 1]);
        }
        int best = STRENGTHS.length - 1;
        for (int s = STRENGTHS.length - 1; s >= 0; s--) {
            best = errors[s] < errors[best] ? s : best;
        }
        return new Judged(new Choice(axis, STRENGTHS[best]), errors[best]);
    }

    private int moment(int series, int k) {
        return (int) Math.round(rows.ends()[series] * MOMENTS[k]);
    }

    /** Of the stretches between moments the one that a window ends in. */
    private int part(int series, int end) {
        int k = 0;
        while (k < MOMENTS.length && end > moment(series, k)) {
            k++;
        }
        return k;
    }

    /** Windows at equal distances over the rows, no more than time allows. */
    private List<Row> windows(Axis axis, int[] steps) {
        long all = 0;
        for (int end : rows.ends()) {
            all += Math.max(0, end - horizon - lags + 1);
        }
        double cost = (lags + 1.0) * (lags / 2.0 + steps.length);
        long stride = Math.max(1, (long) Math.ceil(all * cost / MOST_OPERATIONS));
        List<Row> windows = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < rows.ends().length; i++) {
            double[] values = axis.apply(rows.series().get(i).targets()[0], rows.ends()[i]);
            LagWindow window = new LagWindow(values, season, lags);
            for (int origin = lags; origin + horizon <= rows.ends()[i]; origin++, at++) {
                if (at % stride == 0 && window.moveTo(origin)) {
                    double[] y = new double[steps.length];
                    boolean whole = true;
                    for (int h = 0; h < steps.length; h++) {
                        y[h] = window.apply(values[origin + steps[h]]);
                        whole &= !Double.isNaN(y[h]);
                    }
                    if (whole) {
                        windows.add(new Row(window.window().clone(), y, window.last(), window.scale(), i, origin));
                    }
                }
            }
        }
        return windows;
    }

    /** Windows that begin at a moment or later and end before the next, or a horizon after the moment. */
    private List<Row> held(List<Row> windows, int k) {
        return windows.stream()
                .filter(window -> {
                    int from = moment(window.series, k);
                    int next = k + 1 < MOMENTS.length ? moment(window.series, k + 1) : rows.ends()[window.series];
                    return window.origin >= from && window.origin + horizon <= Math.max(next, from + horizon);
                })
                .toList();
    }

    /** The mean absolute error over the series' scales. */
    private double error(Axis axis, double[][] weights, List<Row> held, int[] steps) {
        double sum = 0;
        long count = 0;
        for (Row window : held) {
            double scale = scales[window.series];
            double[] truth = rows.series().get(window.series).targets()[0];
            for (int h = 0; h < steps.length; h++) {
                double scaled = LagRegression.product(weights[h], window.x);
                double forecast = axis.invert(scaled * window.scale + window.last);
                double off = Math.abs(truth[window.origin + steps[h]] - forecast) / scale;
                if (!Double.isNaN(off)) {
                    sum += off;
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
