package org.rhn4j.tasks.series;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rhn4j.UserError;

/**
 * The columns that hold a table's time stamps, and what formats the first rows allow.
 *
 * @param columns their indices
 * @param formats formats that fit every cell of the sample, at least one
 * @param alsoTime names of other columns that hold stamps
 */
record TimeColumns(List<Integer> columns, Set<TimeFormat> formats, List<String> alsoTime) {
    private static final String ROW_NUMBERS = "row-numbers";

    /** Finds the time columns that a schema names or leaves to be found. */
    static TimeColumns find(CsvRows rows, SeriesSchema schema, ReadingOptions options) {
        if (!schema.time().isEmpty()) {
            List<Integer> columns = schema.time().stream().map(rows::column).toList();
            Set<TimeFormat> formats = formats(rows, columns, options, true);
            return new TimeColumns(columns, formats, List.of());
        }
        return search(rows, schema, options)
                .orElseThrow(() -> new UserError(
                        "%s, line 1: no column holds time stamps; name it and how they are written, or have rows taken as equally spaced."
                                .formatted(rows.source()),
                        List.of("time", "time-format", ROW_NUMBERS)));
    }

    /** Whether the schema names time columns, or some can be found. */
    static boolean areThere(CsvRows rows, SeriesSchema schema, ReadingOptions options) {
        return !schema.time().isEmpty() || search(rows, schema, options).isPresent();
    }

    private static Optional<TimeColumns> search(CsvRows rows, SeriesSchema schema, ReadingOptions options) {
        List<TimeColumns> found = new ArrayList<>();
        List<TimeColumns> wellNamed = new ArrayList<>();
        for (int column = 0; column < rows.columns().size(); column++) {
            String name = rows.columns().get(column);
            if (isUsed(schema, name)) {
                continue;
            }
            boolean named = ColumnNames.maySayTime(name);
            Set<TimeFormat> formats = formats(rows, List.of(column), options, false);
            // 6.2024 may be a month, and is a number
            boolean numbers = SeriesRows.Content.of(rows, column) == SeriesRows.Content.NUMBERS;
            formats.removeIf(format -> format == TimeFormat.NUMBER || ((format.isBareNumber() || numbers) && !named));
            if (!formats.isEmpty()) {
                TimeColumns candidate = new TimeColumns(List.of(column), formats, List.of());
                found.add(candidate);
                if (named) {
                    wellNamed.add(candidate);
                }
            }
        }
        if (found.isEmpty()) {
            refuseAlmostTime(rows, schema, options);
            refuseUnread(rows, schema);
            return Optional.empty();
        }
        TimeColumns chosen = wellNamed.isEmpty() ? found.getFirst() : wellNamed.getFirst();
        List<String> others = found.stream()
                .filter(other -> !other.equals(chosen))
                .map(other -> rows.columns().get(other.columns.getFirst()))
                .toList();
        return Optional.of(new TimeColumns(chosen.columns, chosen.formats, others));
    }

    /** A column of stamps with a few cells that are none is an error to tell, not a table without time. */
    private static void refuseAlmostTime(CsvRows rows, SeriesSchema schema, ReadingOptions options) {
        StampParser parser = new StampParser();
        for (int i = 0; i < rows.columns().size(); i++) {
            int column = i;
            if (SeriesRows.Content.of(rows, column) == SeriesRows.Content.NUMBERS) {
                continue;
            }
            List<String> cells = rows.sample().stream()
                    .filter(row -> column < row.size() && !row.get(column).isBlank())
                    .map(row -> row.get(column))
                    .toList();
            for (TimeFormat format : TimeFormat.values()) {
                long stamps = cells.stream()
                        .filter(cell -> parser.parse(cell, format))
                        .count();
                boolean mostly = 2 * stamps > cells.size() && !format.isBareNumber();
                if (mostly && !isUsed(schema, rows.columns().get(i))) {
                    formats(rows, List.of(i), options, true);
                }
            }
        }
    }

