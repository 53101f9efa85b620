package org.rhn4j.tasks.series;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * The rows of a table as a schema sees them, one at a time with constant memory: stamp, series, values.
 *
 * <p>Values come in the order targets, known covariates, past covariates. Rows come as the file has them: stamps are
 * neither sorted nor completed.
 */
public final class SeriesRows implements AutoCloseable {
    private static final int MOST_LEVELS = 100;

    private final CsvRows rows;
    private final SeriesSchema schema;
    private final ReadingOptions options;
    private final @Nullable StampReader stamps;
    private final @Nullable TimeColumns timeColumns;
    private final int[] columns;
    private final int seriesColumn;
    private final @Nullable List<String>[] levels;
    private final double[] values;
    private final Map<String, Long> lastStamps = new HashMap<>();

    private String id = "";
    private long stamp = -1;

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no generic arrays.
    private SeriesRows(CsvRows rows, SeriesSchema asked, ReadingOptions options, @Nullable Path file) {
        this.rows = rows;
        TimeColumns time = hasTime(asked) ? TimeColumns.find(rows, asked, options) : null;
        this.timeColumns = time;
        this.schema = resolve(rows, asked, time);
        this.options = resolve(options, time, file);
        ZoneId zone = options.zone() == null ? null : StampReader.zone(options.zone());
        this.stamps = time == null || this.options.timeFormat() == null
                ? null
                : new StampReader(time.columns(), this.options.timeFormat(), zone);
        this.seriesColumn = schema.series() == null ? -1 : rows.column(schema.series());
        List<String> names = new ArrayList<>(schema.targets());
        names.addAll(schema.known());
        names.addAll(schema.past());
        this.columns = names.stream().mapToInt(rows::column).toArray();
        this.values = new double[columns.length];
        this.levels = new List[columns.length];
        for (int i = schema.targets().size(); i < columns.length; i++) {
            levels[i] = isText(columns[i]) ? new ArrayList<>() : null;
        }
    }

    /**
     * Opens a file.
     *
     * @throws UserError if it cannot be read or a column that the schema names or needs is not there
     */
    public static SeriesRows open(Path file, SeriesSchema schema, ReadingOptions options) {
        return open(CsvRows.open(file, options), schema, options, file);
    }

    /**
     * Opens a stream that may grow while it is read.
     *
     * @param source what errors call the stream
     * @throws UserError as {@link #open(Path, SeriesSchema, ReadingOptions)}
     */
    public static SeriesRows open(InputStream stream, String source, SeriesSchema schema, ReadingOptions options) {
        return open(CsvRows.open(stream, source, options), schema, options, null);
    }

