package org.rhn4j.tasks.series;

import java.util.List;
import java.util.Map;

/**
 * How a table is written.
 *
 * @param delimiter what separates cells: one character, or {@link #WHITE_SPACE} for any run of blanks
 * @param decimalComma whether numbers are written as 1,5 rather than 1.5
 * @param thousands the character that sets thousands apart; {@link ReadingOptions#NO_THOUSANDS} where none does
 * @param marksCertain whether a number seen so far, or an option, tells which mark is which
 * @param header whether the first line holds the columns' names; without it they are c1, c2, …
 */
public record CsvFormat(
        String delimiter, boolean decimalComma, String thousands, boolean marksCertain, boolean header) {
    /** The delimiter of files whose columns are set apart by one or more blanks. */
    public static final String WHITE_SPACE = " ";

    static final List<String> KNOWN_DELIMITERS = List.of(",", ";", "\t", "|");

    private static final Map<String, String> NAMES =
            Map.of(",", "comma", ";", "semicolon", "\t", "tab", "|", "vertical bar", WHITE_SPACE, "white space");

    public CsvFormat {
        if (delimiter.length() != 1) {
            throw new IllegalArgumentException("a delimiter is one character, not \"" + delimiter + "\"");
        }
    }

    /** The delimiter as a word. */
    String delimiterName() {
        return NAMES.getOrDefault(delimiter, "\"" + delimiter + "\"");
    }
}
