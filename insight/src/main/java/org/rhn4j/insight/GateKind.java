package org.rhn4j.insight;

import java.util.List;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.RecurrentHighway;

/** A gate of a cell: a number between 0 (shut) and 1 (open) for each unit. */
public enum GateKind {
    /** t of a highway: how much of the candidate enters the state. */
    TRANSFORM,
    /** c of a highway with a free carry: how much of the state stays. When coupled it is 1 − t and not listed. */
    CARRY,
    /** i of an LSTM: how much of the candidate enters the memory. */
    INPUT,
    /** f of an LSTM: how much of the memory stays. */
    FORGET,
    /** o of an LSTM: how much of the memory is shown. */
    OUTPUT;

    /** The gates of a cell; first the one that lets something new in, by which units are shown. */
    static List<GateKind> of(Cell cell) {
        return switch (cell) {
            case RecurrentHighway c ->
                c.carry() == RecurrentHighway.Carry.COUPLED ? List.of(TRANSFORM) : List.of(TRANSFORM, CARRY);
            case Lstm c -> List.of(INPUT, FORGET, OUTPUT);
            case DeepTransition c -> List.of();
        };
    }
}
