package org.rhn4j.app.options;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import picocli.CommandLine.Option;

/** The recurrent layers of a network over measured values. What is not given is the task's usual. */
public final class StackOptions {
    @Option(
            names = "--cell",
            paramLabel = "CELL",
            completionCandidates = Choices.Cells.class,
            description = "Recurrent cell: ${COMPLETION-CANDIDATES} (default: rhn).")
    private CellKind cell = CellKind.RHN;

    @Option(
            names = "--depth",
            paramLabel = "L",
            description = "Micro-layers in a time step, of cells that may have more than 1.")
    private @Nullable Integer depth;

    @Option(names = "--hidden", paramLabel = "N", description = "Units of a layer's state.")
    private @Nullable Integer hidden;

    @Option(names = "--layers", paramLabel = "K", description = "Recurrent layers on one another (default: 1).")
    private int layers = 1;

    /**
     * The layers.
     *
     * @param usual gives what is not given
     * @throws UserError if a size is below 1, or the cell has no such depth
     */
    public RecurrentStack over(RecurrentStack usual) {
        requirePositive("--hidden", hidden);
        requirePositive("--depth", depth);
        requirePositive("--layers", layers);
        int usualDepth = cell.depth(usual.depth());
        return new RecurrentStack(
                cell, hidden == null ? usual.hiddenSize() : hidden, depth == null ? usualDepth : depth, layers);
    }

    /** Whether the depth is given, or the cell has but one. */
    public boolean isDepthFixed() {
        return depth != null || !cell.isDeep();
    }

    /** Whether the cell has gates. */
    public boolean hasGates() {
        return cell.cell(1).gates() > 1;
    }

    private static void requirePositive(String option, @Nullable Integer size) {
        if (size != null && size < 1) {
            throw new UserError("%s must be at least 1, not %d.".formatted(option, size));
        }
    }
}
