package org.rhn4j.tasks.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.histories.HistoryEncoding;
import org.rhn4j.tasks.histories.HistoryModel;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Scaling;

/**
 * Everything needed to rebuild a predictor of failures and to read its rows: the content of its {@code config.json}.
 *
 * @param format {@link #FORMAT}
 * @param task {@link #TASK}
 * @param network the recurrent layers
 * @param unit the column that names the unit
 * @param time the columns that make the time stamp; empty where rows are equally spaced
 * @param features the columns that are looked at, C
 * @param censored the column of the training table that marked units which had not failed, or null
 * @param validation share of the units that was held back in training
 * @param reading how the table was read, so that the next one is read the same way
 * @param step what remaining life is counted in
 * @param fill whether a missing value is the unit's last one
 * @param scaling of the features, fitted on the training units
 * @param smoothing spans, in rows, of the running means that enter beside each feature, K
 * @param cap remaining life above which a unit counts as new, in steps; 0 where life is not predicted
 * @param within the probability that is predicted is that of a failure in so many steps; 0 for none
 * @param coverage share of the lives that are to lie in the interval
 */
public record FailureConfiguration(
        String format,
        String task,
        RecurrentStack network,
        String unit,
        List<String> time,
        List<String> features,
        @Nullable String censored,
        double validation,
        ReadingOptions reading,
        Frequency step,
        boolean fill,
        Scaling scaling,
        List<Integer> smoothing,
        double cap,
        double within,
        double coverage) {
    /** The version of the model folder. */
    public static final String FORMAT = "rhn4j/1";

    /** What {@code config.json} calls this task. */
    public static final String TASK = "failure";

    /**
     * @throws UserError if the values make no model
     */
    public FailureConfiguration {
        time = List.copyOf(time);
        features = List.copyOf(features);
        if (!format.equals(FORMAT) || !task.equals(TASK)) {
            throw new UserError(
                    "This is a model of the format %s for the task %s, not one of %s that predicts failures."
                            .formatted(format, task, FORMAT));
        }
        require(!features.isEmpty(), "features", features.size(), "at least one");
        require(cap == 0 || (cap >= 1 && cap < 1e9), "cap", cap, "at least 1 step, or 0 not to predict remaining life");
        require(within == 0 || (within >= 1 && within < 1e9), "within", within, "at least 1 step, or 0 for none");
        require(cap > 0 || within > 0, "cap", cap, "above 0 where within is 0, for there is nothing else to predict");
        require(validation >= 0 && validation < 1, "validation", validation, "from 0 to below 1");
        require(coverage > 0 && coverage < 1, "coverage", coverage, "between 0 and 1");
        smoothing = new HistoryEncoding(scaling, smoothing, false).spans();
        require(
                scaling.center().length == features.size() && scaling.scale().length == features.size(),
                "scaling",
                scaling.center().length,
                "of " + features.size() + " features");
    }

    private static void require(boolean right, String name, Number value, String range) {
        if (!right) {
            throw new UserError("The setting %s is %s, but must be %s.".formatted(name, value, range));
        }
    }

    /**
     * Reads the configuration of a model folder.
     *
     * @throws UserError if there is no such folder, or its configuration is missing, damaged or of another task
     */
    public static FailureConfiguration read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no model folder %s; train one with 'rhn train failure', or check the name."
                    .formatted(folder));
        }
        Path file = folder.resolve(HistoryModel.CONFIGURATION_FILE);
        FileProblems.requireReadableFile(file);
        Json.stringAt(file, "task").filter(found -> !found.equals(TASK)).ifPresent(found -> {
            throw new UserError("%s is of a model for the task %s; 'rhn predict' needs one of 'rhn train failure'."
                    .formatted(file, found));
        });
        return Json.read(file, FailureConfiguration.class);
    }

    /** Whether remaining life is predicted. */
    public boolean predictsLife() {
        return cap > 0;
    }

    /** Whether the probability of a failure soon is predicted. */
    public boolean predictsSoon() {
        return within > 0;
    }

    /** What enters the network: of each feature its value and its running means. */
    HistoryEncoding encoding() {
        return new HistoryEncoding(scaling, smoothing, false);
    }

    /** The columns of a table to predict from. */
    public HistorySchema schema() {
        return new HistorySchema(unit, time, features, List.of(), null, null);
    }

    /** The columns of the table to train on. */
    public HistorySchema trainingSchema() {
        return schema().withCensored(censored);
    }

    /** What a step is called: rows, or steps of the time column. */
    public String stepName() {
        if (time.isEmpty()) {
            return "rows";
        }
        boolean counted = step.isTimeless() && step.count() == 1;
        return "steps (%s)".formatted(counted ? String.join(" and ", time) : step.label());
    }

    /** The network's sizes. */
    public Architecture architecture() {
        return network.architecture(encoding().inputSize(), FailureOutputs.size(this), 0);
    }

    /** The trainable numbers. */
    public long parameterCount() {
        return network.parameterCount(encoding().inputSize(), FailureOutputs.size(this), 0);
    }

    /** This configuration with layers of a kind and depth, sized to a number of trainable numbers. */
    public FailureConfiguration sizedTo(long parameters) {
        RecurrentStack sized = network.sizedTo(parameters, encoding().inputSize(), FailureOutputs.size(this), 0);
        return new FailureConfiguration(
                format,
                task,
                sized,
                unit,
                time,
                features,
                censored,
                validation,
                reading,
                step,
                fill,
                scaling,
                smoothing,
                cap,
                within,
                coverage);
    }
}
