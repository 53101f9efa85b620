package org.rhn4j.tasks.histories;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesRows;
import org.rhn4j.tasks.series.SeriesSchema;

/** The rows of a table of histories, one at a time with constant memory. */
public final class HistoryRows implements AutoCloseable {
    private final String source;
    private final SeriesRows rows;
    private final HistorySchema schema;
    private final boolean fill;

    private HistoryRows(String source, SeriesRows rows, HistorySchema asked, boolean fill) {
        this.source = source;
        this.rows = rows;
        this.fill = fill;
        List<String> ignored = new ArrayList<>(asked.ignored());
        ignored.addAll(rows.counting());
        schema = asked.withFeatures(rows.schema().targets()).withIgnored(ignored);
    }

    /**
     * Opens a file.
     *
     * @param fill whether values may be missing
     * @throws UserError if it cannot be read or lacks a column
     */
    public static HistoryRows open(Path file, HistorySchema schema, ReadingOptions options, boolean fill) {
        return new HistoryRows(file.toString(), SeriesRows.open(file, columns(schema), options), schema, fill);
    }

    /**
     * Opens a stream that may grow while it is read.
     *
     * @param source what errors call the stream
     * @throws UserError as {@link #open(Path, HistorySchema, ReadingOptions, boolean)}
     */
    public static HistoryRows open(
            InputStream stream, String source, HistorySchema schema, ReadingOptions options, boolean fill) {
        return new HistoryRows(source, SeriesRows.open(stream, source, columns(schema), options), schema, fill);
    }

    private static SeriesSchema columns(HistorySchema schema) {
        List<String> ignored = new ArrayList<>(schema.ignored());
        if (schema.label() != null) {
            ignored.add(schema.label());
        }
        if (schema.censored() != null) {
            ignored.add(schema.censored());
        }
        SeriesSchema columns = SeriesSchema.of(schema.features().toArray(String[]::new))
                .withSeries(schema.unit())
                .withIgnored(ignored);
        return schema.time().isEmpty()
                ? columns.withRowNumbers()
                : columns.withTime(schema.time().toArray(String[]::new));
    }

    /**
     * Goes to the next row; false at the end.
     *
     * @throws UserError if a cell is not what its column holds, or is missing where it must not be
     */
    public boolean next() {
        if (!rows.next()) {
            return false;
        }
        for (int c = 0; c < schema.features().size() && !fill; c++) {
            if (Double.isNaN(rows.values()[c])) {
                throw new UserError(
                        "%s, line %d: the value of %s is missing; fill it in, leave the column out, or have the last value taken."
                                .formatted(
                                        source, rows.line(), schema.features().get(c)),
                        List.of("fill"));
            }
        }
        if (label().isEmpty()) {
            throw problem("%s has no label here; fill it in, or take its rows out.".formatted(name()));
        }
        return true;
    }

    /** The unit that the current row belongs to. */
    public String unit() {
        return rows.id();
    }

    /** The current row's features [C], NaN where missing; the caller's. */
    public double[] values() {
        return rows.values().clone();
    }

    /** What the row says that became of its unit; {@link HistorySchema#ENDED} where no column tells. */
    public String label() {
        return schema.label() == null ? HistorySchema.ENDED : rows.text(schema.label());
    }

    /**
     * Whether the row says that it is not known what became of its unit; an empty cell does not.
     *
     * @throws UserError if the cell says neither yes nor no
     */
    public boolean censored() {
        return schema.censored() != null && rows.flag(schema.censored());
    }

    /** The stamp of the current row; its number where there is no time. */
    public long stamp() {
        return rows.stamp();
    }

    /** The schema, features found; columns that only count rows or time are ignored unless they are named as features. */
    public HistorySchema schema() {
        return schema;
    }

    /** The options with nothing left to be found. */
    public ReadingOptions options() {
        return rows.options();
    }

    /** The zone in which stamps are told, as far as rows have shown by now. */
    public @Nullable ZoneId zone() {
        return rows.zone();
    }

    /** What errors call the current row's unit: {@code pump "a"}. */
    String name() {
        return "%s \"%s\"".formatted(schema.unit(), rows.id());
    }

    /** What is wrong with the current row. */
    UserError problem(String text) {
        return new UserError("%s, line %d: %s".formatted(source, rows.line(), text));
    }

    @Override
    public void close() {
        rows.close();
    }
}
