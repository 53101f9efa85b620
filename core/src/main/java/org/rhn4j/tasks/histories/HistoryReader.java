package org.rhn4j.tasks.histories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.TimeFormat;

/**
 * Reads a table of histories: rows of any number of units, those of one unit in order of time.
 *
 * <p>Encoding, delimiter, decimal mark and the format of time stamps are found; see
 * {@link org.rhn4j.tasks.series.CsvRows}.
 */
public final class HistoryReader {
    private final HistorySchema schema;
    private final ReadingOptions options;
    private final boolean fill;

    /**
     * A reader.
     *
     * @param fill whether values may be missing (NaN), which are later taken to be the unit's last; otherwise they are refused
     */
    public HistoryReader(HistorySchema schema, ReadingOptions options, boolean fill) {
        this.schema = schema;
        this.options = options;
        this.fill = fill;
    }

    /** The rows of one unit as they are read. */
    private static final class Growing {
        final List<double[]> rows = new ArrayList<>();
        final List<Long> stamps = new ArrayList<>();

        @Nullable
        String label;

        boolean censored;

        History history(String name) {
            return new History(name, stamps(), rows.toArray(double[][]::new), censored ? null : label);
        }

        long[] stamps() {
            return stamps.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * Reads a file.
     *
     * @throws UserError if it cannot be read, lacks a column, holds a cell that cannot be used, a unit's time does not
     *     ascend, or its label changes, told with the line
     */
    public HistorySet read(Path file) {
        Map<String, Growing> units = new LinkedHashMap<>();
        try (HistoryRows rows = HistoryRows.open(file, schema, options, fill)) {
            long count = 0;
            while (rows.next()) {
                add(rows, units.computeIfAbsent(rows.unit(), id -> new Growing()));
                count++;
            }
            if (count == 0) {
                throw new UserError("%s has a header and no rows; give it histories.".formatted(file));
            }
            List<History> histories = new ArrayList<>();
            units.forEach((name, unit) -> histories.add(unit.history(name)));
            TimeFormat format = rows.options().timeFormat();
            Frequency step = Frequency.mostFrequent(
                    units.values().stream().map(Growing::stamps).toList(),
                    format == null || format == TimeFormat.NUMBER);
            return new HistorySet(rows.schema(), rows.options(), step, rows.zone(), histories, count);
        }
    }

    private static void add(HistoryRows rows, Growing unit) {
        if (!unit.stamps.isEmpty() && rows.stamp() <= unit.stamps.getLast()) {
            throw rows.problem(
                    "the time of %s is not after that of its row before; sort each one's rows by time, each time once."
                            .formatted(rows.name()));
        }
        if (unit.label != null && !unit.label.equals(rows.label())) {
            throw rows.problem("%s is labelled \"%s\" here, but \"%s\" before; give all of its rows one label."
                    .formatted(rows.name(), rows.label(), unit.label));
        }
        unit.rows.add(rows.values());
        unit.stamps.add(rows.stamp());
        unit.label = rows.label();
        unit.censored |= rows.censored();
    }
}
