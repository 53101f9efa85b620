package org.rhn4j.tasks.series;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to read a table where that is not to be found out from the table itself.
 *
 * @param delimiter what separates cells: a character, or {@link CsvFormat#WHITE_SPACE}; null to find it
 * @param decimalComma whether numbers are written as 1,5; null to find it
 * @param header false where the first line holds values already; columns are then named c1, c2, …
 * @param timeFormat how time stamps are written; null to find it
 * @param zone the time zone whose clock wrote local time stamps, such as Europe/Berlin; null if that does not matter
 * @param frequency the step from row to row; null to find it
 * @param irregular what becomes of time stamps that keep no regular step
 * @param sortRows whether rows out of order are sorted by time rather than refused
 * @param missing cells that stand for a missing value, besides the usual ones
 */
public record ReadingOptions(
        @Nullable String delimiter,
        @Nullable Boolean decimalComma,
        boolean header,
        @Nullable TimeFormat timeFormat,
        @Nullable String zone,
        @Nullable Frequency frequency,
        Irregular irregular,
        boolean sortRows,
        List<String> missing) {
    /** What becomes of time stamps that keep no regular step. */
    public enum Irregular {
        /** They are an error that tells the line. */
        REFUSE,
        /** Rows count as equally spaced; each keeps its own stamp. No rows are added for gaps. */
        AS_ROWS
    }

    /** Everything is found out; irregular time stamps are refused. */
    public static final ReadingOptions AUTOMATIC =
            new ReadingOptions(null, null, true, null, null, null, Irregular.REFUSE, false, List.of());

    public ReadingOptions {
        missing = List.copyOf(missing);
    }

    public ReadingOptions withDelimiter(@Nullable String value) {
        return new ReadingOptions(
                value, decimalComma, header, timeFormat, zone, frequency, irregular, sortRows, missing);
    }

    public ReadingOptions withDecimalComma(@Nullable Boolean value) {
        return new ReadingOptions(delimiter, value, header, timeFormat, zone, frequency, irregular, sortRows, missing);
    }

    public ReadingOptions withHeader(boolean value) {
        return new ReadingOptions(
                delimiter, decimalComma, value, timeFormat, zone, frequency, irregular, sortRows, missing);
    }

    public ReadingOptions withTimeFormat(@Nullable TimeFormat value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, value, zone, frequency, irregular, sortRows, missing);
    }

    public ReadingOptions withZone(@Nullable String value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, timeFormat, value, frequency, irregular, sortRows, missing);
    }

    public ReadingOptions withFrequency(@Nullable Frequency value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, timeFormat, zone, value, irregular, sortRows, missing);
    }

    public ReadingOptions withIrregular(Irregular value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, timeFormat, zone, frequency, value, sortRows, missing);
    }

    public ReadingOptions withSortRows(boolean value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, timeFormat, zone, frequency, irregular, value, missing);
    }

    public ReadingOptions withMissing(List<String> value) {
        return new ReadingOptions(
                delimiter, decimalComma, header, timeFormat, zone, frequency, irregular, sortRows, value);
    }
}
