package org.rhn4j.tasks.histories;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a table of histories is what.
 *
 * @param unit the column that names the unit
 * @param time the columns that together make the time stamp; none where rows are equally spaced in the file's order
 * @param features the columns to look at; none for all numeric ones that are nothing else
 * @param ignored columns that no feature is to be found among
 * @param censored a column that says yes (1, true, yes) in any row of a unit of which it is not known what became of it;
 *     an empty cell says no; or null
 * @param label a column that tells what became of the unit, the same in all of its rows; null where that is one and the
 *     same for all, {@link #ENDED}
 */
public record HistorySchema(
        String unit,
        List<String> time,
        List<String> features,
        List<String> ignored,
        @Nullable String censored,
        @Nullable String label) {
    /** What became of units where no column tells it. */
    public static final String ENDED = "ended";

    public HistorySchema {
        time = List.copyOf(time);
        features = List.copyOf(features);
        ignored = List.copyOf(ignored);
    }

    /** All numeric columns but the unit's are features; what became of every unit is known, and the same. */
    public static HistorySchema of(String unit) {
        return new HistorySchema(unit, List.of(), List.of(), List.of(), null, null);
    }

    public HistorySchema withTime(String... columns) {
        return new HistorySchema(unit, List.of(columns), features, ignored, censored, label);
    }

    public HistorySchema withFeatures(List<String> columns) {
        return new HistorySchema(unit, time, columns, ignored, censored, label);
    }

    public HistorySchema withIgnored(List<String> columns) {
        return new HistorySchema(unit, time, features, columns, censored, label);
    }

    public HistorySchema withCensored(@Nullable String column) {
        return new HistorySchema(unit, time, features, ignored, column, label);
    }

    public HistorySchema withLabel(@Nullable String column) {
        return new HistorySchema(unit, time, features, ignored, censored, column);
    }
}
