package org.rhn4j.tasks.forecast;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;

/**
 * Everything needed to rebuild a network that forecasts and to read its rows: the content of its {@code config.json}.
 * {@link ForecastPlan} makes one.
 *
 * @param format {@link #FORMAT}
 * @param task {@link #TASK}
 * @param network the recurrent layers
 * @param schema the columns of a table, nothing left to be found
 * @param reading how the table was read, so that the next one is read the same way
 * @param frequency from row to row
 * @param levels the texts of each covariate that is text, in the order that their inputs have
 * @param context T, rows of the past that a forecast sees; a multiple of the patch
 * @param patch P, rows that a step of the recurrent layers reads at once
 * @param horizon H, rows that are forecast
 * @param season rows of a season
 * @param head what the outputs mean
 * @param quantiles their levels, ascending
 * @param window how a window is centred and scaled by its own past
 * @param floor below what no forecast goes
 * @param errors what training made small; {@link Errors#SCALED} where a folder does not tell
 * @param calendar features of the time stamps; only cycles that the training rows went through twice
 * @param covariates scaling of known and then past covariates, fitted on the training rows of all series
 * @param direct whether a linear autoregression reaches the outputs beside the recurrent layers
 */
public record ForecastConfiguration(
        String format,
        String task,
        RecurrentStack network,
        SeriesSchema schema,
        ReadingOptions reading,
        Frequency frequency,
        Map<String, List<String>> levels,
        int context,
        int patch,
        int horizon,
        int season,
        HeadKind head,
        List<Double> quantiles,
        WindowScaling window,
        Floor floor,
        @Nullable Errors errors,
        CalendarFeatures calendar,
        Scaling covariates,
        boolean direct) {
    /** The version of the model folder. */
    public static final String FORMAT = "rhn4j/1";

    /** What {@code config.json} calls this task. */
    public static final String TASK = "forecast";

    /** The configuration's name in a model folder. */
    public static final String FILE = "config.json";

    /** Levels of the quantiles unless told otherwise. */
    public static final List<Double> QUANTILES = List.of(0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95);

    /** The longest horizon. */
    public static final int LONGEST_HORIZON = 10_000;

    private static final int LONGEST_CONTEXT = 100_000;

    /**
     * @throws UserError if the values make no model
     */
    public ForecastConfiguration {
        levels = Map.copyOf(levels);
        quantiles = List.copyOf(quantiles);
        errors = errors == null ? Errors.SCALED : errors;
        if (!format.equals(FORMAT) || !task.equals(TASK)) {
            throw new UserError("This is a model of the format %s for the task %s, not one of %s that forecasts."
                    .formatted(format, task, FORMAT));
        }
        requireRange("horizon", horizon, LONGEST_HORIZON);
        requireRange("context", context, LONGEST_CONTEXT);
        requireRange("patch", patch, context);
        requireRange("season", season, LONGEST_CONTEXT);
        if (context % patch != 0) {
            throw new UserError(
                    "The setting context is %d, but must be a multiple of the patch, %d.".formatted(context, patch));
        }
        Levels.require(quantiles);
        if (head == HeadKind.NEGATIVE_BINOMIAL && window.center() != WindowScaling.Center.ZERO) {
            throw new UserError("The head negative_binomial needs windows that are centred at zero, not at %s."
                    .formatted(window.center()));
        }
        if (window.transform() == WindowScaling.Transform.LOG && head != HeadKind.QUANTILES) {
            throw new UserError("Logarithms of values go with the head quantiles alone, not with %s; leave one out."
                    .formatted(head));
        }
        if (errors == Errors.PLAIN && head != HeadKind.QUANTILES) {
            throw new UserError(
                    "Plain errors go with the head quantiles alone, not with %s; leave one out.".formatted(head));
        }
        int columns = schema.known().size() + schema.past().size();
        if (covariates.center().length != columns || covariates.scale().length != columns) {
            throw new UserError("The setting covariates is of %d columns, but must be of %d."
                    .formatted(covariates.center().length, columns));
        }
    }

    /** What training made small. */
    @Override
    public Errors errors() {
        return errors == null ? Errors.SCALED : errors;
    }

    static void requireRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new UserError("The setting %s is %d, but must be from 1 to %d.".formatted(name, value, most));
        }
    }

    /**
     * Reads the configuration of a model folder.
     *
     * @throws UserError if there is no such folder, or its configuration is missing, damaged, or of another task
     */
    public static ForecastConfiguration read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no model folder %s; train one with 'rhn train forecast', or check the name."
                    .formatted(folder));
        }
        Path file = folder.resolve(FILE);
        FileProblems.requireReadableFile(file);
        Json.stringAt(file, "task").filter(found -> !found.equals(TASK)).ifPresent(found -> {
            throw new UserError(
                    "%s is of a model for the task %s; this needs one of 'rhn train forecast'.".formatted(file, found));
        });
        return Json.read(file, ForecastConfiguration.class);
    }

    /** Whether a folder holds a model of this task. */
    public static boolean isOf(Path folder) {
        Path file = folder.resolve(FILE);
        return Files.isRegularFile(file)
                && Json.stringAt(file, "task").filter(TASK::equals).isPresent();
    }

    /** Reads a table like the one that the model was trained on; a text that a covariate did not hold there is refused. */
    public SeriesReader reader() {
        return new SeriesReader(schema, reading, levels);
    }

    /**
     * Whether a forecast can start at a row: a value lies among the rows of the context before it, and where logarithms
     * are taken one that has a logarithm. Windows without one are neither trained on nor scored.
     */
    public boolean hasPast(Series series, int origin) {
        return hasPast(series, origin, context);
    }

    /** As {@link #hasPast(Series, int)}, where no more rows than {@code past} may be seen. */
    boolean hasPast(Series series, int origin, int past) {
        int first = Math.max(0, origin - Math.min(past, context));
        for (int row = origin - 1; row >= first; row--) {
            if (!Double.isNaN(window.transformed(series.targets()[0][row]))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses a series whose texts are not numbered as the model's.
     *
     * @throws UserError if a covariate that is text has other texts, or the same in another order
     */
    void requireTexts(Series series) {
        for (Map.Entry<String, List<String>> each : levels.entrySet()) {
            List<String> own = series.levels().getOrDefault(each.getKey(), List.of());
            if (!own.equals(each.getValue())) {
                throw new UserError(
                        "Series \"%s\": the texts of \"%s\" are %s, but the model was trained on %s in this order; read the data as the model's."
                                .formatted(
                                        series.id(),
                                        each.getKey(),
                                        own.isEmpty() ? "not told" : String.join(", ", own),
                                        String.join(", ", each.getValue())));
            }
        }
    }

    /** Steps of the recurrent layers: patches of the past, then of the future where covariates are known there. */
    int steps() {
        return context / patch + futureSteps();
    }

    private int futureSteps() {
        return schema.known().isEmpty() ? 0 : Math.ceilDiv(horizon, patch);
    }

    /** F: of each row of a patch its value, whether it is missing, and its covariates; then {@link #patchFeatures}. */
    int inputSize() {
        return patch * (2 + columns().rowSize()) + patchFeatures();
    }

    /** Features of a patch as a whole: the calendar at its last row, where zero lies, and whether it is future. */
    int patchFeatures() {
        return calendar.size() + 2;
    }

    /** D: the scaled past, known covariates of the future, the calendar at the origin, where zero lies. */
    int directSize() {
        return direct ? context + horizon * columns().knownSize() + calendar.size() + 1 : 0;
    }

    /** O: the head's outputs for each step. */
    int outputSize() {
        return horizon * ForecastHead.of(head, quantiles).outputs();
    }

    CovariateColumns columns() {
        return new CovariateColumns(schema, levels, covariates);
    }

    /** The network's sizes. */
    public Architecture architecture() {
        return network.architecture(inputSize(), outputSize(), directSize());
    }

    /** The trainable numbers. */
    public long parameterCount() {
        return network.parameterCount(inputSize(), outputSize(), directSize());
    }

    /** This configuration with other recurrent layers. */
    public ForecastConfiguration withNetwork(RecurrentStack other) {
        return new ForecastConfiguration(
                format,
                task,
                other,
                schema,
                reading,
                frequency,
                levels,
                context,
                patch,
                horizon,
                season,
                head,
                quantiles,
                window,
                floor,
                errors,
                calendar,
                covariates,
                direct);
    }

    /** This configuration with recurrent layers of a kind and depth, sized to a number of trainable numbers. */
    public ForecastConfiguration sizedTo(RecurrentStack stack, long parameters) {
        return withNetwork(stack.sizedTo(parameters, inputSize(), outputSize(), directSize()));
    }
}
