package org.rhn4j.tasks.forecast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.CalendarFeatures.Cycle;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingSettings;

/**
 * What is chosen before the training rows are seen; {@link #configuration} adds what they show. A size of 0 is to be
 * found.
 *
 * @param network the recurrent layers
 * @param parameters trainable numbers that the layers are sized to; 0 to leave their size
 * @param horizon H, rows to forecast
 * @param context rows of the past that a forecast sees
 * @param patch rows that a step of the recurrent layers reads at once
 * @param season rows of a season
 * @param head what the outputs mean
 * @param quantiles their levels, ascending
 * @param window how a window is centred and scaled
 * @param floor below what no forecast goes
 * @param errors what training makes small
 * @param direct whether a linear autoregression reaches the outputs beside the recurrent layers
 */
public record ForecastPlan(
        RecurrentStack network,
        long parameters,
        int horizon,
        int context,
        int patch,
        int season,
        HeadKind head,
        List<Double> quantiles,
        WindowScaling window,
        Floor floor,
        Errors errors,
        boolean direct) {
    /** Layers of data that are large enough for them; see {@link #network}. */
    public static final RecurrentStack NETWORK = new RecurrentStack(CellKind.RHN, 64, 3, 1);

    /** Updates of a training; each sees a batch of windows. */
    private static final int UPDATES = 6_000;

    /** Of fewer rows, there are as many updates for each. */
    private static final double UPDATES_PER_ROW = 1.5;

    private static final int FEWEST_UPDATES = 300;

    /** Parameters times windows that a training goes through, at most. */
    private static final long MOST_PRODUCTS = 60_000_000_000L;

    /** Rows from which on data are large enough for the largest network and rate. */
    private static final int MANY_ROWS = 4_000;

    private static final int FEW_ROWS = 1_000;

    private static final int LONGEST_AUTOMATIC = 512;
    private static final int SHORT_SEASONS = 64;
    private static final int FEWEST_PATCHES = 8;
    private static final int LARGEST_PATCH = 48;

    /** The layers and horizon with everything else as it is unless told otherwise. */
    public static ForecastPlan of(RecurrentStack network, int horizon) {
        return new ForecastPlan(
                network,
                0,
                horizon,
                0,
                0,
                0,
                HeadKind.QUANTILES,
                ForecastConfiguration.QUANTILES,
                WindowScaling.MEASURED,
                Floor.ZERO,
                Errors.SCALED,
                true);
    }

    /**
     * Layers unless told otherwise: of few rows small ones, which cannot learn them by heart.
     *
     * @param rows rows to train on, of all series
     */
    public static RecurrentStack network(long rows) {
        return NETWORK.withHiddenSize(rows < FEW_ROWS ? 16 : rows < MANY_ROWS ? 32 : NETWORK.hiddenSize());
    }

    /**
     * Settings that train a network unless told otherwise. Small data are seen more often than large ones, by smaller steps
     * and with more dropout, and not for as long; large networks not for longer than about a minute of one core.
     *
     * @param rows rows to train on, of all series
     * @param parameters trainable numbers of the network
     */
    public static TrainingSettings settings(long rows, long parameters) {
        TrainingSettings settings = settings();
        if (rows < MANY_ROWS) {
            settings = settings.toBuilder()
                    .learningRate(2e-3)
                    .dropout(new Dropout(0, 0, 0, 0.2, 0))
                    .build();
        }
        long affordable = MOST_PRODUCTS / (parameters * settings.batch());
        long most = Math.clamp(affordable, FEWEST_UPDATES, UPDATES);
        int all = (int) Math.clamp(Math.round(UPDATES_PER_ROW * rows), FEWEST_UPDATES, most);
        int updates = ForecastTrainer.updates(rows, settings.batch());
        return settings.toBuilder().epochs(Math.ceilDiv(all, updates)).build();
    }

    /** What {@link #settings(long, long)} has in common for data of any size; 30 epochs. */
    public static TrainingSettings settings() {
        return TrainingSettings.builder()
                .batch(64)
                .epochs(30)
                .learningRate(4e-3)
                .dropout(new Dropout(0, 0, 0, 0.1, 0))
                .clip(1)
                .weightDecay(0.02)
                .transformBias(-1)
                .build();
    }

    /** This plan with layers sized to a number of trainable numbers. */
    public ForecastPlan sizedTo(long count) {
        return new ForecastPlan(
                network, count, horizon, context, patch, season, head, quantiles, window, floor, errors, direct);
    }

    /** This plan with another length of the past, and patches of this many rows; 0 to find them. */
    public ForecastPlan withContext(int rows, int patchRows) {
        return new ForecastPlan(
                network, parameters, horizon, rows, patchRows, season, head, quantiles, window, floor, errors, direct);
    }

    /** This plan with a season of so many rows. */
    public ForecastPlan withSeason(int rows) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, rows, head, quantiles, window, floor, errors, direct);
    }

    /** This plan with another head; for counts, windows are scaled as counts are. */
    public ForecastPlan withHead(HeadKind kind) {
        WindowScaling scaling = kind == HeadKind.NEGATIVE_BINOMIAL ? WindowScaling.COUNTS : window;
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, kind, quantiles, scaling, floor, errors, direct);
    }

    /** This plan with quantiles of other levels. */
    public ForecastPlan withQuantiles(List<Double> levels) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, head, levels, window, floor, errors, direct);
    }

    /** This plan with windows centred and scaled otherwise. */
    public ForecastPlan withWindow(WindowScaling scaling) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, head, quantiles, scaling, floor, errors, direct);
    }

    /** This plan with another floor. */
    public ForecastPlan withFloor(Floor other) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, head, quantiles, window, other, errors, direct);
    }

    /** This plan with other errors to be made small; {@link Errors#PLAIN} goes with the head quantiles alone. */
    public ForecastPlan withErrors(Errors other) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, head, quantiles, window, floor, other, direct);
    }

    /** This plan with or without the linear autoregression. */
    public ForecastPlan withDirect(boolean present) {
        return new ForecastPlan(
                network, parameters, horizon, context, patch, season, head, quantiles, window, floor, errors, present);
    }

    /**
     * The configuration for a set of series; calendar and scaling from the training rows alone, the season from those before
     * the test parts.
     *
     * @param set each series with one target
     * @param parts of each series, in their order
     * @throws UserError if the horizon is too long for the training rows, or a size is out of its range
     */
    public ForecastConfiguration configuration(SeriesSet set, List<TimeSplit.Parts> parts) {
        ForecastConfiguration.requireRange("horizon", horizon, ForecastConfiguration.LONGEST_HORIZON);
        int longest = parts.stream().mapToInt(TimeSplit.Parts::trainEnd).max().orElse(0);
        if (longest < horizon + 2) {
            throw new UserError(
                    "A horizon of %d rows needs at least %d rows to train on, and the longest series has %d; choose a shorter one, or hold back fewer rows."
                            .formatted(horizon, horizon + 2, longest));
        }
        int seasonRows = season > 0 ? season : Season.find(set, parts).rows();
        int wanted = context > 0 ? context : automaticContext(set, parts, seasonRows);
        int patchRows = patch > 0 ? Math.min(patch, wanted) : automaticPatch(set, wanted, seasonRows);
        int contextRows = Math.max(patchRows, wanted / patchRows * patchRows);
        ForecastConfiguration configuration = new ForecastConfiguration(
                ForecastConfiguration.FORMAT,
                ForecastConfiguration.TASK,
                network,
                set.schema(),
                set.report().options(),
                set.frequency(),
                set.levels(),
                contextRows,
                patchRows,
                horizon,
                seasonRows,
                head,
                quantiles,
                window,
                floor,
                errors,
                calendar(set, parts),
                covariates(set, parts),
                direct);
        return parameters == 0 ? configuration : configuration.sizedTo(network, parameters);
    }

    /**
     * Two of the longest season that there may be, three of the one there is or eight of a short one, twice the horizon;
     * as far as the rows allow.
     */
    private int automaticContext(SeriesSet set, List<TimeSplit.Parts> parts, int seasonRows) {
        int longSeason = set.frequency().seasonalPeriods().stream()
                .mapToInt(Integer::intValue)
                .filter(period -> 2 * period <= LONGEST_AUTOMATIC)
                .max()
                .orElse(1);
        int seasons = Math.max(2 * longSeason, Math.max(3 * seasonRows, Math.min(8 * seasonRows, SHORT_SEASONS)));
        int wanted = Math.max(seasons, Math.max(2 * horizon, 24));
        int[] lengths = parts.stream()
                .mapToInt(TimeSplit.Parts::trainEnd)
                .filter(rows -> rows > horizon)
                .sorted()
                .toArray();
        int usual = lengths[lengths.length / 2] - horizon;
        return Math.max(
                1,
                Math.min(
                        Math.min(wanted, 4 * LONGEST_AUTOMATIC), Math.max(usual * 2 / 3, Math.min(usual, seasonRows))));
    }

    /** The shortest season where a context holds eight of them, else the largest part of the season that it holds so. */
    private static int automaticPatch(SeriesSet set, int contextRows, int seasonRows) {
        int most = Math.min(LARGEST_PATCH, contextRows / FEWEST_PATCHES);
        int shortest = set.frequency().seasonalPeriods().getFirst();
        if (shortest > 1 && shortest <= most && seasonRows % shortest == 0) {
            return shortest;
        }
        for (int rows = most; rows > 1; rows--) {
            if (seasonRows > 1 ? seasonRows % rows == 0 : contextRows % rows == 0) {
                return rows;
            }
        }
        return 1;
    }

    /** The cycles that the rows went through twice: of others the network would learn what happened once. */
    private static CalendarFeatures calendar(SeriesSet set, List<TimeSplit.Parts> parts) {
        if (set.frequency().isTimeless()) {
            return new CalendarFeatures(List.of());
        }
        Duration longest = Duration.ZERO;
        for (int i = 0; i < parts.size(); i++) {
            int rows = parts.get(i).trainEnd();
            if (rows > 0) {
                Series series = set.series().get(i);
                Duration span =
                        Duration.between(series.time().localAt(0), series.time().localAt(rows - 1));
                longest = span.compareTo(longest) > 0 ? span : longest;
            }
        }
        Duration whole = longest;
        Frequency frequency = set.frequency();
        return new CalendarFeatures(CalendarFeatures.fitting(frequency).cycles().stream()
                .filter(cycle -> whole.compareTo(length(cycle).multipliedBy(2)) >= 0)
                .toList());
    }

    private static Duration length(Cycle cycle) {
        return switch (cycle) {
            case SECOND_OF_MINUTE -> Duration.ofMinutes(1);
            case MINUTE_OF_HOUR -> Duration.ofHours(1);
            case HOUR_OF_DAY -> Duration.ofDays(1);
            case DAY_OF_WEEK, WEEKEND -> Duration.ofDays(7);
            case DAY_OF_MONTH, WEEK_OF_MONTH -> Duration.ofDays(31);
            case DAY_OF_YEAR, MONTH_OF_YEAR -> Duration.ofDays(366);
        };
    }

    private static Scaling covariates(SeriesSet set, List<TimeSplit.Parts> parts) {
        int columns = set.schema().known().size() + set.schema().past().size();
        List<double[][]> pieces = new ArrayList<>();
        int rows = 0;
        for (int i = 0; i < parts.size() && columns > 0; i++) {
            Series series = set.series().get(i);
            int end = parts.get(i).trainEnd();
            double[][] piece = new double[columns][];
            for (int c = 0; c < columns; c++) {
                int known = series.known().length;
                double[] column = c < known ? series.known()[c] : series.past()[c - known];
                piece[c] = Arrays.copyOf(column, end);
            }
            pieces.add(piece);
            rows += end;
        }
        double[][] pooled = new double[columns][rows];
        int at = 0;
        for (double[][] piece : pieces) {
            for (int c = 0; c < columns; c++) {
                System.arraycopy(piece[c], 0, pooled[c], at, piece[c].length);
            }
            at += piece[0].length;
        }
        return Scaling.fit(Scaling.Kind.STANDARD, pooled, 0, rows);
    }
}
