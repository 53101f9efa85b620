package org.rhn4j.pilot;

import java.util.Arrays;
import java.util.Optional;
import org.rhn4j.cells.CellKind;

/**
 * What competes in a pilot.
 *
 * @param kind {@code naive}, {@code seasonal-naive}, or the name of a network's cell, {@link CellKind#key}
 * @param depth micro-layers of a step of a network; of all others 1
 */
public record ContenderName(String kind, int depth) {
    /** The last value, repeated. */
    public static final ContenderName NAIVE = new ContenderName("naive", 1);
    /** The last season, repeated. */
    public static final ContenderName SEASONAL_NAIVE = new ContenderName("seasonal-naive", 1);

    /** A network of one layer. */
    public static ContenderName of(CellKind cell, int depth) {
        return new ContenderName(cell.key(), depth);
    }

    /** A highway network with this many micro-layers. */
    public static ContenderName rhn(int depth) {
        return of(CellKind.RHN, depth);
    }

    /** The cell of a network; empty for a naive forecast. */
    public Optional<CellKind> cell() {
        return Arrays.stream(CellKind.values())
                .filter(cell -> cell.key().equals(kind))
                .findFirst();
    }

    /** Whether it is trained. */
    public boolean learns() {
        return cell().isPresent();
    }

    /** Whether it is a highway network. */
    boolean isHighway() {
        return kind.equals(CellKind.RHN.key());
    }
}
