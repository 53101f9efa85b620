package org.rhn4j.tasks.series;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * Which column of a table is what.
 *
 * @param time the columns that together make the time stamp (a date and an hour, say); none to find the column
 * @param rowNumbers true where there is no time: the rows of a series are equally spaced, and numbered from 0
 * @param targets the columns to model; none for all numeric columns that are nothing else
 * @param layout what several target columns are
 * @param series the column that tells series apart in a long table, or null
 * @param known covariates whose future is known in advance
 * @param past covariates known only up to now
 * @param ignored columns that no target is to be found among
 */
public record SeriesSchema(
        List<String> time,
        boolean rowNumbers,
        List<String> targets,
        Layout layout,
        @Nullable String series,
        List<String> known,
        List<String> past,
        List<String> ignored) {
    /** What several target columns are. */
    public enum Layout {
        /** The channels of one series. */
        CHANNELS,
        /** A series each, named by its column. */
        SERIES
    }

    /**
     * @throws UserError if a column is named twice among targets and covariates: one that is both would tell what is to be
     *     found
     */
    public SeriesSchema {
        time = List.copyOf(time);
        targets = List.copyOf(targets);
        known = List.copyOf(known);
        past = List.copyOf(past);
        ignored = List.copyOf(ignored);
        if (rowNumbers && !time.isEmpty()) {
            throw new IllegalArgumentException("rows have either numbers or a time column");
        }
        Map<String, String> roles = new HashMap<>();
        requireNew(roles, targets, "a target");
        requireNew(roles, known, "known in advance");
        requireNew(roles, past, "known up to now");
    }

    private static void requireNew(Map<String, String> roles, List<String> columns, String role) {
        for (String column : columns) {
            String before = roles.put(column, role);
            if (before != null) {
                throw new UserError("The column \"%s\" is named %s; name it once."
                        .formatted(
                                column,
                                before.equals(role) ? "twice as " + role : "as %s and as %s".formatted(before, role)));
            }
        }
    }

    /** A schema of targets alone, of which there may be none; the time column is found. */
    public static SeriesSchema of(String... targets) {
        return new SeriesSchema(
                List.of(), false, List.of(targets), Layout.CHANNELS, null, List.of(), List.of(), List.of());
    }

    public SeriesSchema withTime(String... columns) {
        return new SeriesSchema(List.of(columns), false, targets, layout, series, known, past, ignored);
    }

    public SeriesSchema withRowNumbers() {
        return new SeriesSchema(List.of(), true, targets, layout, series, known, past, ignored);
    }

    public SeriesSchema withTargets(List<String> columns) {
        return new SeriesSchema(time, rowNumbers, columns, layout, series, known, past, ignored);
    }

    public SeriesSchema withLayout(Layout value) {
        return new SeriesSchema(time, rowNumbers, targets, value, series, known, past, ignored);
    }

    public SeriesSchema withSeries(@Nullable String column) {
        return new SeriesSchema(time, rowNumbers, targets, layout, column, known, past, ignored);
    }

    public SeriesSchema withKnown(List<String> columns) {
        return new SeriesSchema(time, rowNumbers, targets, layout, series, columns, past, ignored);
    }

    public SeriesSchema withPast(List<String> columns) {
        return new SeriesSchema(time, rowNumbers, targets, layout, series, known, columns, ignored);
    }

    public SeriesSchema withIgnored(List<String> columns) {
        return new SeriesSchema(time, rowNumbers, targets, layout, series, known, past, columns);
    }
}
