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
    private static final int MOST_SHOWN = 10;

    private final CsvRows rows;
    private final SeriesSchema schema;
    private final ReadingOptions options;
    private final @Nullable StampReader stamps;
    private final @Nullable TimeColumns timeColumns;
    private final int[] columns;
    private final int seriesColumn;
    private final @Nullable List<String>[] levels;
    private final double[] values;
    private final boolean told;
    private final List<String> counting;
    private final Map<String, Long> lastStamps = new HashMap<>();

    private String id = "";
    private long stamp = -1;

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no generic arrays.
    private SeriesRows(
            CsvRows rows,
            SeriesSchema asked,
            ReadingOptions options,
            @Nullable Map<String, List<String>> told,
            @Nullable Path file) {
        this.rows = rows;
        this.told = told != null;
        TimeColumns time = hasTime(asked) ? TimeColumns.find(rows, asked, options) : null;
        this.timeColumns = time;
        this.counting = new ArrayList<>();
        this.schema = resolve(asked, time);
        this.options = resolve(options, time, file);
        ZoneId zone = options.zone() == null ? null : StampReader.zone(options.zone());
        this.stamps = time == null || this.options.timeFormat() == null
                ? null
                : new StampReader(
                        time.columns(),
                        this.options.timeFormat(),
                        zone,
                        isNewestFirst(time, this.options.timeFormat()));
        this.seriesColumn = schema.series() == null ? -1 : rows.column(schema.series());
        List<String> names = new ArrayList<>(schema.targets());
        names.addAll(schema.known());
        names.addAll(schema.past());
        this.columns = names.stream().mapToInt(rows::column).toArray();
        this.values = new double[columns.length];
        this.levels = new List[columns.length];
        for (int i = schema.targets().size(); i < columns.length; i++) {
            if (told == null) {
                levels[i] = isText(columns[i], file, options) ? new ArrayList<>() : null;
            } else {
                levels[i] = told.get(names.get(i));
            }
        }
    }

    /**
     * Opens a file.
     *
     * @throws UserError if it cannot be read or a column that the schema names or needs is not there
     */
    public static SeriesRows open(Path file, SeriesSchema schema, ReadingOptions options) {
        return open(file, schema, options, null);
    }

    /**
     * Opens a file that is to be read like another.
     *
     * @param levels of each covariate that is text, the texts that it may hold; null to find them
     * @throws UserError as {@link #open(Path, SeriesSchema, ReadingOptions)}
     */
    static SeriesRows open(
            Path file, SeriesSchema schema, ReadingOptions options, @Nullable Map<String, List<String>> levels) {
        return open(CsvRows.open(file, options), schema, options, levels, file);
    }

    /**
     * Opens a stream that may grow while it is read.
     *
     * @param source what errors call the stream
     * @throws UserError as {@link #open(Path, SeriesSchema, ReadingOptions)}
     */
    public static SeriesRows open(InputStream stream, String source, SeriesSchema schema, ReadingOptions options) {
        return open(CsvRows.open(stream, source, options), schema, options, null, null);
    }

    private static SeriesRows open(
            CsvRows rows,
            SeriesSchema schema,
            ReadingOptions options,
            @Nullable Map<String, List<String>> levels,
            @Nullable Path file) {
        try {
            return new SeriesRows(rows, schema, options, levels, file);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static boolean hasTime(SeriesSchema schema) {
        return !schema.rowNumbers();
    }

    private SeriesSchema resolve(SeriesSchema schema, @Nullable TimeColumns time) {
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
            if (taken.contains(name)) {
                continue;
            }
            switch (Content.of(rows, i)) {
                case NUMBERS -> {
                    boolean counts = CountingColumn.is(rows, i, schema);
                    (counts ? counting : numeric).add(name);
                }
                case NOTHING -> empty.add(name);
                case TEXT -> {}
            }
        }
        if (numeric.isEmpty()) {
            throw nothingToModel(empty);
        }
        return resolved.withTargets(numeric);
    }

    private UserError nothingToModel(List<String> empty) {
        if (rows.sample().isEmpty()) {
            return noRows(rows.source());
        }
        if (!empty.isEmpty()) {
            return new UserError(
                    "%s, line 2, column %d (%s): all values are missing, and no other column holds numbers."
                            .formatted(rows.source(), rows.column(empty.getFirst()) + 1, empty.getFirst()));
        }
        if (!counting.isEmpty()) {
            return new UserError(
                    "%s, line 1, column %d (%s): it only counts rows or time, and no other column holds numbers; name the column to model."
                            .formatted(rows.source(), rows.column(counting.getFirst()) + 1, counting.getFirst()),
                    List.of("target", "columns", "features"));
        }
        return new UserError(
                "%s, line 1: no column holds numbers to model%s; if something else than a %s separates the cells, tell what does."
                        .formatted(rows.source(), example(), rows.format().delimiterName()),
                List.of("delimiter"));
    }

    /** A text where a number may have been meant, as that of the last column of texts. */
    private String example() {
        for (int column = rows.columns().size() - 1; column >= 0; column--) {
            String name = rows.columns().get(column);
            String cell = column < rows.sample().getFirst().size()
                    ? rows.sample().getFirst().get(column)
                    : "";
            boolean time = timeColumns != null && timeColumns.columns().contains(column);
            if (!time && !rows.numbers().isMissing(cell)) {
                return ", for \"%s\" in column %d (%s) is none".formatted(CsvRows.shortened(cell), column + 1, name);
            }
        }
        return "";
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

    /** Whether a covariate holds a text; of a file whose first rows hold nothing there, anywhere. */
    private boolean isText(int column, @Nullable Path file, ReadingOptions asked) {
        Content first = Content.of(rows, column);
        if (first == Content.NOTHING && file != null) {
            try (CsvRows all = CsvRows.open(file, asked)) {
                while (all.next()) {
                    if (!rows.numbers().isMissing(all.cell(column))) {
                        return !rows.numbers().isNumber(all.cell(column));
                    }
                }
            }
        }
        return rows.sample().stream()
                .filter(row -> column < row.size() && !rows.numbers().isMissing(row.get(column)))
                .anyMatch(row -> !rows.numbers().isNumber(row.get(column)));
    }

    /** Whether the first two rows of one series that differ in their time go back. */
    private boolean isNewestFirst(TimeColumns time, TimeFormat format) {
        int series = schema.series() == null ? -1 : rows.column(schema.series());
        StampParser parser = new StampParser();
        String of = "";
        long before = Long.MIN_VALUE;
        for (List<String> row : rows.sample()) {
            if (row.size() < rows.columns().size() || !parser.parse(TimeColumns.joined(row, time.columns()), format)) {
                continue;
            }
            String name = series < 0 ? "" : row.get(series);
            if (before != Long.MIN_VALUE && name.equals(of) && parser.micros() != before) {
                return parser.micros() < before;
            }
            of = name;
            before = parser.micros();
        }
        return false;
    }

    private ReadingOptions resolve(ReadingOptions asked, @Nullable TimeColumns time, @Nullable Path file) {
        CsvFormat format = rows.format();
        ReadingOptions resolved = asked.withDelimiter(format.delimiter())
                .withDecimalComma(format.marksCertain() ? format.decimalComma() : null)
                .withThousands(format.thousands().isEmpty() ? asked.thousands() : format.thousands());
        if (time == null) {
            return resolved;
        }
        TimeFormat written = time.formats().iterator().next();
        if (time.formats().size() > 1 && file != null) {
            written = DayOrder.decide(file, schema, asked, time);
        } else if (time.formats().contains(TimeFormat.DAY_FIRST)
                && time.formats().contains(TimeFormat.MONTH_FIRST)) {
            throw DayOrder.ambiguous(
                    rows, time, rows.sample().getFirst().get(time.columns().getFirst()));
        }
        return resolved.withTimeFormat(written);
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
        stamp = stamps == null ? (last == null ? 0 : last + 1) : stamps.read(rows, last);
        lastStamps.put(id, stamp);
        for (int i = 0; i < columns.length; i++) {
            List<String> known = levels[i];
            values[i] = known == null ? rows.number(columns[i]) : level(known, columns[i]);
        }
        return true;
    }

    private double level(List<String> known, int column) {
        String cell = rows.cell(column).strip();
        if (!cell.isEmpty() && rows.numbers().isEmpty(cell)) {
            return Double.NaN;
        }
        int index = known.indexOf(cell);
        if (index >= 0) {
            return index;
        }
        // words such as none are texts where the training table had them, and were missing values once
        if (told && rows.numbers().isMissing(cell)) {
            return Double.NaN;
        }
        if (told) {
            throw rows.problem(
                    column,
                    "\"%s\" was not there in training, where this column held %s; put it right, or train on a table that holds it."
                            .formatted(CsvRows.shortened(cell), shown(known)));
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

    private static String shown(List<String> texts) {
        List<String> some = texts.stream()
                .filter(text -> !text.isEmpty())
                .limit(MOST_SHOWN)
                .map(CsvRows::shortened)
                .toList();
        return String.join(", ", some) + (texts.size() > MOST_SHOWN ? ", …" : "");
    }

    /**
     * Whether a cell of the current row says yes; an empty one says no.
     *
     * @throws UserError if there is no such column, or the cell says neither yes nor no
     */
    public boolean flag(String column) {
        return rows.flag(rows.column(column));
    }

    /** The schema with nothing left to be found. */
    public SeriesSchema schema() {
        return schema;
    }

    /**
     * The options with nothing left to be found but the frequency; and the decimal mark, where no number so far has one.
     */
    public ReadingOptions options() {
        boolean found = options.decimalComma() == null && rows.areMarksCertain();
        return found ? options.withDecimalComma(rows.format().decimalComma()) : options;
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

    /**
     * The texts of each covariate that is text, by its name, as far as they have been seen; its values are indices into
     * this list. An empty cell is a text like any other.
     */
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

    /** Columns of numbers that are no targets because they only count rows or time. */
    public List<String> counting() {
        return counting;
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
