package org.rhn4j.app.options;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.series.ReadingOptions;
import picocli.CommandLine.Option;

/** How a table of units' histories is to be read, where that is not to be found out from the table. */
public final class HistoryOptions extends CsvOptions {
    @Option(
            names = "--unit",
            paramLabel = "COLUMN",
            description = "The column that names the unit: engine, pump, battery.")
    private @Nullable String unit;

    @Option(
            names = "--time",
            split = ",",
            paramLabel = "COLUMN",
            description =
                    "The column of time stamps or counts, or those that make stamps together; remaining life is told"
                            + " in its steps (default: none; rows are equally spaced, in the file's order).")
    private List<String> time = List.of();

    @Option(
            names = "--features",
            split = ",",
            paramLabel = "COLUMN",
            description = "The columns to look at (default: all columns of numbers but the others named here).")
    private List<String> features = List.of();

    @Option(
            names = "--ignore",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns that are not to be looked at.")
    private List<String> ignored = List.of();

    @Option(
            names = "--censored",
            paramLabel = "COLUMN",
            description = "A column that says yes (1, true, yes) for units that had not failed by their last row; empty"
                    + " cells say no (default: all failed there).")
    private @Nullable String censored;

    @Option(names = "--yes", split = ",", paramLabel = "TEXT", description = YesNoOptions.YES)
    private List<String> yes = List.of();

    @Option(names = "--no", split = ",", paramLabel = "TEXT", description = YesNoOptions.NO)
    private List<String> no = List.of();

    @Option(names = "--fill", description = "Take a missing value to be the unit's last one, rather than refuse it.")
    private boolean fill;

    /**
     * The columns.
     *
     * @throws UserError if none names the unit
     */
    public HistorySchema schema() {
        if (unit == null) {
            throw new UserError("Which unit does a row belong to? Name its column with --unit.");
        }
        return new HistorySchema(unit, time, features, ignored, censored, null);
    }

    @Override
    public ReadingOptions reading() {
        return YesNoOptions.over(super.reading(), yes, no);
    }

    public boolean fill() {
        return fill;
    }
}
