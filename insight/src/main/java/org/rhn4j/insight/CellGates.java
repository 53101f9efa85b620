package org.rhn4j.insight;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.cells.Cell;

/** Which blocks of a cell are gates, in the order in which they are told. */
final class CellGates {
    private CellGates() {}

    /**
     * The blocks that are gates, by their roles: first the one by which units are shown, which lets something new in, or
     * where there is no such gate says how much stays.
     */
    static List<Integer> of(Cell cell) {
        return IntStream.range(0, cell.gates())
                .filter(block -> cell.blocks().get(block).isGate())
                .boxed()
                .sorted(Comparator.comparing(
                        (Integer block) -> cell.blocks().get(block).role()))
                .toList();
    }

    /** What the gates of {@link #of} are called. */
    static List<String> names(Cell cell) {
        return of(cell).stream().map(block -> cell.blocks().get(block).name()).toList();
    }
}
