package org.rhn4j.tasks.series;

import java.util.List;

/**
 * What reading a table found out and put right.
 *
 * @param rows how many rows of values the table has
 * @param found what was found: encoding, delimiter, time column, frequency; a sentence each
 * @param warnings what was repaired or looks odd, with its line; a sentence each
 * @param options how the table was read: with these, the next file is read the same way and nothing is guessed
 */
public record ReadingReport(long rows, List<String> found, List<String> warnings, ReadingOptions options) {
    public ReadingReport {
        found = List.copyOf(found);
        warnings = List.copyOf(warnings);
    }
}
