package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.rhn4j.UserError;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastEvaluator;
import org.rhn4j.tasks.forecast.ForecastMethod;
import org.rhn4j.tasks.forecast.ForecastMetrics;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastScore;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.NaiveForecasts;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * What all contenders of a pilot have in common: the data and its parts, the windows that they forecast, how a forecast
 * is judged; and the configuration of each network, at equal parameters.
 */
final class PilotTask {
    /** Levels of the quantiles that every contender forecasts. */
    static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9);

    /** Units of the incumbent that all networks are sized to where the user does not say how many parameters. */
    private static final int AUTOMATIC_UNITS = 54;

    private static final int FEWEST_UNITS = 4;
    private static final int MOST_TEST_WINDOWS = 2000;
    private static final int MOST_VALIDATION_WINDOWS = 500;

    private final SeriesSet set;
    private final PilotSettings settings;
    private final List<TimeSplit.Parts> parts;
    private final Map<ContenderName, ForecastConfiguration> networks = new LinkedHashMap<>();
    private final ForecastConfiguration common;
    private final ForecastEvaluator evaluator;
    private final double[] scales;
    private final List<PilotWindow> testWindows;
    private final List<ForecastWindow> test;
    private final List<ForecastWindow> validation;

    /**
     * Prepares.
     *
     * @param set each series with one target
     * @throws UserError if the data is too short for the horizon, does not vary, or the parameters are too few
     */
    PilotTask(SeriesSet set, PilotSettings settings) {
        this.set = set;
        this.settings = settings;
        parts = PilotSplit.of(set, settings.horizon());
        RecurrentStack one = new RecurrentStack(settings.incumbent(), 1, 1, 1);
        common = ForecastPlan.of(one, settings.horizon())
                .withQuantiles(QUANTILES)
                .configuration(set, parts);
        sizeNetworks();
        evaluator = new ForecastEvaluator(set, parts, common.season(), settings.horizon());
        scales = scales();
        validation = forecastWindows(windows(false, MOST_VALIDATION_WINDOWS));
        testWindows = windows(true, MOST_TEST_WINDOWS);
        test = forecastWindows(testWindows);
        if (test.isEmpty() || validation.isEmpty()) {
            throw new UserError(
                    "No forecast of %d rows can be judged on the last rows of %s: they are missing, or their series has one and the same value in all rows to train on; name another column, or more data."
                            .formatted(
                                    settings.horizon(),
                                    set.series().size() == 1
                                            ? "the series"
                                            : set.series().size() + " series"));
        }
    }

    private void sizeNetworks() {
        List<ContenderName> names = PilotSchedule.networks(settings);
        List<IntToLongFunction> counts = new ArrayList<>();
        for (ContenderName name : names) {
            counts.add(units -> common.withNetwork(stack(name, units)).parameterCount());
        }
        long unitless = counts.getFirst().applyAsLong(1);
        long wanted = settings.parameters() > 0
                ? settings.parameters()
                : counts.getFirst().applyAsLong(AUTOMATIC_UNITS);
        int[] units = EqualSizes.of(counts, wanted);
        for (int i = 0; i < units.length; i++) {
            if (units[i] < FEWEST_UNITS) {
                long fewest = counts.stream()
                        .mapToLong(count -> count.applyAsLong(2 * FEWEST_UNITS))
                        .max()
                        .orElseThrow();
                throw new UserError(String.format(
                        Locale.ROOT,
                        "%,d parameters are too few here: all but about %,d are taken by what every network has beside"
                                + " its units; give at least %,d by --parameters, or leave that out.",
                        wanted,
                        Math.max(0, wanted - unitless),
                        fewest));
            }
            networks.put(names.get(i), common.withNetwork(stack(names.get(i), units[i])));
        }
    }

    private static RecurrentStack stack(ContenderName name, int units) {
        return new RecurrentStack(name.cell().orElseThrow(), units, name.depth(), 1);
    }

    private List<PilotWindow> windows(boolean ofTest, int most) {
        List<PilotWindow.Part> stretches = parts.stream()
                .map(part -> ofTest
                        ? new PilotWindow.Part(part.validationEnd(), part.end())
                        : new PilotWindow.Part(part.trainEnd(), part.validationEnd()))
                .toList();
        return PilotWindow.of(set.series(), stretches, settings.horizon(), most, this::isUsable);
    }

    /** Whether there is something to start from, something to judge by, and a scale to judge in. */
    private boolean isUsable(int series, int origin) {
        double[] values = set.series().get(series).targets()[0];
        boolean starts = common.hasPast(set.series().get(series), origin);
        boolean ends = isAnyKnown(values, origin, origin + settings.horizon());
        return starts && ends && scales[series] > 0;
    }

    private double[] scales() {
        double[] found = new double[parts.size()];
        for (int i = 0; i < found.length; i++) {
            int end = parts.get(i).trainEnd();
            int season = end > common.season() ? common.season() : 1;
            found[i] = ForecastMetrics.seasonalScale(set.series().get(i).targets()[0], end, season);
        }
        return found;
    }

    private static boolean isAnyKnown(double[] values, int from, int to) {
        for (int row = from; row < to; row++) {
            if (!Double.isNaN(values[row])) {
                return true;
            }
        }
        return false;
    }

    private List<ForecastWindow> forecastWindows(List<PilotWindow> windows) {
        return windows.stream().map(window -> window.in(set.series())).toList();
    }

    /** The naive forecasts of the pilot: the last value; and the last season, where there is one. */
    Map<ContenderName, ForecastMethod> naive() {
        Map<ContenderName, ForecastMethod> methods = new LinkedHashMap<>();
        methods.put(ContenderName.NAIVE, naive(1));
        if (common.season() > 1) {
            methods.put(ContenderName.SEASONAL_NAIVE, naive(common.season()));
        }
        return methods;
    }

    private NaiveForecasts naive(int season) {
        return new NaiveForecasts(set, parts, season, settings.horizon(), QUANTILES);
    }

    /** How a method does; what is known of its training is added by the caller. */
    Judged judge(ForecastMethod method) {
        ForecastScore chosen = evaluator.score(method, validation);
        ForecastScore told = evaluator.score(method, test);
        Accuracy accuracy =
                new Accuracy(told.mase(), told.smape(), told.rmse(), told.weightedQuantileLoss(), told.coverage());
        double[] errors =
                told.windows().stream().mapToDouble(ForecastScore.Window::mase).toArray();
        return new Judged(chosen.mase(), accuracy, errors);
    }

    /** What forecasts came to: MASE on the validation part, and on the test part all in all and by window. */
    record Judged(double validationError, Accuracy accuracy, double[] windowErrors) {}

    ForecastEvaluator evaluator() {
        return evaluator;
    }

    /** A network's configuration. */
    ForecastConfiguration network(ContenderName name) {
        ForecastConfiguration configuration = networks.get(name);
        if (configuration == null) {
            throw new IllegalArgumentException(name + " does not take part");
        }
        return configuration;
    }

    /** Bytes of the weights of the largest network. */
    long largestModelBytes() {
        return networks.values().stream()
                .mapToLong(network -> Float.BYTES * network.parameterCount())
                .max()
                .orElse(0);
    }

    SeriesSet set() {
        return set;
    }

    List<TimeSplit.Parts> parts() {
        return parts;
    }

    /** Rows that are forecast. */
    int horizon() {
        return settings.horizon();
    }

    /** Rows of a season; 1 where there is none. */
    int season() {
        return common.season();
    }

    /** Rows of each season that there may be: the one that was found, and those that rows of this frequency suggest. */
    List<Integer> seasons() {
        return Stream.concat(Stream.of(common.season()), set.frequency().seasonalPeriods().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Rows of the past that a forecast sees. */
    int context() {
        return common.context();
    }

    List<PilotWindow> testWindows() {
        return testWindows;
    }

    /** The test windows to forecast, in the order of {@link #testWindows}. */
    List<ForecastWindow> test() {
        return test;
    }

    List<ForecastWindow> validation() {
        return validation;
    }
}
