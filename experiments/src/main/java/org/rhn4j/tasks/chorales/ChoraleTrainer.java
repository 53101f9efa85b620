package org.rhn4j.tasks.chorales;

import java.nio.file.Path;
import java.util.List;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.SequenceTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains a network to predict the next step of chorales into a folder. An epoch goes once over the pieces, in an order
 * of its own; a step takes B whole pieces, each from a zero state. The loss is in nats per time step.
 */
public final class ChoraleTrainer implements AutoCloseable {
    private static final String NETWORK_FILE = "network.json";

    private final Chorales chorales;
    private final RecurrentStack stack;
    private final TrainingSettings settings;
    private final Architecture architecture;
    private final Parameters parameters;
    private final ChoraleEvaluator evaluator;
    private final SequenceTrainer trainer;

    /**
     * Prepares a run.
     *
     * @param settings its window is set to the longest piece
     * @param folder where the model goes; made if missing
     * @throws org.rhn4j.UserError if memory is short, or the folder cannot be written
     */
    public ChoraleTrainer(
            Engine engine,
            Chorales chorales,
            RecurrentStack stack,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.chorales = chorales;
        this.stack = stack;
        this.settings = settingsFor(chorales, settings);
        architecture = stack.architecture(Chorales.KEYS, Chorales.KEYS, 0);
        parameters = Network.parameters(architecture, engine.threads());
        MemoryBudget.require(4 * parameters.floats(), "A network of this size", "choose a smaller one");
        parameters.allocate();
        evaluator = new ChoraleEvaluator(engine, parameters, architecture, Chorales.longest(chorales.validation()));
        try {
            trainer = new SequenceTrainer(
                    engine,
                    parameters,
                    architecture,
                    this.settings,
                    this.settings.window(),
                    network -> new Task(network),
                    folder,
                    listener);
        } catch (RuntimeException | Error e) {
            evaluator.close();
            parameters.close();
            throw e;
        }
    }

    /** The settings with the window that whole pieces need. */
    public static TrainingSettings settingsFor(Chorales chorales, TrainingSettings settings) {
        return settings.toBuilder()
                .window(Chorales.longest(chorales.train()) - 1)
                .build();
    }

    /** The stack of a kind and depth whose whole network comes nearest to a number of parameters. */
    public static RecurrentStack sized(CellKind cell, int depth, long parameters) {
        return new RecurrentStack(cell, 1, depth, 1).sizedTo(parameters, Chorales.KEYS, Chorales.KEYS, 0);
    }

    /**
     * Lets each key's output begin at the logit of how often the key sounds in the training part. From zero, the first
     * steps push all outputs down alike, and units that saturate on the way learn no more; AdamW suffers from that most.
     */
    public void startOutputsAtFrequencies() {
        double[] sounding = new double[Chorales.KEYS];
        double steps = 0;
        for (int[][] piece : chorales.train()) {
            steps += piece.length;
            for (int[] keys : piece) {
                for (int key : keys) {
                    sounding[key]++;
                }
            }
        }
        float[] logits = new float[Chorales.KEYS];
        for (int key = 0; key < logits.length; key++) {
            double share = (sounding[key] + 0.5) / (steps + 1);
            logits[key] = (float) Math.log(share / (1 - share));
        }
        parameters.setValues(Architecture.OUTPUT_BIAS, logits);
    }

    /** Goes on from the checkpoint in the folder. */
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run. */
    public TrainingRecord train() {
        return trainer.train();
    }

    /**
     * What the best weights in a folder make of the test part, in nats per time step.
     *
     * @throws org.rhn4j.UserError if the folder's files are missing or damaged
     */
    public static double testLoss(Engine engine, Chorales chorales, Path folder) {
        RecurrentStack stack = Json.read(folder.resolve(NETWORK_FILE), RecurrentStack.class);
        Architecture architecture = stack.architecture(Chorales.KEYS, Chorales.KEYS, 0);
        try (Parameters parameters = Network.parameters(architecture, engine.threads())) {
            parameters.allocate();
            ParameterFile.read(folder.resolve(ParameterFile.NAME), parameters);
            try (ChoraleEvaluator evaluator =
                    new ChoraleEvaluator(engine, parameters, architecture, Chorales.longest(chorales.test()))) {
                return evaluator.evaluate(chorales.test());
            }
        }
    }

    /** The pieces as the loop sees them. */
    private final class Task extends SequenceTask {
        private final int batches;

        Task(Network network) {
            super(network, parameters, settings, sourcesOf(chorales), stack + " " + chorales.sha256());
            batches = Math.ceilDiv(chorales.train().size(), settings.batch());
        }

        @Override
        protected Batch batch(int epoch, int step, RandomSource random) {
            List<int[][]> pieces = chorales.train();
            int[] order = order(
                    pieces.size(),
                    new RandomSource(settings.seed()).split("order").split(epoch));
            int from = (int) ((long) pieces.size() * step / batches);
            int to = (int) ((long) pieces.size() * (step + 1) / batches);
            int[][][] chosen = new int[to - from][][];
            for (int i = from; i < to; i++) {
                chosen[i - from] = pieces.get(order[i]);
            }
            ChoraleBatch batch = new ChoraleBatch(chosen, settings.window(), settings.batch());
            return new Batch(batch.values(), null, batch.loss(1.0 / batch.predictedSteps()));
        }

        @Override
        public int windows() {
            return batches;
        }

        @Override
        public double validate() {
            return evaluator.evaluate(chorales.validation());
        }

        @Override
        public void writeDescription(Path into) {
            Json.write(into.resolve(NETWORK_FILE), stack);
        }
    }

    private static List<TrainingRecord.Source> sourcesOf(Chorales chorales) {
        return List.of(new TrainingRecord.Source(
                "whole",
                chorales.fileName(),
                chorales.sha256(),
                chorales.train().size()));
    }

    /** The numbers below n, shuffled (Fisher and Yates). */
    static int[] order(int n, RandomSource random) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = (int) (random.uniformDouble(i) * (i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    @Override
    public void close() {
        trainer.close();
        evaluator.close();
        parameters.close();
    }
}
