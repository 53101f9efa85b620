package org.rhn4j.pilot;

import java.util.List;

/**
 * What the pilot ran on.
 *
 * @param name of the file
 * @param target the column that is forecast
 * @param found what reading the file found out: time column, step, missing values; a sentence each
 * @param series how many series
 * @param rows rows of all series
 * @param missing how many of the target's values are missing
 * @param first the first time stamp
 * @param last the last time stamp
 * @param stepUnit what the time from row to row is counted in
 * @param step how many of these
 * @param season rows of a season
 * @param horizon rows that are forecast at once
 * @param context rows of the past that a forecast sees
 * @param validationFrom the first time stamp of the validation part
 * @param testFrom the first time stamp of the test part
 */
public record PilotData(
        String name,
        String target,
        List<String> found,
        int series,
        long rows,
        long missing,
        String first,
        String last,
        StepUnit stepUnit,
        double step,
        int season,
        int horizon,
        int context,
        String validationFrom,
        String testFrom) {
    /** Units of time. */
    public enum StepUnit {
        /** Rows are numbered and have no time. */
        ROW,
        SECOND,
        MINUTE,
        HOUR,
        DAY,
        BUSINESS_DAY,
        MONTH
    }

    /** Copies the list. */
    public PilotData {
        found = List.copyOf(found);
    }
}
