package org.rhn4j.tasks.series;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/**
 * Reads a whole table as series on a regular time axis.
 *
 * <p>Encoding, delimiter, decimal mark, time column, its format and the frequency are found unless schema and options
 * tell them; {@link SeriesSet#report} says what was found and what was repaired.
 */
public final class SeriesReader {
    private final SeriesSchema schema;
    private final ReadingOptions options;

    public SeriesReader(SeriesSchema schema, ReadingOptions options) {
        this.schema = schema;
        this.options = options;
    }

    /**
     * Reads a file.
     *
     * @throws UserError if it cannot be read, does not fit into memory, lacks a column, or holds a cell or a time stamp
     *     that cannot be used, told with line and column
     */
    public SeriesSet read(Path file) {
        return read(file, Long.MAX_VALUE);
    }

    /**
     * Reads the first rows of a file; what comes after them is not looked at.
     *
     * @param most rows to read at most
     * @throws UserError as {@link #read(Path)}
     */
    public SeriesSet read(Path file, long most) {
        try (SeriesRows rows = SeriesRows.open(file, schema, options)) {
            Map<String, RowBuffer> buffers = new LinkedHashMap<>();
            MemoryGuard guard = new MemoryGuard(file, size(file), rows.values().length, most);
            while (rows.table().rows() < most && rows.next()) {
                buffers.computeIfAbsent(rows.id(), id -> new RowBuffer(rows.values().length))
                        .add(rows.stamp(), rows.line(), rows.values());
                guard.check(rows.table());
            }
            if (buffers.isEmpty()) {
                throw SeriesRows.noRows(file.toString());
            }
            return new Builder(rows).build(buffers);
        }
    }

