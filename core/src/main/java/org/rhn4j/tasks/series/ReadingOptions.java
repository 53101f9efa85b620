package org.rhn4j.tasks.series;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * How to read a table where that is not to be found out from the table itself.
 *
 * @param delimiter what separates cells: a character, or {@link CsvFormat#WHITE_SPACE}; null to find it
 * @param decimalComma whether numbers are written as 1,5; null to find it
 * @param thousands the character that sets thousands apart, as in 1.299 for 1299; {@link #NO_THOUSANDS} where none does;
 *     null to find it
 * @param header false where the first line holds values already; columns are then named c1, c2, …
 * @param timeFormat how time stamps are written; null to find it
 * @param zone the time zone whose clock wrote local time stamps, such as Europe/Berlin; null if that does not matter
 * @param frequency the step from row to row; null to find it
 * @param irregular what becomes of time stamps that keep no regular step
 * @param sortRows whether rows out of order are sorted by time rather than refused
 * @param missing cells that stand for a missing value, besides the usual ones; a number stands for all ways to write it
 * @param yesNo texts that say yes and no, besides the usual ones; null where there are none
 */
public record ReadingOptions(
        @Nullable String delimiter,
        @Nullable Boolean decimalComma,
        @Nullable String thousands,
        boolean header,
        @Nullable TimeFormat timeFormat,
        @Nullable String zone,
        @Nullable Frequency frequency,
        Irregular irregular,
        boolean sortRows,
        List<String> missing,
        @Nullable YesNo yesNo) {
    /** What becomes of time stamps that keep no regular step. */
    public enum Irregular {
        /** They are an error that tells the line. */
        REFUSE,
        /** Rows count as equally spaced; each keeps its own stamp. No rows are added for gaps. */
        AS_ROWS
    }

    /**
     * Texts of cells that say yes or no.
     *
     * @param yes texts that say yes
     * @param no texts that say no
     */
    public record YesNo(List<String> yes, List<String> no) {
        /**
         * @throws UserError if a text says both
         */
        public YesNo {
            yes = List.copyOf(yes);
            no = List.copyOf(no);
            for (String text : yes) {
                if (no.contains(text)) {
                    throw new UserError("The text \"%s\" says both yes and no; let it say one.".formatted(text));
                }
            }
        }
    }

    /** Nothing sets thousands apart. */
    public static final String NO_THOUSANDS = "";

    /** Everything is found out; irregular time stamps are refused. */
    public static final ReadingOptions AUTOMATIC =
            new ReadingOptions(null, null, null, true, null, null, null, Irregular.REFUSE, false, List.of(), null);

    /**
     * @throws UserError if one character is to be the decimal mark and to set thousands apart
     */
    public ReadingOptions {
        missing = List.copyOf(missing);
        if (thousands != null && thousands.length() > 1) {
            throw new UserError("\"%s\" cannot set thousands apart; one character does.".formatted(thousands));
        }
        if (decimalComma != null && thousands != null && thousands.equals(decimalComma ? "," : ".")) {
            throw new UserError("The mark \"%s\" cannot both set thousands apart and begin a fraction; let it do one."
                    .formatted(thousands));
        }
    }

    public ReadingOptions withDelimiter(@Nullable String value) {
        return new ReadingOptions(
                value,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                frequency,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withDecimalComma(@Nullable Boolean value) {
        return new ReadingOptions(
                delimiter, value, thousands, header, timeFormat, zone, frequency, irregular, sortRows, missing, yesNo);
    }

    public ReadingOptions withThousands(@Nullable String value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                value,
                header,
                timeFormat,
                zone,
                frequency,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withHeader(boolean value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                value,
                timeFormat,
                zone,
                frequency,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withTimeFormat(@Nullable TimeFormat value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                value,
                zone,
                frequency,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withZone(@Nullable String value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                value,
                frequency,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withFrequency(@Nullable Frequency value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                value,
                irregular,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withIrregular(Irregular value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                frequency,
                value,
                sortRows,
                missing,
                yesNo);
    }

    public ReadingOptions withSortRows(boolean value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                frequency,
                irregular,
                value,
                missing,
                yesNo);
    }

    public ReadingOptions withMissing(List<String> value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                frequency,
                irregular,
                sortRows,
                value,
                yesNo);
    }

    public ReadingOptions withYesNo(@Nullable YesNo value) {
        return new ReadingOptions(
                delimiter,
                decimalComma,
                thousands,
                header,
                timeFormat,
                zone,
                frequency,
                irregular,
                sortRows,
                missing,
                value);
    }
}
