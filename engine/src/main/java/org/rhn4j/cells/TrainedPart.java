package org.rhn4j.cells;

import java.util.List;
import org.rhn4j.numbers.Workspace;

/**
 * A part of what is trained: it computes with some parameters and writes their gradients. Several parts that are trained
 * together read one set of {@link Parameters} and write one set of {@link Gradients}.
 */
public interface TrainedPart {
    /** The gradients that the part writes. */
    Gradients gradients();

    /** Brings what the part keeps of the weights up to date with the parameters. */
    void pack();

    /**
     * {@link #pack()} of one parameter, one worker's part, inside a job of the team; {@link #packDerived} must follow the
     * last.
     */
    void pack(int worker, Parameters.Parameter parameter);

    /** Brings up to date what is derived from parameters besides packed weights, one worker's part. */
    default void packDerived(int worker) {
        // nothing is
    }

    /**
     * Keeps the part's memory, the weights and the gradients until the use is closed.
     *
     * @throws IllegalStateException if one of them is closed
     */
    Workspace.Use use();

    /** The carried states, which a checkpoint keeps. */
    default List<LayerState> states() {
        return List.of();
    }

    /** Sets the carried states. */
    default void setStates(List<LayerState> states) {
        if (!states.isEmpty()) {
            throw new IllegalArgumentException("this part has no state");
        }
    }

    /** Steps that gradients go back. */
    default int steps() {
        return 1;
    }

    /** Meters of the layers' health, from the input up. */
    default List<LayerHealthMeter> healthMeters() {
        return List.of();
    }

    /** Takes down how long an update of the weights took. */
    default void addUpdateNanoseconds(long value) {
        // nobody asks
    }
}