    /**
     * The schema with row numbers where it asks for a time column and the file has none; else as it is.
     *
     * @throws UserError if the file cannot be read or made out
     */
    public static SeriesSchema orRowNumbers(Path file, SeriesSchema schema, ReadingOptions options) {
        try (CsvRows rows = CsvRows.open(file, options)) {
            boolean timed = schema.rowNumbers() || TimeColumns.areThere(rows, schema, options);
            return timed ? schema : schema.withRowNumbers();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    /** Makes series of rows that were read. */
    private static final class Builder {
        private final SeriesRows rows;
        private final SeriesSchema schema;
        private final String source;
        private final Repairs repairs = new Repairs();

        Builder(SeriesRows rows) {
            this.rows = rows;
            this.schema = rows.schema();
            this.source = rows.table().source();
        }

        SeriesSet build(Map<String, RowBuffer> buffers) {
            ZoneId zone = rows.zone();
            noteRows();
            RegularGrid grid = new RegularGrid(source, timeColumn(), rows.options(), zone, repairs);
            buffers.replaceAll((id, buffer) -> grid.order(buffer));
            Frequency frequency = frequency(buffers, zone);
            List<Series> series = new ArrayList<>();
            for (Map.Entry<String, RowBuffer> each : buffers.entrySet()) {
                RegularGrid.Gridded gridded = grid.regular(each.getValue(), frequency);
                each.setValue(new RowBuffer(0));
                add(each.getKey(), gridded, series);
            }
            List<Series> usable = usable(series);
            ReadingReport report = new ReadingReport(
                    rows.table().rows(),
                    new Findings(rows, frequency).sentences(usable),
                    repairs.sentences(),
                    rows.options().withFrequency(frequency));
            return new SeriesSet(schema, frequency, rows.levels(), usable, report);
        }

        private void noteRows() {
            CsvRows table = rows.table();
            if (table.text().firstWindowsLine() > 0) {
                repairs.note("Line %d: the text is not UTF-8; it was read as Windows-1252 (Latin-1)."
                        .formatted(table.text().firstWindowsLine()));
            }
            if (table.emptyRows() > 0) {
                repairs.note("%d rows hold nothing at all; they were left out.".formatted(table.emptyRows()));
            }
            if (rows.offsetsVary() && rows.options().zone() == null) {
                repairs.note("Offsets from UTC vary, so hours and days are those of UTC; name the zone, as in --zone"
                        + " Europe/Berlin, for those of the clock there.");
            }
        }

        private String timeColumn() {
            TimeColumns time = rows.timeColumns();
            int column = time == null ? 0 : time.columns().getFirst();
            return "column %d (%s)".formatted(column + 1, rows.table().columns().get(column));
        }

        private Frequency frequency(Map<String, RowBuffer> buffers, @Nullable ZoneId zone) {
            if (rows.options().frequency() != null) {
                return rows.options().frequency();
            }
            if (rows.timeColumns() == null) {
                return Frequency.STEPS;
            }
            List<long[]> stamps =
                    buffers.values().stream().map(RowBuffer::stamps).toList();
            if (rows.options().timeFormat() == TimeFormat.NUMBER) {
                long step = FrequencyFinder.mostFrequentDifference(stamps);
                return new Frequency(Frequency.Unit.STEP, Math.max(1, step));
            }
            FrequencyFinder finder = new FrequencyFinder(zone);
            stamps.forEach(finder::add);
            if (rows.table().rows() == 1) {
                throw new UserError(
                        "%s has one row, so there is no step from row to row; give it more.".formatted(source));
            }
            return finder.find()
                    .orElseThrow(() -> new UserError(
                            "%s: no series has two rows, so there is no step from row to row; name the column that tells series apart with --series only if rows share its values."
                                    .formatted(source)));
        }

        private void add(String id, RegularGrid.Gridded gridded, List<Series> series) {
            double[][] columns = gridded.columns();
            int targets = schema.targets().size();
            int known = schema.known().size();
            double[][] knownColumns = Arrays.copyOfRange(columns, targets, targets + known);
            double[][] pastColumns = Arrays.copyOfRange(columns, targets + known, columns.length);
            if (schema.layout() == SeriesSchema.Layout.CHANNELS) {
                double[][] channels = Arrays.copyOfRange(columns, 0, targets);
                series.add(new Series(id, gridded.axis(), channels, knownColumns, pastColumns));
                return;
            }
            for (int i = 0; i < targets; i++) {
                String column = schema.targets().get(i);
                String name = id.isEmpty() ? column : id + "/" + column;
                series.add(withoutLeadingGap(
                        new Series(name, gridded.axis(), new double[][] {columns[i]}, knownColumns, pastColumns)));
            }
        }

        private static Series withoutLeadingGap(Series series) {
            int first = 0;
            while (first < series.length() && Double.isNaN(series.targets()[0][first])) {
                first++;
            }
            return first == 0 || first == series.length() ? series : series.slice(first, series.length());
        }

        /** Leaves out series without any value; refuses if none is left. */
        private List<Series> usable(List<Series> series) {
            List<Series> usable = new ArrayList<>();
            List<String> empty = new ArrayList<>();
            for (Series each : series) {
                if (each.observedLength() > 0) {
                    usable.add(each);
                } else {
                    empty.add(each.id());
                }
            }
            if (usable.isEmpty()) {
                throw new UserError("%s: all values of %s are missing; name a column that holds some."
                        .formatted(source, quoted(schema.targets())));
            }
            if (!empty.isEmpty()) {
                repairs.note("%d series hold no value and are left out, the first is \"%s\"."
                        .formatted(empty.size(), empty.getFirst()));
            }
            if (schema.layout() == SeriesSchema.Layout.CHANNELS) {
                refuseEmptyChannels(usable);
            }
            return usable;
        }

        private void refuseEmptyChannels(List<Series> series) {
            for (int i = 0; i < schema.targets().size(); i++) {
                int channel = i;
                boolean empty = series.stream()
                        .flatMapToDouble(each -> Arrays.stream(each.targets()[channel]))
                        .allMatch(Double::isNaN);
                if (empty) {
                    String name = schema.targets().get(i);
                    throw new UserError("%s, column %d (%s): all values are missing; leave the column out."
                            .formatted(source, rows.table().column(name) + 1, name));
                }
            }
        }

        private static String quoted(List<String> names) {
            return "\"" + String.join("\", \"", names) + "\"";
        }
    }
}
