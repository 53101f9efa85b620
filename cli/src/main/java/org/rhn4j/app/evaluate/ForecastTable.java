package org.rhn4j.app.evaluate;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Formats;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/** A table whose target is to be forecast: its series, and the rows of each that are held back. */
public record ForecastTable(SeriesSet set, List<TimeSplit.Parts> parts, int horizon) {
    private static final int MOST_NAMED = 8;
    private static final double HELD_BACK = 0.1;

    /** Windows that are scored of one series at most. */
    private static final int MOST_WINDOWS = 500;

    /**
     * Reads a table.
     *
     * @param reader how; several targets are a series each
     * @param testRows rows at the end of each series to report on; null for a tenth, and at least a horizon
     * @param validationRows rows before those to choose the best epoch by; null for as many
     * @throws UserError if the target is not named where there are several columns, or the rows do not suffice
     */
    public static ForecastTable read(
            Path data, SeriesReader reader, int horizon, @Nullable Integer testRows, @Nullable Integer validationRows) {
        requireNotNegative("--test-rows", testRows);
        requireNotNegative("--validation-rows", validationRows);
        SeriesSet set = reader.orRowNumbers(data).read(data);
        if (set.series().getFirst().targets().length > 1) {
            List<String> found = set.schema().targets();
            throw new UserError(
                    "%s has %d columns that could be forecast (%s%s); name one with --target, or several, each a series of its own."
                            .formatted(
                                    data,
                                    found.size(),
                                    String.join(", ", found.subList(0, Math.min(found.size(), MOST_NAMED))),
                                    found.size() > MOST_NAMED ? ", …" : ""));
        }
        int longest =
                set.series().stream().mapToInt(Series::observedLength).max().orElse(0);
        int share = Math.max(horizon, (int) Math.round(longest * HELD_BACK));
        int test = testRows == null ? share : testRows;
        int validation = validationRows == null ? share : validationRows;
        if (longest - test - validation < horizon + 2) {
            throw new UserError(
                    "%s: a horizon of %d rows is too long for this data: the longest series has %d rows, %d are held back to test and %d to choose the best epoch, and at least %d must be left; choose a shorter horizon, or hold back fewer with --test-rows and --validation-rows."
                            .formatted(data, horizon, longest, test, validation, horizon + 2));
        }
        return new ForecastTable(set, new TimeSplit.LastRows(validation, test).of(set), horizon);
    }

    private static void requireNotNegative(String option, @Nullable Integer rows) {
        if (rows != null && rows < 0) {
            throw new UserError("%s must be 0 or more, not %d.".formatted(option, rows));
        }
    }

    /**
     * Windows of the rows held back to test, as many rows apart in all series that none has more than 500; those without
     * a past are left out.
     *
     * @param c of the model that forecasts them
     */
    public List<ForecastWindow> testWindows(ForecastConfiguration c) {
        return allTestWindows().stream()
                .filter(window -> c.hasPast(window.series(), window.origin()))
                .toList();
    }

    /** Says how many windows {@link #testWindows} leaves out. */
    public void tellWithoutPast(ForecastConfiguration c, PrintWriter err) {
        long without = allTestWindows().size() - testWindows(c).size();
        if (without > 0) {
            err.println("note: %s of rows held back %s no value in the %d rows before and %s left out"
                    .formatted(
                            Formats.counted(without, "window"),
                            without == 1 ? "has" : "have",
                            c.context(),
                            without == 1 ? "is" : "are"));
        }
    }

    /** Rows between the windows to test: as many in all series that none has more than 500 windows. */
    public int testStride() {
        int most = parts.stream()
                .mapToInt(part -> part.end() - part.validationEnd())
                .max()
                .orElse(0);
        return Math.max(1, Math.ceilDiv(most - horizon + 1, MOST_WINDOWS));
    }

    private List<ForecastWindow> allTestWindows() {
        int stride = testStride();
        List<ForecastWindow> windows = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            TimeSplit.Parts part = parts.get(i);
            Series series = set.series().get(i);
            windows.addAll(ForecastWindow.within(series, part.validationEnd(), part.end(), horizon, stride));
        }
        return windows;
    }

    /** How many series have rows to train on. */
    public long trained() {
        return parts.stream().filter(part -> part.trainEnd() > horizon).count();
    }

    /** Rows of all series up to the ends of their training parts. */
    public long trainingRows() {
        return parts.stream().mapToLong(TimeSplit.Parts::trainEnd).sum();
    }

    /** Rows of all series that choose the best epoch. */
    public long validationRows() {
        return parts.stream()
                .mapToLong(part -> part.validationEnd() - part.trainEnd())
                .sum();
    }
}
