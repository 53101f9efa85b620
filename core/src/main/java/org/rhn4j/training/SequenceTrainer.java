package org.rhn4j.training;

import java.nio.file.Path;
import java.util.function.Function;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.AtomicFiles;

/**
 * Trains a network over measured values into a folder: makes it, draws its first weights, runs the {@link TrainingLoop}.
 */
public final class SequenceTrainer implements ModelTrainer {
    private final Engine engine;
    private final Parameters parameters;
    private final Network network;
    private final Optimizer optimizer;
    private final TrainingLoop loop;

    /**
     * Prepares a run.
     *
     * @param parameters the model's, allocated; overwritten with first weights. The caller owns them
     * @param settings window length T and batch B among them
     * @param outputSteps S, the last steps of a window that give outputs
     * @param task makes the task of the network
     * @param folder where the model goes; made if missing
     * @throws UserError if a setting is of texts alone, memory is short, or the folder cannot be written
     */
    public SequenceTrainer(
            Engine engine,
            Parameters parameters,
            Architecture architecture,
            TrainingSettings settings,
            int outputSteps,
            Function<Network, SequenceTask> task,
            Path folder,
            TrainingListener listener) {
        refuseSettingsOfTexts(settings);
        AtomicFiles.requireWritableFolder(folder);
        this.engine = engine;
        this.parameters = parameters;
        network = new Network(
                engine,
                parameters,
                architecture,
                WindowShape.of(settings.window(), settings.batch()).withOutputSteps(outputSteps),
                true);
        optimizer = new Optimizer(engine, parameters, settings);
        try {
            MemoryBudget.require(
                    plannedBytes(),
                    "Training this network (batch " + settings.batch() + ", window " + settings.window() + ")",
                    "use a smaller --batch, --window or --hidden");
            network.allocate();
            Initialization.uniform(
                    parameters,
                    architecture,
                    settings.initialRange(),
                    settings.transformBias(),
                    new RandomSource(settings.seed()).split("initialization"));
            network.pack();
            optimizer.allocate();
            loop = new TrainingLoop(engine, task.apply(network), optimizer, settings, folder, listener);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** What has no effect on networks over values is refused. */
    private static void refuseSettingsOfTexts(TrainingSettings settings) {
        refuse("label-smoothing", settings.labelSmoothing());
        refuse("window-deviation", settings.windowDeviation());
        refuse("state-reset", settings.stateReset());
        refuse("dropout-embedding", settings.dropout().embedding());
    }

    private static void refuse(String name, double value) {
        if (value != 0) {
            throw new UserError("The setting %s is for texts and has no effect here, where it is %s; leave it at 0."
                    .formatted(name, value));
        }
    }

    /** Goes on from the checkpoint in the folder; see {@link TrainingLoop#resume}. */
    @Override
    public void resume() {
        loop.resume();
    }

    /** Trains to the end of the run; see {@link TrainingLoop#train}. */
    @Override
    public TrainingRecord train() {
        return loop.train();
    }

    @Override
    public Engine engine() {
        return engine;
    }

    /** Bytes of native memory that the run takes: weights, the network's arrays, the optimiser's. */
    @Override
    public long plannedBytes() {
        return Float.BYTES * parameters.floats() + network.plannedBytes() + optimizer.plannedBytes();
    }

    @Override
    public void close() {
        optimizer.close();
        network.close();
    }
}
