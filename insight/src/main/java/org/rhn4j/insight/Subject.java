package org.rhn4j.insight;

import java.util.List;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;

/**
 * A trained network with data to run it on: what is explained. A study opens {@linkplain NetworkRun runs} of a shape that
 * the subject chooses, since a text is read on and on and windows of a series are read from zero.
 *
 * <p>A place is a step of the data, a token of a text or a row of a series, by a number of the subject's.
 */
interface Subject {
    /** What losses are told in. */
    LossUnit lossUnit();

    Parameters parameters();

    Cell cell();

    /** Stacked layers K. */
    int layers();

    /** H. */
    int hiddenSize();

    /** What enters a layer. */
    int inputSize(int layer);

    /**
     * How to run it to see what it does.
     *
     * @param rows the most rows that a window may have, at least 1: what a trace of it may take
     */
    RunShape activityShape(ExplainSettings settings, long rows);

    /**
     * How to run it again and again to see what it loses.
     *
     * @param steps steps that count in each run, about
     */
    RunShape lesionShape(int steps);

    /** Makes a run; the engine has as many threads as the parameters were laid out for. */
    NetworkRun open(Engine engine, RunShape shape);

    /** Where a place is, as a number: of a token in the text, of a row in its series. */
    int position(int place);

    /** What a reader calls a place: the token, or the time stamp. */
    String text(int place);

    /** The names of the measured values that {@link #value} tells; empty for a text. */
    List<String> channels();

    /** A measured value at a place; NaN where it is missing. */
    double value(int place, int channel);

    /** By what places can be grouped, to tell where a gate opens. */
    List<PlaceGroups> groups();
}
