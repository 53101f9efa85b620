package org.rhn4j.tasks.anomaly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.SeriesSchema;

/**
 * Everything needed to rebuild a detector and to read its rows: the content of its {@code config.json}.
 *
 * @param format {@link #FORMAT}
 * @param task {@link #TASK}
 * @param network the recurrent layers
 * @param channels C, the columns that are watched
 * @param time the columns that make the time stamp; empty where rows have numbers
 * @param reading how the table was read, so that the next one is read the same way
 * @param frequency from row to row
 * @param calendar features of the time stamps; only cycles that the training rows went through twice
 * @param scaling of the channels, fitted on the rows that were looked at
 * @param trainingRows rows that the weights were trained on, from the first on
 * @param validationRows rows after them that chose the best epoch
 * @param lookaheads the ways of looking, K
 * @param memory rows after which what is usual has faded
 * @param falseAlarms alarms that may be raised per row where nothing happens
 */
public record AnomalyConfiguration(
        String format,
        String task,
        RecurrentStack network,
        List<String> channels,
        List<String> time,
        ReadingOptions reading,
        Frequency frequency,
        CalendarFeatures calendar,
        Scaling scaling,
        int trainingRows,
        int validationRows,
        List<Lookahead> lookaheads,
        int memory,
        double falseAlarms) {
    /** The version of the model folder. */
    public static final String FORMAT = "rhn4j/1";

    /** What {@code config.json} calls this task. */
    public static final String TASK = "anomaly";

    /** The configuration's name in a model folder. */
    public static final String FILE = "config.json";

    /** Values out of the ordinary, jumps, changes of shape, drifts. */
    public static final List<Lookahead> LOOKAHEADS =
            List.of(Lookahead.of(0), Lookahead.of(1), Lookahead.of(8), Lookahead.of(96));

    /** Rows after which what is usual has faded, unless told otherwise. */
    public static final int MEMORY = 1000;

    /** False alarms per row unless told otherwise: one in ten thousand rows. */
    public static final double FALSE_ALARMS = 1e-4;

    private static final int LONGEST_LOOKAHEAD = 10_000;

    /**
     * @throws UserError if the values make no model
     */
    public AnomalyConfiguration {
        channels = List.copyOf(channels);
        time = List.copyOf(time);
        lookaheads = List.copyOf(lookaheads);
        if (!format.equals(FORMAT) || !task.equals(TASK)) {
            throw new UserError(
                    "This is a model of the format %s for the task %s, not one of %s that detects anomalies."
                            .formatted(format, task, FORMAT));
        }
        require(!channels.isEmpty(), "channels", channels.size(), "at least one");
        require(!lookaheads.isEmpty(), "lookaheads", lookaheads.size(), "at least one");
        require(
                lookaheads.stream().anyMatch(each -> each.horizon() > 0),
                "lookaheads",
                lookaheads.size(),
                "such that at least one predicts");
        for (Lookahead each : lookaheads) {
            require(each.horizon() <= LONGEST_LOOKAHEAD, "horizon", each.horizon(), "at most " + LONGEST_LOOKAHEAD);
            require(each.mean() <= LONGEST_LOOKAHEAD, "mean", each.mean(), "at most " + LONGEST_LOOKAHEAD);
        }
        require(trainingRows > 0, "training_rows", trainingRows, "at least 1");
        require(validationRows >= 0, "validation_rows", validationRows, "0 or more");
        require(memory >= 100, "memory", memory, "at least 100 rows");
        require(falseAlarms > 0 && falseAlarms <= 0.1, "false_alarms", falseAlarms, "above 0 and at most 0.1 per row");
        require(
                scaling.center().length == channels.size() && scaling.scale().length == channels.size(),
                "scaling",
                scaling.center().length,
                "of " + channels.size() + " channels");
    }

    private static void require(boolean right, String name, Number value, String range) {
        if (!right) {
            throw new UserError("The setting %s is %s, but must be %s.".formatted(name, value, range));
        }
    }

    /**
     * Reads the configuration of a model folder.
     *
     * @throws UserError if there is no such folder, or its configuration is missing or damaged
     */
    public static AnomalyConfiguration read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no model folder %s; train one with 'rhn train anomaly', or check the name."
                    .formatted(folder));
        }
        Path file = folder.resolve(FILE);
        FileProblems.requireReadableFile(file);
        Json.stringAt(file, "task").filter(found -> !found.equals(TASK)).ifPresent(found -> {
            throw new UserError("%s is of a model for the task %s; 'rhn detect' needs one of 'rhn train anomaly'."
                    .formatted(file, found));
        });
        return Json.read(file, AnomalyConfiguration.class);
    }

    /** The horizons that are predicted, in ascending order, each once. */
    int[] horizons() {
        return lookaheads.stream()
                .mapToInt(Lookahead::horizon)
                .filter(horizon -> horizon > 0)
                .sorted()
                .distinct()
                .toArray();
    }

    /** F: for each channel its value, its change and whether it is missing; and the calendar. */
    int inputSize() {
        return RowEncoder.PER_CHANNEL * channels.size() + calendar.size();
    }

    /** O: {@link Surprise#OUTPUTS} for each horizon and channel, horizons outermost. */
    int outputSize() {
        return horizons().length * channels.size() * Surprise.OUTPUTS;
    }

    /** The columns of a table to watch. */
    public SeriesSchema schema() {
        SeriesSchema watched = SeriesSchema.of(channels.toArray(String[]::new));
        return time.isEmpty() ? watched.withRowNumbers() : watched.withTime(time.toArray(String[]::new));
    }

    /** The network's sizes. */
    public Architecture architecture() {
        return network.architecture(inputSize(), outputSize(), 0);
    }

    /** The trainable numbers. */
    public long parameterCount() {
        return network.parameterCount(inputSize(), outputSize(), 0);
    }

    /** This configuration with other recurrent layers. */
    public AnomalyConfiguration withNetwork(RecurrentStack other) {
        return new AnomalyConfiguration(
                format,
                task,
                other,
                channels,
                time,
                reading,
                frequency,
                calendar,
                scaling,
                trainingRows,
                validationRows,
                lookaheads,
                memory,
                falseAlarms);
    }

    /** This configuration with recurrent layers of a kind and depth, sized to a number of trainable numbers. */
    public AnomalyConfiguration sizedTo(RecurrentStack stack, long parameters) {
        return withNetwork(stack.sizedTo(parameters, inputSize(), outputSize(), 0));
    }
}
