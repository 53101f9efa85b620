package org.rhn4j.cells;

import java.util.Locale;
import java.util.function.Function;
import org.rhn4j.UserError;
import org.rhn4j.cells.RecurrentHighway.Carry;

/** The cells that there are: the one list of them. */
public enum CellKind {
    /** Recurrent highway network, {@link RecurrentHighway}. */
    RHN("RHN", true, RecurrentHighway::new, RecurrentHighway::vectorKernel),
    /** Long short-term memory, {@link Lstm}. */
    LSTM("LSTM", false, (depth, carry) -> new Lstm(), cell -> new VectorLstmKernel()),
    /** Gated recurrent unit, {@link Gru}. */
    GRU("GRU", false, (depth, carry) -> new Gru(), cell -> new VectorGruKernel()),
    /** Deep transition network, micro-layers without gates, {@link DeepTransition}. */
    DT_RNN("DT-RNN", true, (depth, carry) -> new DeepTransition(depth), cell -> new VectorDeepTransitionKernel());

    private interface Maker {
        Cell make(int depth, Carry carry);
    }

    private final String title;
    private final boolean deep;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Maker maker;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<Cell, CellKernel> vectorKernel;

    CellKind(String title, boolean deep, Maker maker, Function<Cell, CellKernel> vectorKernel) {
        this.title = title;
        this.deep = deep;
        this.maker = maker;
        this.vectorKernel = vectorKernel;
    }

    /** What configurations, command lines and pages call it: {@code rhn}, {@code dt-rnn}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What text calls it: {@code RHN}, {@code LSTM}. */
    public String title() {
        return title;
    }

    /** Whether a time step may have more than one micro-layer. */
    public boolean isDeep() {
        return deep;
    }

    /** The depth of this cell where a cell that may be deep has a given one. */
    public int depth(int ofDeepCell) {
        return deep ? ofDeepCell : 1;
    }

    /**
     * A cell of this kind, the gates of a highway coupled.
     *
     * @param depth micro-layers in a time step, at least 1
     * @throws UserError if this kind has no such depth
     */
    public Cell cell(int depth) {
        return cell(depth, Carry.COUPLED);
    }

    /**
     * A cell of this kind.
     *
     * @param depth micro-layers in a time step, at least 1
     * @param carry where the carry gate of a highway comes from; for all others {@link Carry#COUPLED}
     * @throws UserError if this kind has no such depth, or no carry gate to free
     */
    public Cell cell(int depth, Carry carry) {
        if (!deep && depth != 1) {
            throw new UserError(
                    "A layer of %s has depth 1, not %d; set depth to 1 or the cell to rhn.".formatted(title, depth));
        }
        if (carry != Carry.COUPLED && this != RHN) {
            throw new UserError("Only the cell rhn has a carry gate to free; leave carry out or set the cell to rhn.");
        }
        return maker.make(depth, carry);
    }

    /** The elementwise part of a cell of this kind for slices of a width, with the Vector API or in scalar loops. */
    CellKernel kernel(Cell cell, boolean vectors, int width) {
        return vectors ? vectorKernel.apply(cell) : new ScalarCellKernel(cell, width);
    }
}
