package org.rhn4j.tasks.series;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.NearestName;

/**
 * The rows of a table, one at a time, with constant memory: a file of any length, or a stream that still grows.
 *
 * <p>Encoding, delimiter and decimal mark are found from the first lines unless the options tell them.
 */
public final class CsvRows implements AutoCloseable {
    private static final int SAMPLE = 1 << 18;
    private static final int MOST_NAMES_SHOWN = 30;
    private static final Set<String> YES = Set.of("true", "yes", "y", "t", "on");
    private static final Set<String> NO = Set.of("false", "no", "n", "f", "off");

    private final String source;
    private final EncodedText text;
    private final CsvFormat format;
    private final Numbers numbers;
    private final ReadingOptions options;
    private final long linesBefore;
    /** What numbers tell of their marks where the first rows did not. */
    private final @Nullable NumberMarks marks;

    private final List<List<String>> sample;
    private final @Nullable CloseableIterator<CsvRecord> records;
    private final @Nullable WhiteSpaceRows lines;
    private final List<String> columns;
    private final Map<String, Integer> indices = new HashMap<>();

    private List<String> cells = List.of();
    private @Nullable List<String> held;
    private long line;
    private long rows;
    private long emptyRows;

    private CsvRows(String source, EncodedText text, Sample start, ReadingOptions options) {
        this.source = source;
        this.text = text;
        this.linesBefore = start.linesBefore;
        CsvSniffer sniffer = new CsvSniffer(source, start.text, linesBefore);
        ReadingOptions told = options.delimiter() == null && !start.delimiter.isEmpty()
                ? options.withDelimiter(start.delimiter)
                : options;
        this.format = sniffer.find(told);
        this.options = options;
        this.numbers = new Numbers(format.decimalComma(), format.thousands(), options.missing());
        this.sample = new ArrayList<>(sniffer.records(format.delimiter()).stream()
                .map(CsvSniffer.Sampled::cells)
                .toList());
        this.marks = format.marksCertain() ? null : new NumberMarks(format.delimiter());
        Reader whole = start.whole(text);
        boolean blanks = format.delimiter().equals(CsvFormat.WHITE_SPACE);
        this.lines = blanks ? new WhiteSpaceRows(whole) : null;
        this.records = blanks
                ? null
                : CsvSniffer.builder(format.delimiter()).ofCsvRecord(whole).iterator();
        this.columns = readHeader();
        for (int i = 0; i < columns.size(); i++) {
            indices.put(columns.get(i), i);
        }
    }

