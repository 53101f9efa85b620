package org.rhn4j.tasks.failure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesRows;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeFormat;

/**
 * Reads a table of histories: rows of any number of units, those of one unit in order of time.
 *
 * <p>Encoding, delimiter, decimal mark and the format of time stamps are found; see
 * {@link org.rhn4j.tasks.series.CsvRows}.
 */
public final class FailureReader {
    private final FailureSchema schema;
    private final ReadingOptions options;
    private final boolean fill;

    /**
     * A reader.
     *
     * @param fill whether values may be missing (NaN), which are later taken to be the unit's last; otherwise they are refused
     */
    public FailureReader(FailureSchema schema, ReadingOptions options, boolean fill) {
        this.schema = schema;
        this.options = options;
        this.fill = fill;
    }

    /** The rows of one unit as they are read. */
    private static final class Growing {
        final List<double[]> rows = new ArrayList<>();
        final List<Long> stamps = new ArrayList<>();
        boolean censored;
    }

    /**
     * Reads a file.
     *
     * @throws UserError if it cannot be read, lacks a column, holds a cell that cannot be used, or a unit's time does
     *     not ascend, told with the line
     */
    public FailureSet read(Path file) {
        SeriesSchema columns = SeriesSchema.of(schema.features().toArray(String[]::new))
                .withSeries(schema.unit())
                .withIgnored(schema.ignored())
                .withPast(schema.censored() == null ? List.of() : List.of(schema.censored()));
        columns = schema.time().isEmpty()
                ? columns.withRowNumbers()
                : columns.withTime(schema.time().toArray(String[]::new));
        Map<String, Growing> units = new LinkedHashMap<>();
        try (SeriesRows rows = SeriesRows.open(file, columns, options)) {
            List<String> features = rows.schema().targets();
            long count = 0;
            while (rows.next()) {
                add(file, rows, features, units.computeIfAbsent(rows.id(), id -> new Growing()));
                count++;
            }
            if (count == 0) {
                throw new UserError("%s has a header and no rows; give it histories.".formatted(file));
            }
            return new FailureSet(
                    schema.withFeatures(features),
                    rows.options(),
                    step(rows, units),
                    rows.zone(),
                    histories(units),
                    count);
        }
    }

    private void add(Path file, SeriesRows rows, List<String> features, Growing unit) {
        if (!unit.stamps.isEmpty() && rows.stamp() <= unit.stamps.getLast()) {
            throw new UserError(
                    "%s, line %d: the time of unit \"%s\" is not after that of its row before; sort each unit's rows by time, each time once."
                            .formatted(file, rows.line(), rows.id()));
        }
        double[] values = Arrays.copyOf(rows.values(), features.size());
        for (int c = 0; c < values.length; c++) {
            if (fill || !Double.isNaN(values[c])) {
                continue;
            }
            throw new UserError(
                    "%s, line %d: the value of %s is missing; fill it in, leave the column out, or take the unit's last value by --fill."
                            .formatted(file, rows.line(), features.get(c)));
        }
        unit.rows.add(values);
        unit.stamps.add(rows.stamp());
        unit.censored |= schema.censored() != null && rows.values()[features.size()] != 0;
    }

    private static Frequency step(SeriesRows rows, Map<String, Growing> units) {
        TimeFormat format = rows.options().timeFormat();
        return Frequency.mostFrequent(
                units.values().stream().map(unit -> stamps(unit)).toList(),
                format == null || format == TimeFormat.NUMBER);
    }

    private static List<UnitHistory> histories(Map<String, Growing> units) {
        List<UnitHistory> histories = new ArrayList<>();
        units.forEach((name, unit) ->
                histories.add(new UnitHistory(name, stamps(unit), unit.rows.toArray(double[][]::new), !unit.censored)));
        return histories;
    }

    private static long[] stamps(Growing unit) {
        return unit.stamps.stream().mapToLong(Long::longValue).toArray();
    }
}
