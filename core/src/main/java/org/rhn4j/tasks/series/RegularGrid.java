package org.rhn4j.tasks.series;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * Puts the rows of one series on a regular axis.
 *
 * <p>Gaps become rows of missing values. Rows given twice alike are taken once, a series written newest first is turned
 * round, stamps a little off the step (a twentieth at most) are moved onto it; all of it is counted and told. Anything
 * else that breaks the order is refused.
 */
final class RegularGrid {
    private static final int SNAP = 20;
    private static final int LARGEST_GROWTH = 20;
    private static final long HOUR = 3_600_000_000L;
    private static final String ZONE = "zone Europe/Berlin";
    private static final List<String> STEP = List.of("frequency", "irregular as-rows");

    private final String source;
    private final String timeColumn;
    private final ReadingOptions options;
    private final @Nullable ZoneId zone;
    private final Repairs repairs;
    private final TimeAxis texts;

    /** @param timeColumn what errors call the time column, such as {@code column 1 (date)} */
    RegularGrid(String source, String timeColumn, ReadingOptions options, @Nullable ZoneId zone, Repairs repairs) {
        this.source = source;
        this.timeColumn = timeColumn;
        this.options = options;
        this.zone = zone;
        this.repairs = repairs;
        boolean timeless = options.timeFormat() == null || options.timeFormat() == TimeFormat.NUMBER;
        this.texts = timeless ? TimeAxis.rows(0) : TimeAxis.regular(0, Frequency.HOURLY, zone);
    }

    /** The rows in order of time, each stamp once. */
    RowBuffer order(RowBuffer rows) {
        RowBuffer ordered = rows;
        int back = firstStepBack(rows);
        if (back >= 0) {
            if (isNewestFirst(rows)) {
                repairs.newestFirst(rows.line(0));
                ordered = rows.select(IntStream.range(0, rows.size())
                        .map(i -> rows.size() - 1 - i)
                        .toArray());
            } else if (options.sortRows()) {
                repairs.sorted(rows.line(back));
                ordered = rows.select(IntStream.range(0, rows.size())
                        .boxed()
                        .sorted(Comparator.comparingLong(rows::stamp))
                        .mapToInt(Integer::intValue)
                        .toArray());
            } else {
                throw outOfOrder(rows, back);
            }
        }
        return options.irregular() == ReadingOptions.Irregular.AS_ROWS ? ordered : withoutDuplicates(ordered);
    }

