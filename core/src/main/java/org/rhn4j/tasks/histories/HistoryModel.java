package org.rhn4j.tasks.histories;

import java.nio.file.Path;
import java.util.List;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesModel;

/**
 * A trained network over histories: what the models of all tasks on histories have. A task says what the outputs of a row
 * are held against, and what they mean.
 */
public abstract class HistoryModel extends SeriesModel {
    /** The configuration's name in a model folder. */
    public static final String CONFIGURATION_FILE = "config.json";

    private final Architecture architecture;
    private final HistoryEncoding encoding;
    private final HistoryLoss loss;

    /** Hears the outputs of rows: those of a unit in their order, units interleaved. */
    @FunctionalInterface
    protected interface Listener {
        /**
         * A row's outputs.
         *
         * @param unit index of the history
         * @param row from 0
         * @param outputs holds [O] from {@code at} on; used again for the next rows
         */
        void outputs(int unit, int row, float[] outputs, int at);
    }

    /**
     * A model whose weights are zero.
     *
     * @param encoding what enters the network
     * @param loss what its outputs are held against
     * @throws org.rhn4j.UserError if the machine has too little memory for them
     */
    protected HistoryModel(Engine engine, Architecture architecture, HistoryEncoding encoding, HistoryLoss loss) {
        super(engine, architecture);
        this.architecture = architecture;
        this.encoding = encoding;
        this.loss = loss;
    }

    /** What the model is: the content of its {@link #CONFIGURATION_FILE}. */
    public abstract Record configuration();

    /** Writes all but the weights into a folder. */
    protected void writeDescription(Path folder) {
        Json.write(folder.resolve(CONFIGURATION_FILE), configuration());
    }

    /** Takes rows as they come. */
    protected final HistoryFollower follower() {
        return new HistoryFollower(this);
    }

    /** Runs over whole histories, several side by side. */
    protected final void run(List<History> histories, Listener listener) {
        histories.forEach(History::requireFinite);
        try (HistoryRunner runner = new HistoryRunner(this, histories.size())) {
            runner.run(histories, listener);
        }
    }

    /**
     * Windows of histories, to explain the model on.
     *
     * @param set histories with the model's features; where it is not known what became of a unit, nothing is held
     *     against the model
     * @throws org.rhn4j.UserError if they are too short
     */
    public abstract SeriesExamples examples(HistorySet set);

    final Architecture architecture() {
        return architecture;
    }

    final HistoryEncoding encoding() {
        return encoding;
    }

    final HistoryLoss loss() {
        return loss;
    }

    /** The network with the weights as they are now, for inference; to be closed before the model. */
    final Network network(WindowShape window) {
        return new Network(engine(), parameters(), architecture, window, false).allocate();
    }
}
