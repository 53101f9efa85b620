package org.rhn4j.tasks.forecast;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.tasks.forecast.simple.Combination;
import org.rhn4j.tasks.forecast.simple.CombinationFit;
import org.rhn4j.tasks.forecast.simple.ErrorSpread;
import org.rhn4j.tasks.forecast.simple.FittingRows;
import org.rhn4j.tasks.forecast.simple.Trials;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * Combines a trained network with simple methods. These are fitted to all rows before the test part and weighed by trials
 * within them; the network's share is what does best on validation rows. Test rows are not touched.
 */
public final class CombinationTrainer {
    private static final int BATCH = 64;
    private static final int SHARES = 20;

    /** What the network's whole share must be better by, over the number of windows that have no row in common. */
    private static final double DOUBT = 1;

    /** The level that distances between quantiles are sized at. */
    private static final double COVERED = 0.9;

    /** Windows that count as much as the distances found otherwise. */
    private static final double DOUBTED_WINDOWS = 10;

    private final SeriesSet set;
    private final List<TimeSplit.Parts> parts;
    private final Season season;
    private final int horizon;

    /**
     * @param set each series with one target
     * @param parts of each series, in their order
     * @param season as it was found in the rows before the test part, or given
     */
    public CombinationTrainer(SeriesSet set, List<TimeSplit.Parts> parts, Season season, int horizon) {
        this.set = set;
        this.parts = parts;
        this.season = season;
        this.horizon = horizon;
    }

    /** A window that validates the network. */
    private record Validated(Trials.Window window, Forecast network) {}

    /** Combines a model and writes what forecasts need of it into the model's folder. */
    public ForecastCombination combine(ForecastModel model, Path folder) {
        int[] ends = parts.stream().mapToInt(TimeSplit.Parts::validationEnd).toArray();
        FittingRows rows = new FittingRows(set.series(), ends, season.lengths(), horizon);
        CombinationFit fit = new CombinationFit(rows);
        Trials trials = fit.trials();
        Combination simple = fit.combination(trials);
        double[] weights = CombinationFit.weights(trials);
        ErrorSpread spread = ErrorSpread.of(trials, weights, rows);
        List<Validated> validated = validated(model, trials);
        double independent = 0;
        for (TimeSplit.Parts part : parts) {
            independent += (part.validationEnd() - part.trainEnd()) / (double) horizon;
        }
        independent /= Math.sqrt(parts.size());
        double all = trials.error(weights);
        List<Double> errors = new ArrayList<>();
        for (int m = 0; m < weights.length; m++) {
            errors.add(trials.error(m) / all);
        }
        double ofSimple = error(validated, weights, 0);
        ForecastCombination.TrialFigures figures = new ForecastCombination.TrialFigures(
                trials.independent(),
                errors,
                errors.get(CombinationFit.naive(trials)),
                1,
                validated.isEmpty() ? null : error(validated, weights, 1) / ofSimple,
                independent);
        double share = figures.judgesNetwork() ? share(validated, weights, independent) : 0;
        double widening = share > 0 ? widening(validated, weights, share, spread, independent) : 1;
        ForecastCombination combination = new ForecastCombination(
                simple,
                share,
                spread,
                widening,
                share > 0 ? figures.withCombined(error(validated, weights, share) / ofSimple) : figures);
        combination.write(folder);
        model.setCombination(combination);
        return combination;
    }

    private List<Validated> validated(ForecastModel model, Trials trials) {
        List<Trials.Window> windows = trials.windows().stream()
                .filter(window -> window.origin() >= parts.get(window.series()).trainEnd()
                        && window.origin() + horizon
                                <= parts.get(window.series()).validationEnd())
                .filter(window -> model.configuration().hasPast(set.series().get(window.series()), window.origin()))
                .toList();
        if (windows.isEmpty()) {
            return List.of();
        }
        List<ForecastWindow> asked = new ArrayList<>();
        for (Trials.Window window : windows) {
            Series series = set.series().get(window.series());
            asked.add(new ForecastWindow(series, window.origin()));
        }
        List<Validated> validated = new ArrayList<>();
        try (Forecaster forecaster = new Forecaster(model, Math.min(BATCH, asked.size()), null)) {
            List<Forecast> forecasts =
                    forecaster.withLevels(List.of(0.05, 0.5, 0.95)).forecast(asked);
            for (int i = 0; i < forecasts.size(); i++) {
                validated.add(new Validated(windows.get(i), forecasts.get(i)));
            }
        }
        return validated;
    }

    /** The share that does best, where it does so for sure. */
    private static double share(List<Validated> validated, double[] weights, double independent) {
        double alone = error(validated, weights, 0);
        double best = 0;
        double least = alone;
        for (int i = 1; i <= SHARES; i++) {
            double share = i / (double) SHARES;
            double error = error(validated, weights, share) + alone * share * DOUBT / independent;
            if (error < least) {
                least = error;
                best = share;
            }
        }
        return best;
    }

    private static double[] median(Validated each, double[] weights, double share) {
        double[] simple = Trials.weighted(each.window, weights);
        double[] network = each.network.median();
        double[] median = new double[simple.length];
        for (int h = 0; h < median.length; h++) {
            median[h] = (1 - share) * simple[h] + share * network[h];
        }
        return median;
    }

    /** The mean error, each window's over its difficulty. */
    private static double error(List<Validated> validated, double[] weights, double share) {
        double sum = 0;
        for (Validated each : validated) {
            sum += each.window.error(median(each, weights, share)) / each.window.difficulty();
        }
        return sum / validated.size();
    }

    /** What distances are multiplied with so that as many values lie within the interval as it says. */
    private double widening(
            List<Validated> validated, double[] weights, double share, ErrorSpread spread, double independent) {
        List<Double> needed = new ArrayList<>();
        for (Validated each : validated) {
            double[] median = median(each, weights, share);
            Series series = set.series().get(each.window.series());
            double usual = spread.usual(series.targets()[0], each.window.origin());
            long first = ErrorSpread.ordinal(series, each.window.origin());
            double[] middle = each.network.median();
            for (int h = 0; h < median.length; h++) {
                double truth = each.window.truth()[h];
                if (!Double.isNaN(truth)) {
                    int end = truth < median[h] ? 0 : 2;
                    double off = spread.at(median[h], usual, first, h, end == 0 ? 0.05 : 0.95) - median[h];
                    double own = each.network.quantiles()[end][h] - middle[h];
                    double width = Math.abs((1 - share) * off + share * own);
                    needed.add(width > 0 ? Math.abs(truth - median[h]) / width : truth == median[h] ? 0 : 10);
                }
            }
        }
        double[] sorted =
                needed.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return 1;
        }
        double found = Levels.ofSorted(sorted, sorted.length, COVERED);
        double certain = independent / (independent + DOUBTED_WINDOWS);
        return Math.clamp(Math.exp(certain * Math.log(Math.max(found, 1e-3))), 0.3, 3);
    }
}
