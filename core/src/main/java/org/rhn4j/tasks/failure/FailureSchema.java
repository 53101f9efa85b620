package org.rhn4j.tasks.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a table of histories is what.
 *
 * @param unit the column that names the unit
 * @param time the columns that together make the time stamp; none where rows are equally spaced in the file's order
 * @param features the columns to look at; none for all numeric ones that are nothing else
 * @param ignored columns that no feature is to be found among
 * @param censored a column that is not 0 in any row of a unit that was still running at its last row, or null
 */
public record FailureSchema(
        String unit,
        List<String> time,
        List<String> features,
        List<String> ignored,
        @Nullable String censored) {
    public FailureSchema {
        time = List.copyOf(time);
        features = List.copyOf(features);
        ignored = List.copyOf(ignored);
    }

    /** All numeric columns but the unit's are features; every unit failed at its last row. */
    public static FailureSchema of(String unit) {
        return new FailureSchema(unit, List.of(), List.of(), List.of(), null);
    }

    public FailureSchema withTime(String... columns) {
        return new FailureSchema(unit, List.of(columns), features, ignored, censored);
    }

    public FailureSchema withFeatures(List<String> columns) {
        return new FailureSchema(unit, time, columns, ignored, censored);
    }

    public FailureSchema withIgnored(List<String> columns) {
        return new FailureSchema(unit, time, features, columns, censored);
    }

    public FailureSchema withCensored(@Nullable String column) {
        return new FailureSchema(unit, time, features, ignored, column);
    }
}