    private static SeriesRows open(CsvRows rows, SeriesSchema schema, ReadingOptions options, @Nullable Path file) {
        try {
            return new SeriesRows(rows, schema, options, file);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static boolean hasTime(SeriesSchema schema) {
        return !schema.rowNumbers();
    }

    private static SeriesSchema resolve(CsvRows rows, SeriesSchema schema, @Nullable TimeColumns time) {
        SeriesSchema resolved = schema;
        if (time != null) {
            resolved = resolved.withTime(
                    time.columns().stream().map(rows.columns()::get).toArray(String[]::new));
        }
        List<String> taken = new ArrayList<>(resolved.time());
        taken.addAll(schema.known());
        taken.addAll(schema.past());
        taken.addAll(schema.ignored());
        schema.ignored().forEach(rows::column);
        if (schema.series() != null) {
            taken.add(schema.series());
        }
        for (String target : schema.targets()) {
            if (taken.contains(target)) {
                throw new UserError(
                        "%s: the column \"%s\" is a target and something else as well; let it be one of both."
                                .formatted(rows.source(), target));
            }
        }
        if (!schema.targets().isEmpty()) {
            return resolved;
        }
        List<String> numeric = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        for (int i = 0; i < rows.columns().size(); i++) {
            String name = rows.columns().get(i);
            // where no other column tells the order of rows, one that counts them is no value that is measured
            boolean counts = schema.rowNumbers() && TimeColumns.isRowNumber(rows, i);
            if (taken.contains(name) || counts) {
                continue;
            }
            switch (Content.of(rows, i)) {
                case NUMBERS -> numeric.add(name);
                case NOTHING -> empty.add(name);
                case TEXT -> {}
            }
        }
        if (numeric.isEmpty()) {
            throw nothingToModel(rows, empty);
        }
        return resolved.withTargets(numeric);
    }

    private static UserError nothingToModel(CsvRows rows, List<String> empty) {
        if (rows.sample().isEmpty()) {
            return noRows(rows.source());
        }
        if (!empty.isEmpty()) {
            return new UserError(
                    "%s, line 2, column %d (%s): all values are missing, and no other column holds numbers."
                            .formatted(rows.source(), rows.column(empty.getFirst()) + 1, empty.getFirst()));
        }
        return new UserError(
                "%s, line 1: no column holds numbers to model; if something else than a %s separates the cells, say --delimiter."
                        .formatted(rows.source(), rows.format().delimiterName()));
    }

    static UserError noRows(String source) {
        return new UserError("%s has a header and no rows; give it values.".formatted(source));
    }

    /** What a column holds, as far as the first rows show. */
    enum Content {
        /** Numbers, more than anything else: a cell that is none is an error, not a reason to leave the column out. */
        NUMBERS,
        TEXT,
        NOTHING;

        static Content of(CsvRows rows, int column) {
            int numbers = 0;
            int texts = 0;
            for (List<String> row : rows.sample()) {
                String cell = column < row.size() ? row.get(column) : "";
                if (!rows.numbers().isMissing(cell)) {
                    numbers += rows.numbers().isNumber(cell) ? 1 : 0;
                    texts += rows.numbers().isNumber(cell) ? 0 : 1;
                }
            }
            return numbers + texts == 0 ? NOTHING : numbers > texts ? NUMBERS : TEXT;
        }
    }

    private boolean isText(int column) {
        return rows.sample().stream()
                .filter(row -> column < row.size() && !rows.numbers().isMissing(row.get(column)))
                .anyMatch(row -> !rows.numbers().isNumber(row.get(column)));
    }

    private ReadingOptions resolve(ReadingOptions asked, @Nullable TimeColumns time, @Nullable Path file) {
        ReadingOptions resolved = asked.withDelimiter(rows.format().delimiter())
                .withDecimalComma(rows.format().decimalComma());
        if (time == null) {
            return resolved;
        }
        TimeFormat format = time.formats().iterator().next();
        if (time.formats().size() > 1 && file != null) {
            format = DayOrder.decide(file, schema, asked, time);
        } else if (time.formats().contains(TimeFormat.DAY_FIRST)
                && time.formats().contains(TimeFormat.MONTH_FIRST)) {
            throw DayOrder.ambiguous(
                    rows, time, rows.sample().getFirst().get(time.columns().getFirst()));
        }
        return resolved.withTimeFormat(format);
    }

    /**
     * Goes to the next row; false at the end.
     *
     * @throws UserError if a cell is not what its column holds
     */
    public boolean next() {
        if (!rows.next()) {
            return false;
        }
        id = seriesColumn < 0 ? "" : rows.cell(seriesColumn).strip();
        if (seriesColumn >= 0 && id.isEmpty()) {
            throw rows.problem(seriesColumn, "the series has no name; fill it in or take the row out.");
        }
        Long last = lastStamps.get(id);
        stamp = stamps == null
                ? (last == null ? 0 : last + 1)
                : stamps.read(rows, last == null ? Long.MIN_VALUE : last);
        lastStamps.put(id, stamp);
        for (int i = 0; i < columns.length; i++) {
            List<String> known = levels[i];
            values[i] = known == null ? rows.number(columns[i]) : level(known, columns[i]);
        }
        return true;
    }

    private double level(List<String> known, int column) {
        String cell = rows.cell(column).strip();
        if (rows.numbers().isMissing(cell)) {
            return Double.NaN;
        }
        int index = known.indexOf(cell);
        if (index >= 0) {
            return index;
        }
        if (known.size() == MOST_LEVELS) {
            throw rows.problem(
                    column,
                    "\"%s\" is the %dth different text of this column, too many to tell apart; leave the column out."
                            .formatted(CsvRows.shortened(cell), MOST_LEVELS + 1));
        }
        known.add(cell);
        return known.size() - 1;
    }

    /**
     * A cell of the current row as it stands there, without blanks around it.
     *
     * @throws UserError if there is no such column
     */
    public String text(String column) {
        return rows.cell(rows.column(column)).strip();
    }

    /** The schema with nothing left to be found. */
    public SeriesSchema schema() {
        return schema;
    }

    /** The options with nothing left to be found but the frequency. */
    public ReadingOptions options() {
        return options;
    }

    /** The series that the current row belongs to; empty where there is only one. */
    public String id() {
        return id;
    }

    /** The stamp of the current row as {@link TimeAxis} counts; the number of the row where there is no time. */
    public long stamp() {
        return stamp;
    }

    /** The zone in which stamps are told, as far as rows have shown by now. */
    public @Nullable ZoneId zone() {
        return stamps == null ? null : stamps.axisZone();
    }

    /** The line of the current row, from 1. */
    public long line() {
        return rows.line();
    }

    /** The current row's values: targets, known and past covariates. The array is used again for the next row. */
    public double[] values() {
        return values;
    }

    /** The columns that are nothing in the schema because of what they hold. */
    List<String> leftOut(Content content) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < rows.columns().size(); i++) {
            int column = i;
            boolean used = Arrays.stream(columns).anyMatch(each -> each == column)
                    || i == seriesColumn
                    || (timeColumns != null && timeColumns.columns().contains(i))
                    || schema.ignored().contains(rows.columns().get(i));
            if (!used && Content.of(rows, i) == content) {
                names.add(rows.columns().get(i));
            }
        }
        return names;
    }

    /** The texts seen so far in a covariate that is text, by its name; its values are indices into this list. */
    public Map<String, List<String>> levels() {
        Map<String, List<String>> seen = new LinkedHashMap<>();
        for (int i = 0; i < columns.length; i++) {
            List<String> texts = levels[i];
            if (texts != null) {
                seen.put(rows.columns().get(columns[i]), List.copyOf(texts));
            }
        }
        return seen;
    }

    CsvRows table() {
        return rows;
    }

    @Nullable
    TimeColumns timeColumns() {
        return timeColumns;
    }

    boolean offsetsVary() {
        return stamps != null && stamps.offsetsVary();
    }

    @Override
    public String toString() {
        return rows.source() + ", line " + rows.line() + ": " + Arrays.toString(values);
    }

    @Override
    public void close() {
        rows.close();
    }
}
