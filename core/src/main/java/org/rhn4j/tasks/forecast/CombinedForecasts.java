package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.forecast.simple.ErrorSpread;
import org.rhn4j.tasks.series.Series;

/** Makes forecasts out of those of simple methods and of the network. */
final class CombinedForecasts {
    private final ForecastConfiguration configuration;
    private final ForecastCombination combination;

    CombinedForecasts(ForecastConfiguration configuration, ForecastCombination combination) {
        this.configuration = configuration;
        this.combination = combination;
    }

    /** Whether the network has a share. */
    boolean needsNetwork() {
        return combination.network() > 0;
    }

    /**
     * The forecasts of windows.
     *
     * @param past rows before an origin that may be seen, where these are fewer than the context
     * @param network the network's, of the same windows at the same levels; empty where it has no share
     */
    @SuppressWarnings("ReferenceEquality") // windows of one series, not of an equal one
    List<Forecast> forecast(List<ForecastWindow> windows, int past, List<Forecast> network, double[] levels) {
        Forecast[] forecasts = new Forecast[windows.size()];
        boolean limited = past < configuration.context();
        for (int from = 0; from < forecasts.length; ) {
            Series series = windows.get(from).series();
            int to = from + 1;
            while (to < forecasts.length && !limited && windows.get(to).series() == series) {
                to++;
            }
            int first = from;
            Integer[] order = IntStream.range(from, to)
                    .boxed()
                    .sorted(Comparator.comparingInt(i -> windows.get(i).origin()))
                    .toArray(Integer[]::new);
            int[] origins =
                    Arrays.stream(order).mapToInt(i -> windows.get(i).origin()).toArray();
            Series seen = limited ? lastRows(series, windows.get(first).origin(), past) : series;
            double[] values = seen.targets()[0];
            requireStart(values, origins[0]);
            double[][] simple = combination.simple().forecast(seen, origins);
            for (int i = 0; i < order.length; i++) {
                forecasts[order[i]] =
                        forecast(seen, origins[i], simple[i], network.isEmpty() ? null : network.get(order[i]), levels);
            }
            from = to;
        }
        return new ArrayList<>(Arrays.asList(forecasts));
    }

    private static Series lastRows(Series series, int origin, int past) {
        double[] values = series.targets()[0].clone();
        Arrays.fill(values, 0, Math.max(0, origin - past), Double.NaN);
        return new Series(series.id(), series.time(), new double[][] {values}, series.known(), series.past());
    }

    private static void requireStart(double[] values, int origin) {
        for (int t = origin - 1; t >= 0; t--) {
            if (!Double.isNaN(values[t])) {
                return;
            }
        }
        throw new UserError("A forecast from row %d on has nothing to start from: all values before are missing."
                .formatted(origin + 1));
    }

    private Forecast forecast(Series series, int origin, double[] simple, @Nullable Forecast network, double[] levels) {
        int horizon = simple.length;
        ErrorSpread spread = combination.spread();
        double share = network == null ? 0 : combination.network();
        double[] values = series.targets()[0];
        double usual = spread.usual(values, origin);
        long first = ErrorSpread.ordinal(series, origin);
        double floor = configuration.floor().of(lowest(values, origin));
        double[] middle = network == null ? simple : network.median();
        double[][] quantiles = new double[levels.length][horizon];
        double[] mean = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double median = (1 - share) * simple[h] + share * middle[h];
            for (int q = 0; q < levels.length; q++) {
                double off = spread.at(median, usual, first, h, levels[q]) - median;
                double own = network == null ? 0 : network.quantiles()[q][h] - middle[h];
                quantiles[q][h] = Math.max(floor, median + combination.widening() * ((1 - share) * off + share * own));
            }
            double expected = spread.mean(median, usual, first, h) - median;
            double own = network == null ? 0 : network.mean()[h] - middle[h];
            mean[h] = Math.max(floor, median + (1 - share) * expected + share * own);
        }
        return new Forecast(levels, quantiles, mean);
    }

    private static double lowest(double[] values, int origin) {
        double least = Double.POSITIVE_INFINITY;
        for (int t = 0; t < origin; t++) {
            least = values[t] < least ? values[t] : least;
        }
        return least;
    }
}
