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
    private final @Nullable Map<String, List<String>> levels;

    public SeriesReader(SeriesSchema schema, ReadingOptions options) {
        this(schema, options, null);
    }

    /**
     * A reader for what is to be read like another table, such as the one that a model was trained on.
     *
     * @param levels {@link SeriesSet#levels} of that table: which covariates are texts, and which texts they may hold;
     *     null to find them
     */
    public SeriesReader(SeriesSchema schema, ReadingOptions options, @Nullable Map<String, List<String>> levels) {
        this.schema = schema;
        this.options = options;
        this.levels = levels;
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
        try (SeriesRows rows = SeriesRows.open(file, schema, options, levels)) {
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
     * This reader, which takes the rows of a file as equally spaced if it is to find a time column and there is none.
     *
     * @throws UserError if the file cannot be read or made out, or a column is called time or date and holds neither
     */
    public SeriesReader orRowNumbers(Path file) {
        try (CsvRows rows = CsvRows.open(file, options)) {
            boolean timed = schema.rowNumbers() || TimeColumns.areThere(rows, schema, options);
            return timed ? this : new SeriesReader(schema.withRowNumbers(), options, levels);
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
            buffers.values().forEach(this::noteFarValues);
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
                repairs.note("Offsets from UTC vary, so hours and days are those of UTC; name the zone, such as"
                        + " Europe/Berlin, for those of the clock there.");
            }
        }

        private void noteFarValues(RowBuffer buffer) {
            for (int i = 0; i < schema.targets().size(); i++) {
                double[] values = buffer.column(i);
                FarValues far = FarValues.of(values);
                for (int row = 0; row < values.length; row++) {
                    if (far.isFar(values[row])) {
                        repairs.far(buffer.line(row), schema.targets().get(i), values[row]);
                    }
                }
            }
        }

        private String timeColumn() {
            TimeColumns time = rows.timeColumns();
            int column = time == null ? 0 : time.columns().getFirst();
            return "column %d (%s)".formatted(column + 1, rows.table().columns().get(column));
        }

        private Frequency frequency(Map<String, RowBuffer> buffers, @Nullable ZoneId zone) {
            Frequency told = rows.options().frequency();
            if (told != null && (told.unit() != Frequency.Unit.MONTH || told.day() != null)) {
                return told;
            }
            if (rows.timeColumns() == null) {
                return told == null ? Frequency.STEPS : told;
            }
            List<long[]> stamps =
                    buffers.values().stream().map(RowBuffer::stamps).toList();
            if (told != null) {
                FrequencyFinder days = new FrequencyFinder(zone);
                stamps.forEach(days::add);
                return days.monthly(told.count()).orElse(told);
            }
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
                            "%s: no series has two rows, so there is no step from row to row; name the column that tells series apart only if rows share its values."
                                    .formatted(source),
                            List.of("series")));
        }

        private void add(String id, RegularGrid.Gridded gridded, List<Series> series) {
            double[][] columns = gridded.columns();
            Map<String, List<String>> texts = rows.levels();
            int targets = schema.targets().size();
            int known = schema.known().size();
            double[][] knownColumns = Arrays.copyOfRange(columns, targets, targets + known);
            double[][] pastColumns = Arrays.copyOfRange(columns, targets + known, columns.length);
            if (schema.layout() == SeriesSchema.Layout.CHANNELS) {
                double[][] channels = Arrays.copyOfRange(columns, 0, targets);
                series.add(new Series(id, gridded.axis(), channels, knownColumns, pastColumns, texts));
                return;
            }
            for (int i = 0; i < targets; i++) {
                String column = schema.targets().get(i);
                String name = id.isEmpty() ? column : id + "/" + column;
                series.add(withoutLeadingGap(new Series(
                        name, gridded.axis(), new double[][] {columns[i]}, knownColumns, pastColumns, texts)));
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
