package org.rhn4j.app.options;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.CsvFormat;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.TimeFormat;
import picocli.CommandLine.Option;

/** How the cells of a table are to be read, whatever its rows are, where that is not to be found out from the table. */
class CsvOptions {
    /** In the help these options follow those that say which column is what. */
    private static final int AFTER_COLUMNS = 1;

    @Option(
            names = "--time-format",
            order = AFTER_COLUMNS,
            paramLabel = "FORMAT",
            description = "How stamps are written: day-first, month-first, year-first, epoch-seconds, number and others"
                    + " (default: it is found).")
    private @Nullable String timeFormat;

    @Option(
            names = "--zone",
            order = AFTER_COLUMNS,
            paramLabel = "ZONE",
            description = "The zone whose clock wrote the stamps, such as Europe/Berlin.")
    private @Nullable String zone;

    @Option(
            names = "--delimiter",
            order = AFTER_COLUMNS,
            paramLabel = "CHARACTER",
            description = "What separates cells; tab and space by these words (default: it is found).")
    private @Nullable String delimiter;

    @Option(
            names = "--decimal-comma",
            order = AFTER_COLUMNS,
            description = "Numbers are written as 1,5 (default: it is found).")
    private boolean decimalComma;

    @Option(
            names = "--thousands",
            order = AFTER_COLUMNS,
            paramLabel = "MARK",
            description = "What sets thousands apart, as in 1.299 for 1299: a character, space or none (default: it is"
                    + " found where numbers tell it, and refused where they may be read in two ways).")
    private @Nullable String thousands;

    @Option(
            names = "--no-header",
            order = AFTER_COLUMNS,
            description = "The first line is a row already; columns are called c1, c2, and so on.")
    private boolean noHeader;

    @Option(
            names = "--missing",
            order = AFTER_COLUMNS,
            split = ",",
            paramLabel = "TEXT",
            description = "Cells that stand for a missing value, besides empty ones, NA, NaN, null and the like.")
    private List<String> missing = List.of();

    /**
     * The options of the reader.
     *
     * @throws UserError if a value cannot be made out
     */
    public ReadingOptions reading() {
        return ReadingOptions.AUTOMATIC
                .withTimeFormat(timeFormat == null ? null : TimeFormat.named(timeFormat))
                .withZone(zone)
                .withDelimiter(separator(delimiter))
                .withDecimalComma(decimalComma ? Boolean.TRUE : null)
                .withThousands(mark(thousands))
                .withHeader(!noHeader)
                .withMissing(missing);
    }

    /**
     * What sets thousands apart, as the reader takes it.
     *
     * @throws UserError if it is not one character, or one that numbers have anyway
     */
    private static @Nullable String mark(@Nullable String thousands) {
        if (thousands == null) {
            return null;
        }
        String text = switch (thousands) {
            case "none" -> ReadingOptions.NO_THOUSANDS;
            case "space" -> " ";
            default -> thousands;
        };
        boolean wrong = text.length() > 1 || (!text.isEmpty() && Character.isLetterOrDigit(text.charAt(0)));
        if (wrong || text.equals("-") || text.equals("+")) {
            throw new UserError("--thousands: \"%s\" cannot set thousands apart; give one character, or space or none."
                    .formatted(thousands));
        }
        return text;
    }

    /**
     * A delimiter as the reader takes it.
     *
     * @throws UserError if it is not one character
     */
    private static @Nullable String separator(@Nullable String delimiter) {
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
