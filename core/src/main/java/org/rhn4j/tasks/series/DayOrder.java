package org.rhn4j.tasks.series;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rhn4j.UserError;

/** Decides over a whole column how its stamps are written where the first rows leave a choice. */
final class DayOrder {
    private DayOrder() {}

    /**
     * Reads the file's time column once.
     *
     * @throws UserError if day and month cannot be told apart
     */
    static TimeFormat decide(Path file, SeriesSchema schema, ReadingOptions options, TimeColumns time) {
        try (CsvRows rows = CsvRows.open(file, options)) {
            int series = schema.series() == null ? -1 : rows.column(schema.series());
            Map<TimeFormat, Order> orders = new EnumMap<>(TimeFormat.class);
            time.formats().forEach(format -> orders.put(format, new Order()));
            StampParser parser = new StampParser();
            String first = "";
            while (rows.next() && orders.size() > 1) {
                String cell = TimeColumns.joined(rows, time.columns());
                String id = series < 0 ? "" : rows.cell(series);
                first = first.isEmpty() ? cell : first;
                Set<TimeFormat> fitting = EnumSet.noneOf(TimeFormat.class);
                for (Map.Entry<TimeFormat, Order> each : orders.entrySet()) {
                    if (parser.parse(cell, each.getKey())) {
                        fitting.add(each.getKey());
                        each.getValue().add(id, parser.micros());
                    }
                }
                if (!fitting.isEmpty()) {
                    orders.keySet().retainAll(fitting);
                }
            }
            return choose(rows, time, orders, first);
        }
    }

    private static TimeFormat choose(CsvRows rows, TimeColumns time, Map<TimeFormat, Order> orders, String first) {
        Order days = orders.get(TimeFormat.DAY_FIRST);
        Order months = orders.get(TimeFormat.MONTH_FIRST);
        if (days == null || months == null) {
            return orders.keySet().iterator().next();
        }
        boolean dayFirst = days.isMonotone();
        boolean monthFirst = months.isMonotone();
        if (dayFirst != monthFirst) {
            return dayFirst ? TimeFormat.DAY_FIRST : TimeFormat.MONTH_FIRST;
        }
        if (first.indexOf('.') > 0 && first.indexOf('.') < 3) {
            return TimeFormat.DAY_FIRST;
        }
        throw ambiguous(rows, time, first);
    }

    static UserError ambiguous(CsvRows rows, TimeColumns time, String cell) {
        int column = time.columns().getFirst();
        return new UserError(
                "%s, line 2, column %d (%s): \"%s\" may have the day or the month first, and no row of the column decides it; tell how the stamps are written."
                        .formatted(rows.source(), column + 1, rows.columns().get(column), CsvRows.shortened(cell)),
                List.of("time-format day-first", "time-format month-first"));
    }

    /** Whether the stamps of every series go one way. */
    private static final class Order {
        private final Map<String, Long> last = new HashMap<>();
        private boolean rises;
        private boolean falls;

        void add(String id, long stamp) {
            Long before = last.put(id, stamp);
            if (before != null) {
                rises |= stamp > before;
                falls |= stamp < before;
            }
        }

        boolean isMonotone() {
            return !(rises && falls);
        }
    }
}
