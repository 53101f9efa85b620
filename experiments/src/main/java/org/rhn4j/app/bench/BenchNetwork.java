package org.rhn4j.app.bench;

import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.Initialization;
import picocli.CommandLine.Option;

/** The network that a benchmark measures: its sizes from the command line, random weights and tokens. */
final class BenchNetwork {
    @Option(
            names = "--cell",
            defaultValue = "rhn",
            completionCandidates = Choices.Cells.class,
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private CellKind cell;

    @Option(names = "--hidden", defaultValue = "830", description = "Units; default: ${DEFAULT-VALUE}.")
    private int hidden;

    @Option(names = "--depth", defaultValue = "10", description = "Micro-layers in a step; default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(names = "--layers", defaultValue = "1", description = "Stacked layers; default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(names = "--vocabulary", defaultValue = "10000", description = "Tokens; default: ${DEFAULT-VALUE}.")
    private int vocabulary;

    @Option(names = "--seconds", defaultValue = "20", description = "How long to measure; default: ${DEFAULT-VALUE}.")
    private double seconds;

    private static int size(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new UserError("--" + name + " must be from 1 to " + most + ", not " + value + ".");
        }
        return value;
    }

    double seconds() {
        if (!(seconds > 0 && seconds < 86_400)) {
            throw new UserError("--seconds must be above 0 and below a day, not " + seconds + ".");
        }
        return seconds;
    }

    /** The sizes of the network, with tied embeddings. */
    Architecture architecture() {
        int units = size("hidden", hidden, 100_000);
        return Architecture.overTokens(
                cell.cell(cell.depth(size("depth", depth, 1000))),
                size("vocabulary", vocabulary, 10_000_000),
                units,
                units,
                size("layers", layers, 1000),
                true);
    }

    /** Allocated parameters with the paper's initialisation. */
    static Parameters parameters(Architecture architecture, int threads) {
        Parameters parameters = Network.parameters(architecture, threads);
        parameters.allocate();
        Initialization.uniform(parameters, architecture, 0.04, -2, new RandomSource(1));
        return parameters;
    }

    /** Random tokens. */
    static int[] tokens(int count, int vocabulary, String purpose) {
        RandomSource random = new RandomSource(1).split(purpose);
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = (int) (random.uniformDouble(i) * vocabulary);
        }
        return tokens;
    }
}