    /** A column that is called time or date and holds texts, or called date and holds numbers, is one that is not read. */
    private static void refuseUnread(CsvRows rows, SeriesSchema schema) {
        // a single column may be several that another delimiter parts
        for (int column = 0; column < rows.columns().size() && rows.columns().size() > 1; column++) {
            String name = rows.columns().get(column);
            SeriesRows.Content content = SeriesRows.Content.of(rows, column);
            boolean meant = content == SeriesRows.Content.TEXT
                    ? ColumnNames.sayTime(name)
                    : content == SeriesRows.Content.NUMBERS && ColumnNames.sayDate(name);
            if (!meant || isUsed(schema, name)) {
                continue;
            }
            for (List<String> row : rows.sample()) {
                String cell = column < row.size() ? row.get(column) : "";
                if (!rows.numbers().isMissing(cell)) {
                    throw notTime(rows, List.of(column), cell, EnumSet.allOf(TimeFormat.class));
                }
            }
        }
    }

    private static boolean isUsed(SeriesSchema schema, String name) {
        return schema.targets().contains(name)
                || schema.ignored().contains(name)
                || name.equals(schema.series())
                || schema.known().contains(name)
                || schema.past().contains(name);
    }

    private static Set<TimeFormat> formats(
            CsvRows rows, List<Integer> columns, ReadingOptions options, boolean required) {
        if (options.timeFormat() != null) {
            return EnumSet.of(options.timeFormat());
        }
        Set<TimeFormat> possible = EnumSet.allOf(TimeFormat.class);
        StampParser parser = new StampParser();
        boolean any = false;
        for (List<String> row : rows.sample()) {
            if (columns.stream().anyMatch(column -> column >= row.size())) {
                continue;
            }
            String cell = joined(row, columns);
            if (cell.isBlank()) {
                continue;
            }
            any = true;
            Set<TimeFormat> before = EnumSet.copyOf(possible);
            possible.removeIf(format -> !parser.parse(cell, format));
            if (possible.isEmpty()) {
                if (required) {
                    throw notTime(rows, columns, cell, before);
                }
                return possible;
            }
        }
        if (!any && required) {
            throw new UserError(
                    "%s, line 2, column %d (%s): the time column is empty; name another."
                            .formatted(
                                    rows.source(),
                                    columns.getFirst() + 1,
                                    rows.columns().get(columns.getFirst())),
                    List.of("time"));
        }
        return any ? possible : EnumSet.noneOf(TimeFormat.class);
    }

    private static UserError notTime(CsvRows rows, List<Integer> columns, String cell, Set<TimeFormat> before) {
        String expected = before.size() == TimeFormat.values().length
                ? "is not a time stamp that can be read"
                : "is not written as the stamps before it (%s)"
                        .formatted(before.iterator().next().label());
        long line = 1;
        while (rows.next()) {
            if (joined(rows, columns).equals(cell)) {
                line = rows.line();
                break;
            }
        }
        return new UserError(
                "%s, line %d, column %d (%s): \"%s\" %s; write it as 2024-03-31 or 2024-03-31 12:00:00."
                        .formatted(
                                rows.source(),
                                line,
                                columns.getFirst() + 1,
                                rows.columns().get(columns.getFirst()),
                                CsvRows.shortened(cell),
                                expected),
                List.of("time-format", ROW_NUMBERS));
    }

    /** The stamp that the current row's time columns make together. */
    static String joined(CsvRows rows, List<Integer> columns) {
        if (columns.size() == 1) {
            return rows.cell(columns.getFirst());
        }
        return join(columns.stream().map(rows::cell).map(String::strip).toList());
    }

    static String joined(List<String> row, List<Integer> columns) {
        if (columns.size() == 1) {
            return row.get(columns.getFirst());
        }
        return join(columns.stream().map(row::get).map(String::strip).toList());
    }

    /** Date and time with a blank between them; year, month and day of their own as 2024-3-31, then the hour. */
    private static String join(List<String> cells) {
        boolean parts = cells.getFirst().matches("\\d{4}") && cells.get(1).matches("\\d{1,2}");
        if (!parts) {
            return String.join(" ", cells);
        }
        int dateParts = Math.min(3, cells.size());
        String date = String.join("-", cells.subList(0, dateParts));
        String time = String.join(":", cells.subList(dateParts, cells.size()));
        return time.isEmpty() ? date : date + " " + time;
    }
}
