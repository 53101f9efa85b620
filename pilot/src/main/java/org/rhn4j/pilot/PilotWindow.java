package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * A stretch of a series that is forecast: the forecast knows rows before {@code origin}, and tells those from there on.
 *
 * @param series its place in the set
 * @param origin the first row that is forecast
 * @param block windows that share time share a block
 */
record PilotWindow(int series, int origin, int block) {
    /** With fewer stretches of time than these, different series are what tells how much windows differ. */
    private static final int FEWEST_STRETCHES = 3;

    /** Rows of a series in which windows may lie. */
    record Part(int from, int to) {}

    /** Whether a series can be forecast from a row on, and the forecast be judged. */
    @FunctionalInterface
    interface Usable {
        boolean test(int series, int origin);
    }

    /**
     * The windows of parts of series, one after the other without gaps or overlaps, as far as they are usable. Where
     * there would be more than wanted, some are taken at equal distances.
     *
     * <p>Windows of all series that overlap in time make a block, so that what happens to all series at once counts
     * once. Where time gives fewer than {@value #FEWEST_STRETCHES} blocks and there are more series than that, each
     * series is a block.
     *
     * @param parts of each series
     * @param most how many windows at most
     */
    static List<PilotWindow> of(List<Series> series, List<Part> parts, int horizon, int most, Usable usable) {
        List<PilotWindow> all = new ArrayList<>();
        for (int s = 0; s < series.size(); s++) {
            Part part = parts.get(s);
            for (int origin = Math.max(1, part.from); origin + horizon <= part.to; origin += horizon) {
                if (usable.test(s, origin)) {
                    all.add(new PilotWindow(s, origin, 0));
                }
            }
        }
        int count = Math.min(most, all.size());
        List<PilotWindow> taken = IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
        List<PilotWindow> blocked = byTime(series, taken, horizon);
        long stretches =
                blocked.stream().mapToInt(PilotWindow::block).distinct().count();
        long several = taken.stream().mapToInt(PilotWindow::series).distinct().count();
        return stretches < FEWEST_STRETCHES && several > stretches
                ? taken.stream()
                        .map(window -> new PilotWindow(window.series, window.origin, window.series))
                        .toList()
                : blocked;
    }

    /** Stretches of time that are covered without a gap by windows that overlap. */
    private static List<PilotWindow> byTime(List<Series> series, List<PilotWindow> windows, int horizon) {
        List<Integer> order = IntStream.range(0, windows.size())
                .boxed()
                .sorted(Comparator.comparingLong(i -> start(series, windows.get(i))))
                .toList();
        PilotWindow[] result = new PilotWindow[windows.size()];
        int block = -1;
        long end = Long.MIN_VALUE;
        for (int i : order) {
            PilotWindow window = windows.get(i);
            if (block < 0 || start(series, window) >= end) {
                block++;
            }
            end = Math.max(end, series.get(window.series).time().stampAt((long) window.origin + horizon));
            result[i] = new PilotWindow(window.series, window.origin, block);
        }
        return List.of(result);
    }

    private static long start(List<Series> series, PilotWindow window) {
        return series.get(window.series).time().stampAt(window.origin);
    }

    /** What is forecast. */
    ForecastWindow in(List<Series> set) {
        return new ForecastWindow(set.get(series), origin);
    }

    /** As reports name it. */
    TestWindow named(List<Series> set) {
        Series own = set.get(series);
        TimeAxis time = own.time();
        return new TestWindow(own.id(), time.textAt(origin - 1L), block);
    }
}
