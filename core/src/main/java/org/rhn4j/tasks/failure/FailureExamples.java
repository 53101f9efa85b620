package org.rhn4j.tasks.failure;

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
 * A predictor's network and windows of histories, spread over each history from its first row to its last.
 *
 * <p>Like the windows that it was trained on, each is as if its unit were first seen there. Histories shorter than a window are
 * left out; a window is as long as three quarters of the histories allow.
 */
final class FailureExamples implements SeriesExamples {
    /** The channel of remaining useful life, by its usual name; features follow. */
    static final String LIFE = "RUL";

    private static final int LONGEST_WINDOW = 128;
    private static final int SHORTEST_WINDOW = 8;

    private final FailureModel model;
    private final FailureConfiguration configuration;
    private final List<UnitHistory> histories;
    private final List<Series> series;
    private final List<Window> windows = new ArrayList<>();
    private final int steps;

    private record Window(int unit, int start) {}

    /**
     * @param set has the configuration's features
     * @throws UserError if histories are too short
     */
    FailureExamples(FailureModel model, FailureSet set) {
        this.model = model;
        configuration = model.configuration();
        histories = set.units();
        int[] lengths =
                histories.stream().mapToInt(UnitHistory::length).sorted().toArray();
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
        series = histories.stream().map(history -> series(set, history)).toList();
    }

    private static Series series(FailureSet set, UnitHistory history) {
        double[] life = IntStream.range(0, history.length())
                .mapToDouble(row -> history.failed()
                        ? history.left(row) / (double) set.step().count()
                        : Double.NaN)
                .toArray();
        List<double[]> channels = new ArrayList<>();
        channels.add(life);
        for (int c = 0; c < history.rows()[0].length; c++) {
            int feature = c;
            channels.add(IntStream.range(0, history.length())
                    .mapToDouble(row -> history.rows()[row][feature])
                    .toArray());
        }
        TimeAxis time = TimeAxis.listed(history.stamps(), set.step(), set.zone());
        return new Series(history.unit(), time, channels.toArray(double[][]::new), new double[0][], new double[0][]);
    }

    @Override
    public Architecture architecture() {
        return configuration.architecture();
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
        FailureWindows rows = new FailureWindows(
                IntStream.of(chosen)
                        .mapToObj(w -> histories.get(windows.get(w).unit()))
                        .toList(),
                IntStream.of(chosen).map(w -> windows.get(w).start()).toArray());
        return new SequenceTask.Batch(rows.inputs(configuration, steps), null, rows.loss(configuration, steps));
    }

    @Override
    public Place place(int window, int step) {
        Window at = windows.get(window);
        return new Place(series.get(at.unit()), at.start() + step);
    }

    @Override
    public List<String> channels() {
        List<String> channels = new ArrayList<>();
        channels.add(LIFE);
        channels.addAll(configuration.features());
        return channels;
    }
}
