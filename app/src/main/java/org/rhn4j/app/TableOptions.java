package org.rhn4j.app;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.CsvFormat;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeFormat;
import picocli.CommandLine.Option;

/** How a table of time series is to be read, where that is not to be found out from the table. */
final class TableOptions {
    @Option(
            names = "--time",
            split = ",",
            paramLabel = "COLUMN[,COLUMN]",
            description = "The column of the time stamps, or those that make them together (default: it is found).")
    private List<String> time = List.of();

    @Option(names = "--no-time", description = "There are no time stamps: rows are equally spaced.")
    private boolean noTime;

    @Option(
            names = "--time-format",
            paramLabel = "FORMAT",
            description = "How stamps are written: day-first, month-first, year-first, epoch-seconds, number and others"
                    + " (default: it is found).")
    private @Nullable String timeFormat;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "The zone whose clock wrote the stamps, such as Europe/Berlin.")
    private @Nullable String zone;

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

    @Option(
            names = "--missing",
            split = ",",
            paramLabel = "TEXT[,TEXT]",
            description = "Cells that stand for a missing value, besides empty ones, NA, NaN, null and the like.")
    private List<String> missing = List.of();

    /**
     * The options of the reader.
     *
     * @throws UserError if a value cannot be made out
     */
    ReadingOptions reading() {
        if (noTime && !time.isEmpty()) {
            throw new UserError(
                    "--no-time says that there are no time stamps, --time where they are; give one of both.");
        }
        return ReadingOptions.AUTOMATIC
                .withTimeFormat(timeFormat == null ? null : TimeFormat.named(timeFormat))
                .withZone(zone)
                .withFrequency(frequency == null ? null : parsed(frequency))
                .withIrregular(irregular)
                .withSortRows(sort)
                .withDelimiter(separator(delimiter))
                .withDecimalComma(decimalComma ? Boolean.TRUE : null)
                .withHeader(!noHeader)
                .withMissing(missing);
    }

    /** A schema with these time columns. */
    SeriesSchema over(SeriesSchema schema) {
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

    /**
     * A delimiter as the reader takes it.
     *
     * @throws UserError if it is not one character
     */
    static @Nullable String separator(@Nullable String delimiter) {
        if (delimiter == null) {
            return null;
        }
        String text = switch (delimiter) {
            case "tab", "\\t" -> "\t";
            case "space", " " -> CsvFormat.WHITE_SPACE;
            default -> delimiter;
        };
        if (!text.equals(CsvFormat.WHITE_SPACE) && text.length() != 1) {
            throw new UserError(
                    "--delimiter: \"%s\" is not one character; give one, or tab or space.".formatted(delimiter));
        }
        return text;
    }
}
