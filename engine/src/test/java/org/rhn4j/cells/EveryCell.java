package org.rhn4j.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The cells that a test of all cells runs on. */
public final class EveryCell {
    private EveryCell() {}

    /** One of each kind, those that may be deep with a depth; and a highway with a carry gate of its own. */
    public static Stream<Cell> of(int depth) {
        List<Cell> cells = new ArrayList<>();
        Arrays.stream(CellKind.values()).forEach(kind -> cells.add(kind.cell(kind.depth(depth))));
        cells.add(new RecurrentHighway(depth, RecurrentHighway.Carry.FREE));
        return cells.stream();
    }
}
