package org.rhn4j.tasks.series;

import java.util.List;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;
import org.rhn4j.training.SequenceTask;

/**
 * A trained network over series and windows to run it on, as its task would: what a task hands over to have its model
 * explained. Each window is read from a zero state, and all have one length.
 */
public interface SeriesExamples {
    /** The network. */
    Architecture architecture();

    /** Its weights. */
    Parameters parameters();

    /** Steps T of a window. */
    int steps();

    /** S, the last steps of a window that give outputs. */
    int outputSteps();

    /** How many windows there are, in the order of the data. */
    int count();

    /**
     * Some windows side by side.
     *
     * @param windows their numbers, from 0 to {@link #count} − 1
     */
    SequenceTask.Batch batch(int[] windows);

    /** Where the row, or the last of several rows, stands that a step of a window reads. */
    Place place(int window, int step);

    /** The names of the values that units are held against, the targets of the series: those that are predicted, or tell of it. */
    List<String> channels();

    /**
     * A row of a series.
     *
     * @param series of {@link #channels}
     * @param row which row; it may lie before the first or after the last
     */
    record Place(Series series, int row) {
        /** The value of a channel; NaN where it is missing. */
        public double value(int channel) {
            return row >= 0 && row < series.length() ? series.targets()[channel][row] : Double.NaN;
        }
    }
}
