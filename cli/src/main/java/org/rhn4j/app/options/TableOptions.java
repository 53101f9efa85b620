package org.rhn4j.app.options;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesSchema;
import picocli.CommandLine.Option;

/** How a table of time series is to be read, where that is not to be found out from the table. */
public final class TableOptions extends CsvOptions {
    @Option(
            names = "--time",
            split = ",",
            paramLabel = "COLUMN",
            description = "The column of the time stamps, or those that make them together (default: it is found).")
    private List<String> time = List.of();

    @Option(names = "--no-time", description = "There are no time stamps: rows are equally spaced.")
    private boolean noTime;

    @Option(
            names = "--frequency",
            paramLabel = "STEP",
            description = "The step from row to row: hourly, daily, 5min, 10s and the like (default: it is found).")
    private @Nullable String frequency;

    @Option(
            names = "--irregular",
            paramLabel = "refuse|as-rows",
            description = "Stamps that keep no step are refused, or their rows count as equally spaced (default:"
                    + " refuse).")
    private ReadingOptions.Irregular irregular = ReadingOptions.Irregular.REFUSE;

    @Option(names = "--sort", description = "Sort rows that are out of order by time rather than refuse them.")
    private boolean sort;

    /**
     * The options of the reader.
     *
     * @throws UserError if a value cannot be made out
     */
    @Override
    public ReadingOptions reading() {
        if (noTime && !time.isEmpty()) {
            throw new UserError(
                    "--no-time says that there are no time stamps, --time where they are; give one of both.");
        }
        return super.reading()
                .withFrequency(frequency == null ? null : parsed(frequency))
                .withIrregular(irregular)
                .withSortRows(sort);
    }

    /** A schema with these time columns. */
    public SeriesSchema over(SeriesSchema schema) {
        if (noTime) {
            return schema.withRowNumbers();
        }
        return time.isEmpty() ? schema : schema.withTime(time.toArray(String[]::new));
    }

    private static Frequency parsed(String text) {
        return Frequency.parse(text)
                .orElseThrow(() ->
                        new UserError("--frequency: \"%s\" is no step; write it as hourly, daily, monthly, 15min or 5s."
                                .formatted(text)));
    }
}