    private static int firstStepBack(RowBuffer rows) {
        for (int i = 1; i < rows.size(); i++) {
            if (rows.stamp(i) < rows.stamp(i - 1)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isNewestFirst(RowBuffer rows) {
        for (int i = 1; i < rows.size(); i++) {
            if (rows.stamp(i) > rows.stamp(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private RowBuffer withoutDuplicates(RowBuffer rows) {
        int[] kept = new int[rows.size()];
        int count = 0;
        for (int i = 0; i < rows.size(); i++) {
            int before = count == 0 ? -1 : kept[count - 1];
            if (before >= 0 && rows.stamp(i) == rows.stamp(before)) {
                if (!rows.sameValues(i, before)) {
                    throw duplicate(rows, i, before);
                }
                repairs.duplicate(rows.line(i));
            } else {
                kept[count++] = i;
            }
        }
        return count == rows.size() ? rows : rows.select(Arrays.copyOf(kept, count));
    }

    private UserError outOfOrder(RowBuffer rows, int row) {
        boolean clock = clockSetBack(rows.stamp(row - 1) - rows.stamp(row));
        return new UserError(
                "%s, line %d, %s: time goes back from %s to %s; %s"
                        .formatted(
                                source,
                                rows.line(row),
                                timeColumn,
                                texts.text(rows.stamp(row - 1)),
                                texts.text(rows.stamp(row)),
                                clock
                                        ? "if the clock was set back there, name its zone; else sort the file by time,"
                                                + " or have it sorted."
                                        : "sort the file by time, or have it sorted."),
                clock ? List.of(ZONE, "sort-rows") : List.of("sort-rows"));
    }

    private UserError duplicate(RowBuffer rows, int row, int before) {
        boolean clock = clockSetBack(0);
        String advice = clock
                ? "if the clock was set back there, name its zone; if the rows are of several series, tell these apart,"
                        + " by a column or by files of their own; else take one row out."
                : "take one row out, or, if the rows are of several series, tell these apart, by a column or by files"
                        + " of their own.";
        return new UserError(
                "%s, line %d, %s: %s stands in line %d already, with other values; %s"
                        .formatted(
                                source,
                                rows.line(row),
                                timeColumn,
                                texts.text(rows.stamp(row)),
                                rows.line(before),
                                advice),
                clock ? List.of(ZONE, "series") : List.of("series"));
    }

    private boolean clockSetBack(long stepBack) {
        return zone == null && !texts.frequency().isTimeless() && stepBack <= HOUR;
    }

    /**
     * The series on its axis.
     *
     * @param rows as {@link #order} leaves them
     * @return [columns][n] and the axis
     */
    Gridded regular(RowBuffer rows, Frequency frequency) {
        if (options.irregular() == ReadingOptions.Irregular.AS_ROWS) {
            return asRows(rows, frequency);
        }
        TimeAxis axis = TimeAxis.regular(rows.stamp(0), frequency, zone);
        int[] places = places(rows, axis);
        int length = places[places.length - 1] + 1;
        double[][] columns = new double[rows.columnCount()][length];
        for (int i = 0; i < columns.length; i++) {
            Arrays.fill(columns[i], Double.NaN);
            for (int row = 0; row < places.length; row++) {
                columns[i][places[row]] = rows.value(i, row);
            }
        }
        return new Gridded(axis, columns);
    }

    /** An axis and columns [columns][n] on it. */
    record Gridded(TimeAxis axis, double[][] columns) {}

    private Gridded asRows(RowBuffer rows, Frequency frequency) {
        long[] stamps = rows.stamps();
        TimeAxis regular = TimeAxis.regular(stamps[0], frequency, zone);
        int odd = 0;
        while (odd < stamps.length && regular.stampAt(odd) == stamps[odd]) {
            odd++;
        }
        if (odd < stamps.length) {
            repairs.irregular(rows.line(odd));
        }
        double[][] columns =
                IntStream.range(0, rows.columnCount()).mapToObj(rows::column).toArray(double[][]::new);
        return new Gridded(odd == stamps.length ? regular : TimeAxis.listed(stamps, frequency, zone), columns);
    }

    /** The index on the axis of each row. */
    private int[] places(RowBuffer rows, TimeAxis axis) {
        int[] places = new int[rows.size()];
        int offStep = 0;
        int firstOff = -1;
        for (int row = 0; row < places.length; row++) {
            long place = place(rows, row, axis);
            boolean taken = row > 0 && place <= places[row - 1];
            if (place < 0 || taken) {
                offStep++;
                firstOff = firstOff < 0 ? row : firstOff;
                places[row] = row == 0 ? 0 : places[row - 1];
                continue;
            }
            if (place > (long) LARGEST_GROWTH * rows.size() + 1000) {
                throw tooSparse(rows, row, axis.frequency());
            }
            places[row] = (int) place;
            if (row > 0 && place > places[row - 1] + 1) {
                repairs.gap(rows.line(row), place - places[row - 1] - 1, texts.text(rows.stamp(row - 1)));
            }
        }
        if (firstOff >= 0) {
            throw irregular(rows, firstOff, offStep, axis.frequency());
        }
        return places;
    }

    private long place(RowBuffer rows, int row, TimeAxis axis) {
        long stamp = rows.stamp(row);
        long exact = axis.indexOf(stamp);
        if (exact != Long.MIN_VALUE || axis.frequency().unit() != Frequency.Unit.MICROSECOND) {
            return exact;
        }
        long step = axis.frequency().count();
        long nearest = Math.floorDiv(stamp - axis.start() + step / 2, step);
        if (Math.abs(axis.stampAt(nearest) - stamp) * SNAP > step) {
            return Long.MIN_VALUE;
        }
        repairs.moved(rows.line(row));
        return nearest;
    }

    private UserError irregular(RowBuffer rows, int row, int count, Frequency frequency) {
        return new UserError(
                "%s, line %d, %s: %s does not keep the step of most rows (%s), nor do %d of %d rows; name the step if that is the wrong one, or have rows taken as equally spaced."
                        .formatted(
                                source,
                                rows.line(row),
                                timeColumn,
                                texts.text(rows.stamp(row)),
                                frequency.label(),
                                count,
                                rows.size()),
                STEP);
    }

    private UserError tooSparse(RowBuffer rows, int row, Frequency frequency) {
        return new UserError(
                "%s, line %d, %s: up to %s more than nine rows in ten would be missing at the step found (%s); name the step, or have rows taken as equally spaced."
                        .formatted(source, rows.line(row), timeColumn, texts.text(rows.stamp(row)), frequency.label()),
                STEP);
    }
}