    /**
     * Opens a file.
     *
     * @throws UserError if it cannot be read, is empty, has no header, or cannot be made out
     */
    public static CsvRows open(Path file, ReadingOptions options) {
        FileProblems.requireReadableFile(file);
        try {
            return open(Files.newInputStream(file), file.toString(), options, SAMPLE);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    /**
     * Opens a stream that may grow while it is read: two lines must be there, no more is waited for.
     *
     * @param source what errors call the stream
     * @throws UserError as {@link #open(Path, ReadingOptions)}
     */
    public static CsvRows open(InputStream stream, String source, ReadingOptions options) {
        return open(stream, source, options, 1);
    }

    private static CsvRows open(InputStream stream, String source, ReadingOptions options, int sampleSize) {
        EncodedText text = new EncodedText(source, stream);
        try {
            return new CsvRows(source, text, Sample.take(text, sampleSize), options);
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(source), e);
        } catch (RuntimeException e) {
            try {
                text.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /**
     * The beginning of a text, read ahead.
     *
     * @param all that was read, without a first line that tells the delimiter
     * @param text the whole lines of it
     * @param linesBefore 1 where there was such a line, else 0
     * @param delimiter that it tells, or nothing
     */
    private record Sample(String all, String text, long linesBefore, String delimiter) {
        /** The first line of tables that a spreadsheet wrote for itself. */
        private static final Pattern DELIMITER_LINE = Pattern.compile("(?i)\"?sep=([^\r\n])\"?(\r\n|\r|\n)");

        static Sample take(EncodedText from, int size) throws IOException {
            StringBuilder all = new StringBuilder();
            char[] some = new char[1 << 14];
            LineEnds ends = new LineEnds();
            int count = 0;
            while (count >= 0 && (all.length() < size || ends.count < 2)) {
                count = from.read(some, 0, some.length);
                all.append(some, 0, Math.max(0, count));
                ends.look(all);
            }
            Matcher first = DELIMITER_LINE.matcher(all);
            if (first.lookingAt() && ends.count < 3 && count >= 0) {
                count = from.read(some, 0, some.length);
                all.append(some, 0, Math.max(0, count));
                ends.look(all);
            }
            int start = first.lookingAt() ? first.end() : 0;
            int end = count < 0 ? all.length() : Math.max(start, ends.last);
            return new Sample(
                    all.substring(start),
                    all.substring(start, end),
                    start > 0 ? 1 : 0,
                    start > 0 ? first.group(1) : "");
        }

        Reader whole(Reader rest) {
            return new Joined(new StringReader(all), rest);
        }
    }

    /** Counts line ends of a text that grows, looking at each character once: line feeds, carriage returns, or both. */
    private static final class LineEnds {
        private int looked;
        private int count;
        /** Where the line after the last end starts. */
        private int last;

        void look(CharSequence text) {
            for (; looked < text.length(); looked++) {
                char c = text.charAt(looked);
                boolean second = c == '\n' && looked > 0 && text.charAt(looked - 1) == '\r';
                count += c == '\r' || (c == '\n' && !second) ? 1 : 0;
                last = c == '\r' || c == '\n' ? looked + 1 : last;
            }
        }
    }

    /** One reader after another. */
    private static final class Joined extends Reader {
        private final Reader first;
        private final Reader second;
        private boolean firstEnded;

        Joined(Reader first, Reader second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            if (!firstEnded) {
                int count = first.read(target, offset, length);
                if (count >= 0) {
                    return count;
                }
                firstEnded = true;
            }
            return second.read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            second.close();
        }
    }

    private List<String> readHeader() {
        List<String> first = fetch();
        if (first == null) {
            throw new UserError("%s holds no row; name a CSV file with a header and values.".formatted(source));
        }
        List<String> names = new ArrayList<>();
        if (!format.header()) {
            held = first;
            for (int i = 0; i < first.size(); i++) {
                names.add("c" + (i + 1));
            }
            return List.copyOf(names);
        }
        refuseMissingHeader(first);
        for (int i = 0; i < first.size(); i++) {
            String name = first.get(i).strip();
            int same = names.indexOf(name);
            if (same >= 0 && !name.isEmpty()) {
                throw new UserError("%s, line %d, column %d: the name \"%s\" is also that of column %d; rename one."
                        .formatted(source, line, i + 1, name, same + 1));
            }
            names.add(name.isEmpty() ? "c" + (i + 1) : name);
        }
        sample.removeFirst();
        return List.copyOf(names);
    }

    /** A first line whose cells are of the same kinds as those of the second is a row. */
    private void refuseMissingHeader(List<String> first) {
        if (sample.size() < 2 || sample.get(1).size() != first.size()) {
            return;
        }
        int value = -1;
        for (int i = 0; i < first.size(); i++) {
            CellKind above = CellKind.of(first.get(i), numbers);
            CellKind below = CellKind.of(sample.get(1).get(i), numbers);
            if (above != below && above != CellKind.MISSING && below != CellKind.MISSING) {
                return;
            }
            if (value < 0 && (above == CellKind.NUMBER || above == CellKind.TIME)) {
                value = i;
            }
        }
        if (value >= 0) {
            throw new UserError(
                    "%s, line %d, column %d: there is no header, for \"%s\" is a value; add a line of column names, or tell so and call the columns c1, c2, and so on."
                            .formatted(source, line, value + 1, shortened(first.get(value))),
                    List.of("header"));
        }
    }

    /** Goes to the next row; rows of empty cells are passed over. False at the end. */
    public boolean next() {
        List<String> row = held;
        held = null;
        while (row == null) {
            row = fetch();
            if (row == null) {
                return false;
            }
            if (isEmpty(row)) {
                emptyRows++;
                row = null;
            }
        }
        requireColumns(row);
        cells = row;
        rows++;
        return true;
    }

    private void requireColumns(List<String> row) {
        boolean extraEmpty = row.size() > columns.size() && isEmpty(row.subList(columns.size(), row.size()));
        if (row.size() == columns.size() || extraEmpty) {
            return;
        }
        boolean open = row.getLast().indexOf('\n') >= 0;
        String advice = open
                ? "a quote opens there that is not closed in its line"
                : format.delimiter().equals(",") && row.size() > columns.size()
                        ? "check for decimal commas, or a comma in a text that is not in quotes"
                        : "check that line, and the delimiter (here %s)".formatted(format.delimiterName());
        throw new UserError("%s, line %d, column %d: the row has %d cell%s where the header has %d; %s."
                .formatted(
                        source,
                        line,
                        Math.min(row.size(), columns.size()) + 1,
                        row.size(),
                        row.size() == 1 ? "" : "s",
                        columns.size(),
                        advice));
    }

    private static boolean isEmpty(List<String> row) {
        for (String cell : row) {
            if (!cell.isBlank()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable List<String> fetch() {
        try {
            if (lines != null) {
                List<String> row = lines.next();
                line = linesBefore + lines.line();
                return row;
            }
            if (records == null || !records.hasNext()) {
                return null;
            }
            CsvRecord row = records.next();
            line = linesBefore + row.getStartingLineNumber();
            return row.getFields();
        } catch (CsvParseException e) {
            if (e.getCause() instanceof UserError error) {
                throw error;
            }
            throw new UserError(
                    "%s, after line %d: this is not CSV (%s); check the quotes there."
                            .formatted(source, line, e.getMessage()),
                    e);
        } catch (UncheckedIOException e) {
            throw FileProblems.cannotRead(Path.of(source), Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(source), e);
        }
    }

    /** Whether the numbers so far, or an option, tell which mark begins fractions. */
    boolean areMarksCertain() {
        return marks == null || marks.found(options).certain();
    }

    /** What errors call the table. */
    public String source() {
        return source;
    }

    /** How the table is written. */
    public CsvFormat format() {
        return format;
    }

    /** The names of the columns. */
    public List<String> columns() {
        return columns;
    }

    /** The first rows, for finding out about columns; the header is not among them. */
    List<List<String>> sample() {
        return sample;
    }

    Numbers numbers() {
        return numbers;
    }

    EncodedText text() {
        return text;
    }

    /** The line of the current row, from 1. */
    public long line() {
        return line;
    }

    /** The number of rows so far, the current one included. */
    public long rows() {
        return rows;
    }

    /** The number of rows so far that were passed over because every cell was empty. */
    public long emptyRows() {
        return emptyRows;
    }

    /** A cell of the current row as text. */
    public String cell(int column) {
        return cells.get(column);
    }

    /**
     * A cell of the current row as a number; NaN where it is missing.
     *
     * @throws UserError if it is neither, or infinite
     */
    public double number(int column) {
        String cell = cells.get(column);
        double value = numbers.parse(cell);
        if (numbers.isMissing(cell)) {
            return Double.NaN;
        }
        if (Double.isFinite(value)) {
            if (marks != null) {
                requireOneReading(marks, column, cell);
            }
            return value;
        }
        if (numbers.isInfinite(cell)) {
            throw problem(
                    column,
                    "\"%s\" is infinite; leave the cell empty if the value is missing.".formatted(shortened(cell)));
        }
        throw notANumber(column, cell);
    }

    private void requireOneReading(NumberMarks known, int column, String cell) {
        if (!known.add(column, line, cell)) {
            return;
        }
        NumberMarks.Unclear unclear = known.found(options).certain() ? null : known.unclear();
        if (unclear != null) {
            throw new UserError(
                    "%s, line %d, column %d (%s): %s; tell what sets thousands apart."
                            .formatted(
                                    source,
                                    unclear.line(),
                                    unclear.column() + 1,
                                    columns.get(unclear.column()),
                                    unclear.readings()),
                    unclear.settings());
        }
    }

    private UserError notANumber(int column, String cell) {
        String shown = shortened(cell);
        boolean comma = format.decimalComma();
        String other = comma ? "." : ",";
        boolean apart = format.thousands().isEmpty() && new Numbers(comma, other, List.of()).isNumber(cell);
        if (new Numbers(!comma, format.thousands(), List.of()).isNumber(cell)) {
            return problem(
                    column,
                    "\"%s\" has another decimal mark than the numbers before it; write all numbers alike%s."
                            .formatted(shown, apart ? ", or tell what sets thousands apart" : ""),
                    apart ? List.of("thousands " + other) : List.of());
        }
        if (apart) {
            return problem(
                    column,
                    "\"%s\" is a number only where \"%s\" sets thousands apart; tell so, or write it without."
                            .formatted(shown, other),
                    List.of("thousands " + other));
        }
        if (format.thousands().isEmpty() && new Numbers(comma, " ", List.of()).isNumber(cell)) {
            return problem(
                    column,
                    "\"%s\" is a number only where blanks set thousands apart; tell so, or write it without."
                            .formatted(shown),
                    List.of("thousands space"));
        }
        return problem(
                column,
                "\"%s\" is not a number; leave the cell empty if the value is missing, or leave the column out."
                        .formatted(shown));
    }

    /**
     * Whether a cell of the current row says yes; an empty one says no, as does a missing value.
     *
     * @throws UserError if it says neither yes nor no
     */
    public boolean flag(int column) {
        String cell = cells.get(column).strip();
        ReadingOptions.YesNo told = options.yesNo();
        if (told != null && told.yes().contains(cell)) {
            return true;
        }
        if (numbers.isMissing(cell) || (told != null && told.no().contains(cell))) {
            return false;
        }
        double number = numbers.parse(cell);
        String word = cell.toLowerCase(Locale.ROOT);
        if (number == 1 || YES.contains(word)) {
            return true;
        }
        if (number == 0 || NO.contains(word)) {
            return false;
        }
        throw problem(
                column,
                "\"%s\" says neither yes nor no; write 1 or 0, or tell which texts say yes and which no."
                        .formatted(shortened(cell)),
                List.of("yes", "no"));
    }

    /** An error about a cell of the current row. */
    UserError problem(int column, String sentence) {
        return problem(column, sentence, List.of());
    }

    /** An error about a cell of the current row that a setting would mend. */
    UserError problem(int column, String sentence, List<String> settings) {
        return new UserError(
                "%s, line %d, column %d (%s): %s".formatted(source, line, column + 1, columns.get(column), sentence),
                settings);
    }

    static String shortened(String cell) {
        String text = cell.strip();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /**
     * The index of a column.
     *
     * @throws UserError if there is none of that name; the nearest is suggested
     */
    public int column(String name) {
        Integer index = indices.get(name);
        if (index != null) {
            return index;
        }
        Optional<String> nearest = NearestName.of(name, columns);
        String hint;
        List<String> settings = List.of();
        if (nearest.isPresent()) {
            hint = "did you mean \"%s\"?".formatted(nearest.get());
        } else if (columns.size() == 1) {
            hint =
                    "its only column is \"%s\"; if something else than a comma, semicolon, tab or bar separates the cells, tell what does."
                            .formatted(shortened(columns.getFirst()));
            settings = List.of("delimiter");
        } else {
            String names = String.join(", ", columns.subList(0, Math.min(MOST_NAMES_SHOWN, columns.size())));
            hint = "it has %s%s.".formatted(names, columns.size() > MOST_NAMES_SHOWN ? ", …" : "");
        }
        throw new UserError(
                "%s, line %d: there is no column \"%s\"; %s".formatted(source, linesBefore + 1, name, hint), settings);
    }

    @Override
    public void close() {
        try {
            text.close();
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(source), e);
        }
    }
}
