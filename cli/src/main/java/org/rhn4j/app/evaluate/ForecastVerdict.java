package org.rhn4j.app.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.forecast.ForecastCombination;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastScore;
import org.rhn4j.tasks.forecast.ForecastWindow;

/**
 * What forecasts of rows held back come to in the end: whether the model is worth using, and what limits it.
 *
 * @param better share by which its error is less than that of the last season, below 0 where it is more; absent where
 *     nothing is to be divided by
 * @param from lower end of the 95 % interval of that, over stretches of a horizon; absent where these are fewer than five
 * @param to upper end
 * @param band what the outermost quantiles are to hold
 * @param held what they hold
 * @param network the network's share in the forecasts
 * @param networkJudged whether there were rows enough to judge it by
 * @param warning why the model should not be used; absent where it may
 * @param limits what limits it, in sentences
 * @param next what to do next
 */
public record ForecastVerdict(
        @Nullable Double better,
        @Nullable Double from,
        @Nullable Double to,
        double band,
        @Nullable Double held,
        double network,
        boolean networkJudged,
        @Nullable String warning,
        List<String> limits,
        String next) {
    private static final int DRAWS = 1000;
    private static final int FEWEST_STRETCHES = 5;
    private static final double FEW_TRIALS = 10;
    private static final double LOOSE = 0.1;

    /** Copies the list. */
    public ForecastVerdict {
        limits = List.copyOf(limits);
    }

    /** Errors of a stretch of a horizon: both sums over its windows. */
    private static final class Stretch {
        private double naive;
        private double own;
    }

    static ForecastVerdict of(
            List<ForecastWindow> windows,
            ForecastScore naive,
            ForecastScore own,
            ForecastModel model,
            List<Double> levels) {
        ForecastConfiguration c = model.configuration();
        Map<String, Stretch> stretches = new LinkedHashMap<>();
        for (int i = 0; i < windows.size(); i++) {
            double before = naive.windows().get(i).mase();
            double after = own.windows().get(i).mase();
            if (Double.isFinite(before) && Double.isFinite(after)) {
                ForecastWindow window = windows.get(i);
                Stretch stretch = stretches.computeIfAbsent(
                        window.series().id() + "\n" + window.origin() / c.horizon(), key -> new Stretch());
                stretch.naive += before;
                stretch.own += after;
            }
        }
        List<Stretch> all = List.copyOf(stretches.values());
        double before = all.stream().mapToDouble(each -> each.naive).sum();
        double after = all.stream().mapToDouble(each -> each.own).sum();
        Double better = before > 0 ? 1 - after / before : null;
        double[] drawn = all.size() < FEWEST_STRETCHES || better == null ? new double[0] : drawn(all);
        double band = levels.getLast() - levels.getFirst();
        Double held = Double.isFinite(own.coverage()) ? own.coverage() : null;
        ForecastCombination combination = model.combination();
        List<String> limits = limits(c, combination, band, held, all.size());
        String warning = warning(better, drawn, band, held);
        String next = warning != null
                ? "use the last season, or give more rows or columns that tell what comes"
                : combination != null && combination.network() == 0
                        ? "columns that tell what comes (--known) are what a network could use"
                        : "forecast the rows to come with 'rhn forecast'";
        return new ForecastVerdict(
                better,
                drawn.length == 0 ? null : drawn[(int) (0.025 * DRAWS)],
                drawn.length == 0 ? null : drawn[(int) (0.975 * DRAWS)],
                band,
                held,
                combination == null ? 1 : combination.network(),
                combination == null || combination.trials().judgesNetwork(),
                warning,
                limits,
                next);
    }

    /** What the gain comes to over stretches drawn with replacement, ascending. */
    private static double[] drawn(List<Stretch> all) {
        RandomSource random = new RandomSource(1);
        double[] gains = new double[DRAWS];
        long at = 0;
        for (int d = 0; d < DRAWS; d++) {
            double before = 0;
            double after = 0;
            for (int i = 0; i < all.size(); i++) {
                Stretch stretch = all.get((int) (random.uniformDouble(at++) * all.size()));
                before += stretch.naive;
                after += stretch.own;
            }
            gains[d] = before > 0 ? 1 - after / before : 0;
        }
        Arrays.sort(gains);
        return gains;
    }

    private static List<String> limits(
            ForecastConfiguration c,
            @Nullable ForecastCombination combination,
            double band,
            @Nullable Double held,
            int stretches) {
        List<String> limits = new ArrayList<>();
        if (combination != null && combination.trials().windows() < FEW_TRIALS) {
            limits.add(String.format(
                    Locale.ROOT,
                    "few rows: methods were weighed on %.0f stretches of %d rows, so intervals are wider",
                    combination.trials().windows(),
                    c.horizon()));
        }
        if (stretches < FEWEST_STRETCHES) {
            limits.add("few rows held back: %s of %d rows tell a large difference only"
                    .formatted(Formats.counted(stretches, "stretch", "stretches"), c.horizon()));
        }
        if (c.season() == 1) {
            limits.add("no season was found");
        }
        if (held != null && Math.abs(held - band) > LOOSE && stretches >= FEWEST_STRETCHES) {
            limits.add(
                    held < band
                            ? "the rows held back move more than those before them"
                            : "the rows held back are calmer than those before them");
        }
        return limits;
    }

    private static @Nullable String warning(
            @Nullable Double better, double[] drawn, double band, @Nullable Double held) {
        if (better == null) {
            return null;
        }
        boolean worse = drawn.length == 0 ? better < 0 : drawn[(int) (0.975 * DRAWS)] < 0 || better < -LOOSE / 2;
        if (worse) {
            return "do not use this model: the last season forecasts the rows held back better";
        }
        return held != null && held < band - 2 * LOOSE && drawn.length > 0
                ? "do not trust its intervals: they hold far fewer values than they say"
                : null;
    }

    /** The verdict in lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (better != null) {
            String interval = from == null || to == null
                    ? ""
                    : " (95 %% interval %s to %s)".formatted(percent(from), percent(to));
            lines.add("verdict: %s than the last season by %s%s%s"
                    .formatted(
                            better < 0 ? "worse" : "better",
                            percent(Math.abs(better)),
                            interval,
                            held == null ? "" : "; its %s intervals hold %s".formatted(percent(band), percent(held))));
        }
        lines.add(
                network == 1
                        ? "the network forecasts alone"
                        : network > 0
                                ? "the network's share is " + percent(network)
                                : networkJudged
                                        ? "the network adds nothing here: simple methods forecast alone"
                                        : "simple methods forecast alone: the rows that validate are too few to judge"
                                                + " the network by");
        limits.forEach(limit -> lines.add("limit: " + limit));
        if (warning != null) {
            lines.add("warning: " + warning);
        }
        lines.add("next: " + next);
        return lines;
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }
}
