package org.rhn4j.cells.reference;

import org.rhn4j.cells.Cell;
import org.rhn4j.cells.RecurrentHighway;

/** Which plain cell stands beside which of the engine's. */
public final class ReferenceCells {
    private ReferenceCells() {}

    /** The reference of a cell, its parameters zero. */
    public static ReferenceCell of(Cell cell, int inputSize, int hiddenSize) {
        return switch (cell.kind()) {
            case RHN ->
                new ReferenceRecurrentHighway(
                        inputSize,
                        hiddenSize,
                        cell.depth(),
                        ((RecurrentHighway) cell).carry() == RecurrentHighway.Carry.COUPLED
                                ? ReferenceRecurrentHighway.Carry.COUPLED
                                : ReferenceRecurrentHighway.Carry.FREE);
            case LSTM -> new ReferenceLstm(inputSize, hiddenSize);
            case GRU -> new ReferenceGru(inputSize, hiddenSize);
            case DT_RNN -> new ReferenceDeepTransition(inputSize, hiddenSize, cell.depth());
        };
    }
}
