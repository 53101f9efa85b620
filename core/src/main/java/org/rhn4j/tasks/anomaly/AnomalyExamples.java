package org.rhn4j.tasks.anomaly;

import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.training.SequenceTask;

/** A detector's network and the rows of a series, cut into windows that follow one another, every row held against it. */
final class AnomalyExamples implements SeriesExamples {
    private static final int LONGEST_WINDOW = 128;
    private static final int SHORTEST_WINDOW = 8;

    private final AnomalyModel model;
    private final AnomalyRows rows;
    private final Series series;
    private final int steps;

    /**
     * @throws UserError if there are fewer rows than a window needs
     */
    AnomalyExamples(AnomalyModel model, Series series) {
        this.model = model;
        this.series = series;
        int length = series.observedLength();
        rows = new AnomalyRows(model.configuration(), series, length, length);
        steps = Math.min(LONGEST_WINDOW, length - 1);
        if (steps < SHORTEST_WINDOW) {
            throw new UserError("There are %d rows; at least %d are needed to see what the model does."
                    .formatted(length, SHORTEST_WINDOW + 1));
        }
    }

    @Override
    public Architecture architecture() {
        return model.configuration().architecture();
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
        return (rows.length() - 1) / steps;
    }

    @Override
    public SequenceTask.Batch batch(int[] windows) {
        int[] starts = new int[windows.length];
        for (int b = 0; b < starts.length; b++) {
            starts[b] = windows[b] * steps;
        }
        return new SequenceTask.Batch(rows.inputs(starts, steps), null, rows.loss(starts, steps, 0, rows.length()));
    }

    @Override
    public Place place(int window, int step) {
        return new Place(series, window * steps + step);
    }

    @Override
    public List<String> channels() {
        return model.configuration().channels();
    }
}
