package org.rhn4j.tasks.series;

import java.nio.file.Path;
import java.util.Locale;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;

/**
 * A trained network over series, on an engine: what the models of all tasks on series have.
 *
 * <p>Owns native memory: close it, after whatever runs it. Not safe for use by several threads at once.
 */
public abstract class SeriesModel implements AutoCloseable {
    private final Engine engine;
    private final Parameters parameters;

    /** The rest of a model in its folder, besides the weights. */
    @FunctionalInterface
    protected interface Rest {
        /** Reads it into the model. */
        void read();
    }

    /**
     * A model whose weights are zero.
     *
     * @throws UserError if the machine has too little memory for them
     */
    protected SeriesModel(Engine engine, Architecture architecture) {
        this.engine = Network.engineFor(architecture, 1, engine);
        parameters = Network.parameters(architecture, this.engine.threads());
        MemoryBudget.require(
                memoryBytes(),
                String.format(Locale.ROOT, "A network of %,d parameters", parameters.count()),
                "choose a smaller one");
        parameters.allocate();
    }

    /**
     * Reads the weights in a model folder, and then the rest; closes the model if that fails.
     *
     * @throws UserError if a file is missing or damaged, or does not fit the network
     */
    protected final void readFrom(Path folder, Rest rest) {
        try {
            ParameterFile.read(folder.resolve(ParameterFile.NAME), parameters);
            rest.read();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** The engine that the model runs on: the one it was given, or that with fewer threads. */
    public final Engine engine() {
        return engine;
    }

    /** Its weights, by the names of the model format. */
    public final Parameters parameters() {
        return parameters;
    }

    /** Bytes of memory outside the Java heap that the weights take; what runs them adds to it. */
    public final long memoryBytes() {
        return Float.BYTES * parameters.floats();
    }

    @Override
    public void close() {
        parameters.close();
    }
}
