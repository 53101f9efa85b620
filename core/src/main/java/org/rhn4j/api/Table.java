package org.rhn4j.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/**
 * Rows of data for a model: a CSV file, a stream or a text of one, or columns that are in memory already. All are read
 * by one reader, so columns in memory are checked as a file is: one step from row to row, finite values, no stamp twice.
 *
 * <p>Immutable, for any thread. Nothing is read before a model asks for it.
 */
public final class Table {
    private final String name;
    private final @Nullable Path file;
    private final byte @Nullable [] text;

    private Table(String name, @Nullable Path file, byte @Nullable [] text) {
        this.name = name;
        this.file = file;
        this.text = text;
    }

    /** A CSV file; how it is written (encoding, delimiter, decimal mark, time format) is found when it is read. */
    public static Table read(Path file) {
        return new Table(file.toString(), file, null);
    }

    /**
     * A CSV file's bytes, read to the end and held; the caller closes the stream.
     *
     * @param name what errors call it
     * @throws UserError if the stream cannot be read
     */
    public static Table read(InputStream stream, String name) {
        try {
            return new Table(name, null, stream.readAllBytes());
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(name), e);
        }
    }

    /** The text of a CSV file. */
    public static Table ofCsv(String text) {
        return new Table("the table", null, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Columns in memory, of equal length. */
    public static Builder builder() {
        return new Builder();
    }

    /** Takes columns one after another. Not safe for use by several threads at once. */
    public static final class Builder {
        private final Map<String, String[]> columns = new LinkedHashMap<>();

        private Builder() {}

        /**
         * A column of numbers; NaN where a value is missing.
         *
         * @throws UserError if a value is infinite
         */
        public Builder numbers(String column, double... values) {
            return add(column, values.length, row -> {
                if (Double.isInfinite(values[row])) {
                    throw new UserError(
                            "The column \"%s\" has an infinite value in row %d; replace it, or leave it out as NaN."
                                    .formatted(column, row + 1));
                }
                return Double.isNaN(values[row]) ? "" : Double.toString(values[row]);
            });
        }

        /**
         * A column of texts, such as the names of series or units, categories, or stamps as a file has them.
         *
         * @param values the texts; an empty one is missing
         */
        public Builder texts(String column, String... values) {
            return add(column, values.length, row -> '"' + values[row].replace("\"", "\"\"") + '"');
        }

        /** A column of stamps: {@link java.time.Instant}s, {@link java.time.LocalDate}s or the like, written by ISO 8601. */
        public Builder times(String column, List<? extends java.time.temporal.TemporalAccessor> stamps) {
            return add(column, stamps.size(), row -> stamps.get(row).toString());
        }

        private Builder add(String column, int length, java.util.function.IntFunction<String> cell) {
            String[] cells = IntStream.range(0, length).mapToObj(cell).toArray(String[]::new);
            if (columns.putIfAbsent(column, cells) != null) {
                throw new UserError("There are two columns \"%s\"; give each a name of its own.".formatted(column));
            }
            return this;
        }

        /**
         * The table.
         *
         * @throws UserError if there is no column, or columns differ in length
         */
        public Table build() {
            if (columns.isEmpty()) {
                throw new UserError("The table has no column; add one.");
            }
            int rows = columns.values().iterator().next().length;
            StringBuilder text = new StringBuilder();
            List<String> header = new ArrayList<>();
            columns.forEach((column, cells) -> {
                if (cells.length != rows) {
                    throw new UserError("The column \"%s\" has %d rows, but the first has %d; make them equally long."
                            .formatted(column, cells.length, rows));
                }
                header.add('"' + column.replace("\"", "\"\"") + '"');
            });
            text.append(String.join(",", header)).append('\n');
            for (int row = 0; row < rows; row++) {
                int at = row;
                text.append(String.join(
                                ",",
                                columns.values().stream()
                                        .map(cells -> cells[at])
                                        .toList()))
                        .append('\n');
            }
            return ofCsv(text.toString());
        }
    }

    /** Lets something read the table as a file, and calls it by its name where that complains. */
    <T> T read(Function<Path, T> reader) {
        if (file != null) {
            return reader.apply(file);
        }
        try {
            Path copy = Files.createTempFile("rhn4j-table-", ".csv");
            try {
                Files.write(copy, text == null ? new byte[0] : text);
                return reader.apply(copy);
            } catch (UserError e) {
                throw new UserError(String.valueOf(e.getMessage()).replace(copy.toString(), name), e);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new UserError(
                    "The temporary folder %s cannot be written to (%s); make room there, or name another by java.io.tmpdir."
                            .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
                    e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
