package org.rhn4j.app.options;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import picocli.CommandLine.Option;

/** What network is to be trained. What is not given is the preset's. */
public final class NetworkOptions {
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

    @Option(
            names = "--embedding",
            paramLabel = "N",
            description =
                    "Length of a token's vector (default: that of the state). Another than that of the state cannot"
                            + " be tied to the decoder, so it implies --untied.")
    private @Nullable Integer embedding;

    @Option(names = "--untied", description = "Give embedding and decoder weights of their own.")
    private boolean untied;

    @Option(
            names = "--carry",
            paramLabel = "coupled|free",
            description = "Carry gate of a highway: one minus the transform gate, or one with weights of its own"
                    + " (default: coupled).")
    private Carry carry = Carry.COUPLED;

    /** Whether the cell has gates. */
    public boolean hasGates() {
        return cell.cell(1).gates() > 1;
    }

    /**
     * Fills in these sizes; the data gives the rest.
     *
     * @throws UserError if one is below 1
     */
    public LanguageModelConfiguration.Builder fill(LanguageModelConfiguration.Builder builder, Presets.Preset preset) {
        requirePositive("--hidden", hidden);
        requirePositive("--embedding", embedding);
        requirePositive("--depth", depth);
        requirePositive("--layers", layers);
        int h = hidden == null ? preset.hidden() : hidden;
        int e = embedding == null ? h : embedding;
        int usualDepth = cell.depth(preset.depth());
        return builder.cell(cell)
                .depth(depth == null ? usualDepth : depth)
                .hiddenSize(h)
                .embeddingSize(e)
                .layers(layers)
                .tiedEmbeddings(!untied && e == h)
                .carry(carry);
    }

    private static void requirePositive(String option, @Nullable Integer size) {
        if (size != null && size < 1) {
            throw new UserError("%s must be at least 1, not %d.".formatted(option, size));
        }
    }
}
