package org.rhn4j.app;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.failure.FailureSchema;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.TimeFormat;
import picocli.CommandLine.Option;

/** How a table of units' histories is to be read, where that is not to be found out from the table. */
final class HistoryOptions {
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
            description = "A column that is not 0 for units that had not failed by their last row (default: all failed"
                    + " there).")
    private @Nullable String censored;

    @Option(names = "--fill", description = "Take a missing value to be the unit's last one, rather than refuse it.")
    private boolean fill;

    @Option(
            names = "--time-format",
            paramLabel = "FORMAT",
            description = "How stamps are written: day-first, month-first, year-first, epoch-seconds, number and others"
                    + " (default: it is found).")
    private @Nullable String timeFormat;

    @Option(
            names = "--delimiter",
            paramLabel = "CHARACTER",
            description = "What separates cells; tab and space by these words (default: it is found).")
    private @Nullable String delimiter;

    @Option(names = "--decimal-comma", description = "Numbers are written as 1,5 (default: it is found).")
    private boolean decimalComma;

    @Option(
            names = "--no-header",
            description = "The first line is a row already; columns are called c1, c2, and so on.")
    private boolean noHeader;

    /**
     * The columns.
     *
     * @throws UserError if none names the unit
     */
    FailureSchema schema() {
        if (unit == null) {
            throw new UserError("Which unit does a row belong to? Name its column with --unit.");
        }
        return new FailureSchema(unit, time, features, ignored, censored);
    }

    /**
     * The options of the reader.
     *
     * @throws UserError if a value cannot be made out
     */
    ReadingOptions reading() {
        return ReadingOptions.AUTOMATIC
                .withTimeFormat(timeFormat == null ? null : TimeFormat.named(timeFormat))
                .withDelimiter(TableOptions.separator(delimiter))
                .withDecimalComma(decimalComma ? Boolean.TRUE : null)
                .withHeader(!noHeader);
    }

    boolean fill() {
        return fill;
    }
}
