package org.rhn4j.tasks.histories;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.training.SequenceTask;

/**
 * A model's network and windows of histories, spread over each history from its first row to its last.
 *
 * <p>Like the windows that it was trained on, each is as if its unit were first seen there. Histories shorter than a window are
 * left out; a window is as long as three quarters of the histories allow.
 */
public final class HistoryExamples implements SeriesExamples {
    private static final int LONGEST_WINDOW = 128;
    private static final int SHORTEST_WINDOW = 8;

    private final HistoryModel model;
    private final List<String> channels = new ArrayList<>();
    private final List<History> histories;
    private final List<Series> series;
    private final List<Window> windows = new ArrayList<>();
    private final int steps;

    private record Window(int unit, int start) {}

    /**
     * A value that is told along each history beside its features, because it is what the model is held against.
     *
     * @param name what it is called
     */
    public record Told(String name, Value value) {}

    /** The value of a row; NaN where it is not known. */
    @FunctionalInterface
    public interface Value {
        double of(History history, int row);
    }

    /**
     * @param set has the model's features
     * @param told beside the features
     * @throws UserError if histories are too short
     */
    public HistoryExamples(HistoryModel model, HistorySet set, List<Told> told) {
        this.model = model;
        histories = set.units();
        int[] lengths = histories.stream().mapToInt(History::length).sorted().toArray();
        steps = Math.min(LONGEST_WINDOW, lengths[lengths.length / 4]);
        if (steps < SHORTEST_WINDOW) {
            throw new UserError(
                    "A quarter of the units have %d rows or fewer; at least %d are needed to see what the model does."
                            .formatted(steps, SHORTEST_WINDOW));
        }
        for (int unit = 0; unit < histories.size(); unit++) {
            int spare = histories.get(unit).length() - steps;
            int count = spare < 0 ? 0 : 1 + Math.ceilDiv(spare, steps);
            for (int i = 0; i < count; i++) {
                windows.add(new Window(unit, count == 1 ? 0 : (int) ((long) spare * i / (count - 1))));
            }
        }
        told.forEach(each -> channels.add(each.name));
        channels.addAll(set.schema().features());
        series = histories.stream().map(history -> series(set, history, told)).toList();
    }

    private static Series series(HistorySet set, History history, List<Told> told) {
        List<double[]> channels = new ArrayList<>();
        for (Told each : told) {
            channels.add(IntStream.range(0, history.length())
                    .mapToDouble(row -> each.value.of(history, row))
                    .toArray());
        }
        channels.addAll(List.of(History.columns(List.of(history))));
        TimeAxis time = TimeAxis.listed(history.stamps(), set.step(), set.zone());
        return new Series(history.unit(), time, channels.toArray(double[][]::new), new double[0][], new double[0][]);
    }

    @Override
    public Architecture architecture() {
        return model.architecture();
    }

    @Override
    public Parameters parameters() {
        return model.parameters();
    }

    @Override
    public int steps() {
        return steps;
    }

    @Override
    public int outputSteps() {
        return steps;
    }

    @Override
    public int count() {
        return windows.size();
    }

    @Override
    public SequenceTask.Batch batch(int[] chosen) {
        return new HistoryWindows(
                        IntStream.of(chosen)
                                .mapToObj(w -> histories.get(windows.get(w).unit()))
                                .toList(),
                        IntStream.of(chosen).map(w -> windows.get(w).start()).toArray())
                .batch(model.encoding(), model.loss(), steps);
    }

    @Override
    public Place place(int window, int step) {
        Window at = windows.get(window);
        return new Place(series.get(at.unit()), at.start() + step);
    }

    @Override
    public List<String> channels() {
        return channels;
    }
}
