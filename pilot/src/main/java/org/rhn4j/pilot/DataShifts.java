package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rhn4j.pilot.Instability.Kind;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * Finds what a forecast cannot foresee in a series: single values far off the same place in the seasons around them, and
 * moves of the level that stay.
 *
 * <p>A shock is a value outside the range of its place in the two seasons before and the two after it, by over
 * {@value #SHOCK} robust standard deviations: 1.4826 times the median distance of a value from the median of those. A shift of level is the
 * place where the mean of the seasons after it differs most from that of those before, over spans of up to
 * {@value #LONGEST_SPAN} seasons, by over {@value #SHIFT} standard errors and {@value #SMALLEST_SHIFT} of the level.
 */
final class DataShifts {
    private static final double SHOCK = 6;
    private static final double SHIFT = 8;
    private static final double SMALLEST_SHIFT = 0.1;
    private static final int LONGEST_SPAN = 26;
    private static final int SHORTEST_SPAN = 6;
    /** Dates that are told. */
    private static final int NAMED = 3;

    private static final double NORMAL = 1.4826;

    private DataShifts() {}

    /** What a series holds, at most one finding of a kind. */
    static List<Instability> of(double[] values, TimeAxis time, int season) {
        List<Instability> found = new ArrayList<>();
        shock(values, time, season).ifPresent(found::add);
        levelShift(values, time, season).ifPresent(found::add);
        return found;
    }

    private static Optional<Instability> shock(double[] values, TimeAxis time, int season) {
        double[] distances = new double[values.length];
        double[] beyond = new double[values.length];
        for (int t = 0; t < values.length; t++) {
            double[] around = around(values, t, season);
            distances[t] = Math.abs(values[t] - median(around));
            beyond[t] = around.length == 0
                    ? Double.NaN
                    : Math.max(values[t] - around[around.length - 1], around[0] - values[t]);
        }
        double[] known = Arrays.stream(distances).filter(d -> !Double.isNaN(d)).toArray();
        double usual = NORMAL * median(known);
        if (known.length < 4 * season || !(usual > 0)) {
            return Optional.empty();
        }
        List<Integer> shocks = IntStream.range(0, distances.length)
                .filter(t -> beyond[t] > SHOCK * usual)
                .boxed()
                .sorted(Comparator.comparingDouble(t -> -beyond[t]))
                .toList();
        if (shocks.isEmpty()) {
            return Optional.empty();
        }
        String when = shocks.stream().limit(NAMED).map(time::textAt).collect(Collectors.joining(", "));
        double largest = beyond[shocks.getFirst()] / usual;
        return Optional.of(new Instability(Kind.SHOCK, null, null, when, largest, SHOCK, shocks.size()));
    }

    /** The values at the same place in the two seasons before and after, ascending; none if fewer than three are known. */
    private static double[] around(double[] values, int t, int season) {
        double[] around = IntStream.of(-2, -1, 1, 2)
                .map(seasons -> t + seasons * season)
                .filter(at -> at >= 0 && at < values.length)
                .mapToDouble(at -> values[at])
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return around.length < 3 ? new double[0] : around;
    }

    private static Optional<Instability> levelShift(double[] values, TimeAxis time, int season) {
        double[] means = seasonMeans(values, season);
        int span = Math.min(LONGEST_SPAN, means.length / 4);
        if (span < SHORTEST_SPAN) {
            return Optional.empty();
        }
        List<Instability> shifts = new ArrayList<>();
        for (int at = span; at + span <= means.length; at++) {
            double[] before = Arrays.copyOfRange(means, at - span, at);
            double[] after = Arrays.copyOfRange(means, at, at + span);
            double level = mean(before);
            double change = mean(after) - level;
            double error = Math.sqrt((variance(before) + variance(after)) / span);
            if (Math.abs(change) > SHIFT * error && Math.abs(change) > SMALLEST_SHIFT * Math.abs(level)) {
                String when = time.textAt((long) at * season);
                shifts.add(new Instability(
                        Kind.LEVEL_SHIFT, null, null, when, change / Math.abs(level), SMALLEST_SHIFT, 1));
            }
        }
        return shifts.stream().max(Comparator.comparingDouble(shift -> Math.abs(shift.value())));
    }

    private static double[] seasonMeans(double[] values, int season) {
        double[] means = new double[values.length / season];
        Arrays.setAll(
                means,
                i -> Arrays.stream(values, i * season, (i + 1) * season)
                        .filter(v -> !Double.isNaN(v))
                        .average()
                        .orElse(Double.NaN));
        return means;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
