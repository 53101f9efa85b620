package org.rhn4j.pilot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.series.Series;

/**
 * Measures how far back a data set reaches: shows trained networks ever shorter pasts, and looks at what becomes of their
 * errors.
 *
 * <p>Rows before those that are shown are replaced by repetitions of these: of as many whole weeks as are shown, or else
 * days (whatever seasons rows of that frequency may have), or of all rows shown where they are less than any of them.
 * Networks that were trained on whole pasts would be thrown off by missing ones, and their errors would tell that rather
 * than what the older rows are worth.
 */
final class PastReachMeter {
    private static final int MOST_WINDOWS = 400;
    private static final int FEWEST_WINDOWS = 8;

    private final PilotTask task;
    private final BooleanSupplier stopped;

    PastReachMeter(PilotTask task, BooleanSupplier stopped) {
        this.task = task;
        this.stopped = stopped;
    }

    /** How much of the past is shown: 1, 2, 4, … rows, each season and twice that, and the whole context. */
    static List<Integer> pasts(int context, List<Integer> seasons) {
        TreeSet<Integer> pasts = new TreeSet<>(List.of(context));
        for (int rows = 1; rows < context; rows *= 2) {
            pasts.add(rows);
        }
        seasons.stream()
                .flatMap(season -> Stream.of(season, 2 * season))
                .filter(rows -> rows < context)
                .forEach(pasts::add);
        return List.copyOf(pasts);
    }

    /**
     * The errors of a contender with each past, averaged over its models.
     *
     * @param models folders of its models, one a seed; those for which time is left are asked, the first in any case
     * @param secondsPerForecast about how long a forecast takes
     * @return none if stopped before the first model was done
     */
    Optional<PastReach> measure(ContenderName name, List<Path> models, double secondsPerForecast, double seconds) {
        List<Integer> pasts = pasts(task.context(), task.seasons());
        List<ForecastWindow> windows = windows(pasts.size(), secondsPerForecast, seconds);
        double[] sums = new double[pasts.size()];
        int done = 0;
        long start = System.nanoTime();
        try (Engine engine = PilotTrainings.engine()) {
            for (Path folder : models) {
                double spent = (System.nanoTime() - start) * 1e-9;
                if (done > 0 && spent + spent / done > seconds) {
                    break;
                }
                double[] errors = errors(folder, engine, windows, pasts);
                if (stopped.getAsBoolean()) {
                    break;
                }
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += errors[i];
                }
                done++;
            }
        }
        if (done == 0) {
            return Optional.empty();
        }
        List<PastReach.Point> points = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            points.add(new PastReach.Point(pasts.get(i), sums[i] / done));
        }
        return Optional.of(new PastReach(name, points));
    }

    private double[] errors(Path folder, Engine engine, List<ForecastWindow> windows, List<Integer> pasts) {
        double[] errors = new double[pasts.size()];
        try (ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(Math.min(PilotTrainings.BATCH, windows.size()))) {
            for (int i = 0; i < errors.length && !stopped.getAsBoolean(); i++) {
                int past = pasts.get(i);
                List<ForecastWindow> shortened = windows.stream()
                        .map(window -> repeating(window, past, task.context(), task.seasons(), task.horizon()))
                        .toList();
                errors[i] = task.evaluator().score(forecaster, shortened).mase();
            }
        }
        return errors;
    }

    /**
     * The window with a past that repeats its last rows.
     *
     * @param past rows that are shown
     * @param seasons rows of each season that there may be
     */
    static ForecastWindow repeating(ForecastWindow window, int past, int context, List<Integer> seasons, int horizon) {
        int origin = Math.min(context, window.origin());
        int from = window.origin() - origin;
        Series series = window.series();
        Series stretch = series.slice(from, Math.min(series.length(), window.origin() + horizon));
        int season = seasons.stream()
                .filter(rows -> rows <= past)
                .max(Integer::compare)
                .orElse(past);
        int period = past / season * season;
        Stream.of(stretch.targets(), stretch.past()).flatMap(Arrays::stream).forEach(column -> {
            for (int row = origin - past - 1; row >= 0; row--) {
                column[row] = column[row + period];
            }
        });
        return new ForecastWindow(stretch, origin);
    }

    /** Windows of validation and test that can be forecast from their last row alone, as many as time allows. */
    private List<ForecastWindow> windows(int pasts, double secondsPerForecast, double seconds) {
        List<ForecastWindow> all = Stream.concat(task.validation().stream(), task.test().stream())
                .filter(window -> !Double.isNaN(window.series().targets()[0][window.origin() - 1]))
                .toList();
        double affordable = seconds / pasts / Math.max(1e-9, secondsPerForecast);
        int count = (int) Math.clamp(affordable, FEWEST_WINDOWS, MOST_WINDOWS);
        int taken = Math.min(count, all.size());
        return IntStream.range(0, taken)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / taken)))
                .toList();
    }
}
