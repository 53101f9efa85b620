package org.rhn4j.tasks.forecast.simple;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * How far forecasts lie from what comes: the errors of trials, each over what is usual for its step and for the rows just
 * before its origin. Where the windows that it rests on are few, it is wider, and more alike to both sides.
 *
 * @param axis errors are distances, or shares
 * @param season rows; what is usual before an origin is the mean change over it, the shortest that there is
 * @param recent rows before an origin that tell it
 * @param steps what is usual for each step [H], relative to that
 * @param places what is usual for each place of the shortest season, relative to that: nights, say, move less than days
 * @param levels of the quantiles, ascending
 * @param quantiles of the errors over both
 */
public record ErrorSpread(
        Axis axis,
        int season,
        int recent,
        List<Double> steps,
        List<Double> places,
        List<Double> levels,
        List<Double> quantiles) {
    private static final double[] LEVELS = {
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999
    };

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** The mean absolute value of a normal one: where no trial tells more, errors are as changes over a season. */
    private static final double MEAN_ABSOLUTE = 0.8;

    /** Seasons or horizons that tell what is usual. */
    private static final int RECENT = 8;

    /** Errors at a place that count as much as those of all places. */
    private static final double DOUBTED = 16;

    private static final long EARLIEST = TimeAxis.stamp(LocalDateTime.of(1, 1, 1, 0, 0));

    /** Windows from which on the side that errors fall to is half believed. */
    private static final double EVEN = 30;

    /** Copies the lists. */
    public ErrorSpread {
        steps = List.copyOf(steps);
        places = List.copyOf(places);
        levels = List.copyOf(levels);
        quantiles = List.copyOf(quantiles);
    }

    /**
     * The spread of the errors that weighted forecasts make in trials; errors are shares where these are more alike.
     */
    public static ErrorSpread of(Trials trials, double[] weights, FittingRows rows) {
        ErrorSpread plain = of(Axis.PLAIN, trials, weights, rows);
        boolean positive = rows.isPositive()
                && trials.windows().stream()
                        .allMatch(window ->
                                Arrays.stream(Trials.weighted(window, weights)).allMatch(value -> value > 0));
        if (!positive) {
            return plain;
        }
        ErrorSpread log = of(Axis.LOG, trials, weights, rows);
        return log.score(trials, weights, rows) < plain.score(trials, weights, rows) ? log : plain;
    }

    private static ErrorSpread of(Axis axis, Trials trials, double[] weights, FittingRows rows) {
        int horizon = trials.horizon();
        int season = rows.seasons().isEmpty() ? 1 : rows.seasons().getFirst();
        int recent = RECENT * Math.max(season, horizon);
        ErrorSpread empty = new ErrorSpread(axis, season, recent, List.of(), List.of(), List.of(), List.of());
        List<Scaled> errors = new ArrayList<>();
        double[] sums = new double[horizon];
        int[] counts = new int[horizon];
        for (Trials.Window window : trials.windows()) {
            double[] forecast = Trials.weighted(window, weights);
            double usual = empty.usual(rows.series().get(window.series()).targets()[0], window.origin());
            double[] own = new double[horizon];
            for (int h = 0; h < horizon; h++) {
                own[h] = (axis.apply(window.truth()[h]) - axis.apply(forecast[h])) / usual;
                if (!Double.isNaN(own[h])) {
                    sums[h] += Math.abs(own[h]);
                    counts[h]++;
                }
            }
            errors.add(new Scaled(own, ordinal(rows.series().get(window.series()), window.origin())));
        }
        double[] steps = smoothed(sums, counts);
        for (Scaled error : errors) {
            for (int h = 0; h < horizon; h++) {
                error.errors[h] /= steps[h];
            }
        }
        double[] places = places(errors, season);
        double[] all = errors.stream()
                .flatMapToDouble(error -> IntStream.range(0, horizon)
                        .mapToDouble(
                                h -> error.errors[h] / places[(int) Math.floorMod(error.ordinal + h, (long) season)]))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        double[] sizes = Arrays.stream(all).map(Math::abs).sorted().toArray();
        double n = trials.independent();
        double even = EVEN / (EVEN + n);
        List<Double> quantiles = new ArrayList<>();
        for (double level : LEVELS) {
            quantiles.add(level == 0.5 ? 0 : widening(n) * quantile(all, sizes, level, even));
        }
        return new ErrorSpread(
                axis,
                season,
                recent,
                Arrays.stream(steps).boxed().toList(),
                Arrays.stream(places).boxed().toList(),
                Arrays.stream(LEVELS).boxed().toList(),
                quantiles);
    }

    /** Errors of a window over what is usual, and the number of its first row. */
    private record Scaled(double[] errors, long ordinal) {}

    /** Mean sizes at each place, all together 1, drawn towards 1 where errors are few. */
    private static double[] places(List<Scaled> errors, int length) {
        double[] sums = new double[length];
        int[] counts = new int[length];
        double sum = 0;
        int count = 0;
        for (Scaled error : errors) {
            for (int h = 0; h < error.errors.length; h++) {
                double size = Math.abs(error.errors[h]);
                if (!Double.isNaN(size)) {
                    int place = (int) Math.floorMod(error.ordinal + h, (long) length);
                    sums[place] += size;
                    counts[place]++;
                    sum += size;
                    count++;
                }
            }
        }
        double mean = sum > 0 ? sum / count : 1;
        for (int place = 0; place < length; place++) {
            sums[place] = (sums[place] / mean + DOUBTED) / (counts[place] + DOUBTED);
        }
        return sums;
    }

    /** The number of a row on the calendar, the same in every table; of rows without time their own number. */
    public static long ordinal(Series series, int row) {
        TimeAxis time = series.time();
        Frequency frequency = time.frequency();
        long stamp = time.stampAt(row);
        return frequency.isTimeless()
                ? Math.floorDiv(stamp, frequency.count())
                : TimeAxis.regular(EARLIEST, frequency, time.zone()).firstAtOrAfter(stamp);
    }

    /** What few windows make intervals wider by; twice at most. */
    static double widening(double independent) {
        double n = Math.max(2, independent);
        return 1 + 4 / (n * n);
    }

    /**
     * The quantile of errors: in part as if they fell to both sides alike, for which way is what few windows tell least.
     *
     * @param even that part
     */
    private static double quantile(double[] sorted, double[] sizes, double level, double even) {
        if (sorted.length == 0) {
            return NORMAL.inverseCumulativeProbability(level) / MEAN_ABSOLUTE;
        }
        double side = level < 0.5 ? -1 : 1;
        double size = ofSorted(sizes, Math.abs(2 * level - 1));
        double own = Math.max(0, side * ofSorted(sorted, level));
        return side * (even * size + (1 - even) * own);
    }

    private static double ofSorted(double[] sorted, double level) {
        double place = level * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Means of neighbouring steps: those of one would be of few windows. */
    private static double[] smoothed(double[] sums, int[] counts) {
        int horizon = sums.length;
        int reach = Math.max(1, horizon / 6);
        double[] means = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double sum = 0;
            int count = 0;
            for (int g = Math.max(0, h - reach); g <= Math.min(horizon - 1, h + reach); g++) {
                sum += sums[g];
                count += counts[g];
            }
            means[h] = count > 0 && sum > 0 ? sum / count : 1;
        }
        return means;
    }

    /**
     * What is usual before an origin, on the axis: the mean change over a season in the last rows, or in all where the last
     * do not move.
     */
    public double usual(double[] values, int origin) {
        double near = change(values, Math.max(0, origin - recent), origin);
        double usual = near > 0 ? near : change(values, 0, origin);
        if (usual > 0) {
            return usual;
        }
        double size = 0;
        for (int t = Math.max(0, origin - recent); t < origin; t++) {
            size = Double.isNaN(values[t]) ? size : Math.max(size, Math.abs(values[t]));
        }
        return axis == Axis.LOG || size == 0 ? 1 : size;
    }

    private double change(double[] values, int from, int to) {
        int lag = to - from > season ? season : 1;
        double sum = 0;
        int count = 0;
        for (int t = from + lag; t < to; t++) {
            double change = Math.abs(axis.apply(values[t]) - axis.apply(values[t - lag]));
            if (!Double.isNaN(change)) {
                sum += change;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /**
     * The quantile of a step.
     *
     * @param forecast of the step
     * @param usual see {@link #usual}
     * @param first number of the origin's row, see {@link #ordinal}
     */
    public double at(double forecast, double usual, long first, int step, double level) {
        double place = places.get((int) Math.floorMod(first + step, (long) places.size()));
        double off = usual * steps.get(step) * place * quantile(level);
        if (axis == Axis.PLAIN) {
            return forecast + off;
        }
        return forecast > 0 ? forecast * Math.exp(off) : forecast;
    }

    /** The expected value of a step. */
    public double mean(double forecast, double usual, long first, int step) {
        double sum = at(forecast, usual, first, step, levels.getFirst()) * levels.getFirst()
                + at(forecast, usual, first, step, levels.getLast()) * (1 - levels.getLast());
        for (int q = 1; q < levels.size(); q++) {
            double both = at(forecast, usual, first, step, levels.get(q))
                    + at(forecast, usual, first, step, levels.get(q - 1));
            sum += (levels.get(q) - levels.get(q - 1)) * both / 2;
        }
        return sum;
    }

    private double quantile(double level) {
        int above = 0;
        while (above < levels.size() && levels.get(above) < level) {
            above++;
        }
        if (above == 0 || above == levels.size()) {
            return quantiles.get(above == 0 ? 0 : above - 1);
        }
        double share = (level - levels.get(above - 1)) / (levels.get(above) - levels.get(above - 1));
        return quantiles.get(above - 1) + share * (quantiles.get(above) - quantiles.get(above - 1));
    }

    /** The mean interval score of the 90 % interval (Gneiting and Raftery, 2007): lower is better. */
    private double score(Trials trials, double[] weights, FittingRows rows) {
        double sum = 0;
        long count = 0;
        for (Trials.Window window : trials.windows()) {
            double[] forecast = Trials.weighted(window, weights);
            Series series = rows.series().get(window.series());
            double usual = usual(series.targets()[0], window.origin());
            long first = ordinal(series, window.origin());
            for (int h = 0; h < forecast.length; h++) {
                double truth = window.truth()[h];
                if (!Double.isNaN(truth)) {
                    double low = at(forecast[h], usual, first, h, 0.05);
                    double high = at(forecast[h], usual, first, h, 0.95);
                    double missed = Math.max(0, low - truth) + Math.max(0, truth - high);
                    sum += (high - low + 20 * missed) / window.difficulty();
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
