package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/** Holds forecasts of windows against what came; MASE is by the training rows of each series. */
public final class ForecastEvaluator {
    private static final int AT_ONCE = 256;

    private final Map<String, Double> scales = new HashMap<>();
    private final int horizon;

    /**
     * @param parts of each series, in their order
     * @param season rows of a season, 1 for none
     */
    public ForecastEvaluator(SeriesSet set, List<TimeSplit.Parts> parts, int season, int horizon) {
        this.horizon = horizon;
        for (int i = 0; i < parts.size(); i++) {
            double[] values = set.series().get(i).targets()[0];
            int end = parts.get(i).trainEnd();
            scales.put(set.series().get(i).id(), ForecastMetrics.seasonalScale(values, end, end > season ? season : 1));
        }
    }

    /** The score of forecasts of windows of the set's series. */
    public ForecastScore score(ForecastMethod method, List<ForecastWindow> windows) {
        return score(method, windows, share -> {});
    }

    /** As {@link #score(ForecastMethod, List)}; tells the share that is done. */
    public ForecastScore score(ForecastMethod method, List<ForecastWindow> windows, DoubleConsumer progress) {
        List<ForecastScore.Window> scores = new ArrayList<>(windows.size());
        for (int from = 0; from < windows.size(); from += AT_ONCE) {
            List<ForecastWindow> some = windows.subList(from, Math.min(windows.size(), from + AT_ONCE));
            List<Forecast> forecasts = method.forecast(some);
            for (int i = 0; i < some.size(); i++) {
                scores.add(score(some.get(i), forecasts.get(i)));
            }
            progress.accept(scores.size() / (double) windows.size());
        }
        return total(scores);
    }

    /** The score of one forecast. */
    public ForecastScore.Window score(ForecastWindow window, Forecast forecast) {
        double[] truth = new double[horizon];
        int observed = 0;
        double absolute = 0;
        for (int h = 0; h < horizon; h++) {
            truth[h] = window.truth(h);
            if (!Double.isNaN(truth[h])) {
                observed++;
                absolute += Math.abs(truth[h]);
            }
        }
        double[] median = forecast.median();
        double scale = scales.getOrDefault(window.series().id(), Double.NaN);
        return new ForecastScore.Window(
                scale > 0 ? ForecastMetrics.meanAbsolute(truth, median) / scale : Double.NaN,
                ForecastMetrics.smape(truth, median),
                ForecastMetrics.meanSquared(truth, forecast.mean()),
                ForecastMetrics.quantileLoss(truth, forecast),
                absolute,
                ForecastMetrics.covered(truth, forecast),
                observed);
    }

    /** What windows come to together. */
    public static ForecastScore total(List<ForecastScore.Window> windows) {
        double squares = 0;
        double quantileLoss = 0;
        double absolute = 0;
        long covered = 0;
        long observed = 0;
        for (ForecastScore.Window window : windows) {
            if (window.observed() > 0) {
                squares += window.meanSquared() * window.observed();
                quantileLoss += window.quantileLoss();
                absolute += window.absoluteTruth();
                covered += window.covered();
                observed += window.observed();
            }
        }
        return new ForecastScore(
                mean(windows.stream().mapToDouble(ForecastScore.Window::mase)),
                mean(windows.stream().mapToDouble(ForecastScore.Window::smape)),
                Math.sqrt(squares / observed),
                quantileLoss / absolute,
                covered / (double) observed,
                windows);
    }

    private static double mean(java.util.stream.DoubleStream values) {
        return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
    }
}
