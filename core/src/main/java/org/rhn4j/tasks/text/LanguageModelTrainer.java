package org.rhn4j.tasks.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Fingerprint;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.Initialization;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import org.rhn4j.training.TrainingTask;

/**
 * Trains a language model into a folder.
 *
 * <p>The training text is cut into B streams read side by side in windows of T tokens; the state is carried from window
 * to window and is zero at each epoch's start. Where windows differ in length, those of an epoch are a function of seed and
 * epoch. After each epoch the validation text is evaluated. {@link TrainingLoop}
 * says how a run is kept and resumed.
 */
public final class LanguageModelTrainer implements ModelTrainer {
    /** All files that this class writes into a model folder. */
    public static final Set<String> FILES = Set.of(
            LanguageModel.CONFIGURATION_FILE,
            LanguageModel.WEIGHTS_FILE,
            LanguageModel.VOCABULARY_FILE,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    /** A network that two cores train in minutes. */
    public static final RecurrentStack NETWORK = new RecurrentStack(CellKind.RHN, 256, 5, 1);

    private static final int VALIDATION_STREAMS = 32;

    /** Windows that a stream should have, so that states are carried at all. */
    private static final int FEWEST_WINDOWS = 8;

    /** What {@link #NETWORK} is trained with: ten epochs by AdamW. */
    public static TrainingSettings settings() {
        return TrainingSettings.builder()
                .batch(32)
                .window(35)
                .epochs(10)
                .optimizer(Optimizer.Kind.ADAMW)
                .learningRate(3e-3)
                .weightDecay(1e-2)
                .schedule(Schedule.cosine(0.05, 0.01))
                .clip(5)
                .dropout(new Dropout(0, 0.3, 0.15, 0.3, 0))
                .stateReset(0.01)
                .build();
    }

    /** {@link #settings()} for a text of so many tokens to train on: fewer streams where they would be short. */
    public static TrainingSettings settings(long tokens) {
        TrainingSettings usual = settings();
        long streams = tokens / ((usual.window() + 1L) * FEWEST_WINDOWS);
        return usual.toBuilder().batch(Math.clamp(streams, 1, usual.batch())).build();
    }

    private final TextSplits splits;
    private final TrainingSettings settings;
    private final LanguageModel model;
    private final Network network;
    private final Optimizer optimizer;
    private final Evaluator validator;
    private final WindowLengths lengths;
    private final int streamLength;
    private final String fingerprint;
    private final TrainingTask task = new Text();
    private final TrainingLoop loop;

    /**
     * Prepares a run: checks the data against the settings and the memory, makes the network, draws the first weights.
     *
     * @param folder where the model goes; made if missing
     * @throws UserError if the text was read in another way than the configuration tells, it is shorter than one window of every stream, memory is short, or the folder cannot
     *     be written
     */
    public LanguageModelTrainer(
            Engine engine,
            TextSplits splits,
            LanguageModelConfiguration configuration,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.splits = splits;
        this.settings = settings;
        requireSameReading(splits.corpus(), configuration);
        int batch = settings.batch();
        streamLength = splits.train().length / batch;
        lengths = new WindowLengths(settings, streamLength - 1);
        if (streamLength - 1 < settings.window()) {
            throw new UserError("The training text has " + splits.train().length + " tokens, but " + batch
                    + " streams of one window of " + settings.window() + " need "
                    + (long) batch * (settings.window() + 1)
                    + "; use a smaller --batch or --window, or more text.");
        }
        AtomicFiles.requireWritableFolder(folder);
        fingerprint = fingerprintOf(configuration);
        Engine fitting = Network.engineFor(LanguageModel.architectureOf(configuration), batch, engine);
        model = new LanguageModel(fitting, configuration, splits.vocabulary());
        network = new Network(
                fitting, model.parameters(), model.architecture(), WindowShape.of(lengths.longest(), batch), true);
        optimizer = new Optimizer(fitting, model.parameters(), settings);
        try {
            MemoryBudget.require(
                    network.plannedBytes()
                            + optimizer.plannedBytes()
                            + 4 * model.parameters().floats(),
                    "Training this network (batch " + batch + ", window " + settings.window() + ")",
                    "use a smaller --batch, --window or --hidden");
            network.allocate();
            network.setLabelSmoothing(settings.labelSmoothing());
            initialize();
            optimizer.allocate();
            validator = new Evaluator(model, VALIDATION_STREAMS, splits.validation().length);
        } catch (RuntimeException | Error e) {
            optimizer.close();
            network.close();
            model.close();
            throw e;
        }
        loop = new TrainingLoop(fitting, task, optimizer, settings, folder, listener);
    }

    /** A model that is told another way of reading than its vocabulary was made by could not be loaded. */
    private static void requireSameReading(Corpus corpus, LanguageModelConfiguration configuration) {
        if (corpus.unit() != configuration.unit()) {
            throw new UserError("The text was read by %s, but the model is to read by %s; let both be one."
                    .formatted(corpus.unit(), configuration.unit()));
        }
        if (corpus.unit() == TextUnit.CHARACTER && corpus.stripLines() != configuration.stripLines()) {
            throw new UserError(
                    "The lines of the text were %s, but the model is to read lines that are %s; let both be alike."
                            .formatted(
                                    corpus.stripLines() ? "stripped" : "not stripped",
                                    configuration.stripLines() ? "stripped" : "not stripped"));
        }
    }

    private void initialize() {
        Initialization.uniform(
                model.parameters(),
                model.architecture(),
                settings.initialRange(),
                settings.transformBias(),
                new RandomSource(settings.seed()).split("initialization"));
        network.pack();
    }

    private String fingerprintOf(LanguageModelConfiguration configuration) {
        StringBuilder text = new StringBuilder(configuration.toString());
        for (TextSplits.Source source : splits.sources()) {
            text.append(' ').append(source.part()).append(' ').append(source.sha256());
        }
        return Fingerprint.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The text as the loop sees it. */
    private final class Text implements TrainingTask {
        @Override
        public List<Network> parts() {
            return List.of(network);
        }

        @Override
        public Parameters parameters() {
            return model.parameters();
        }

        @Override
        public int windows() {
            return lengths.count(0);
        }

        @Override
        public int windows(int epoch) {
            return lengths.count(epoch);
        }

        /** AdamW's steps do not grow with the window, as those of SGD on the summed loss do. */
        @Override
        public double rateFactor(int epoch, int step) {
            return settings.optimizer() == Optimizer.Kind.ADAMW
                    ? lengths.length(epoch, step) / (double) settings.window()
                    : 1;
        }

        @Override
        public long itemsPerWindow() {
            return (long) settings.batch() * lengths.steps(0) / lengths.count(0);
        }

        @Override
        public void beginEpoch(int epoch) {
            network.clearStates();
        }

        @Override
        public double gradients(int epoch, int step, RandomSource random) {
            int batch = settings.batch();
            int length = lengths.length(epoch, step);
            int[] inputs = new int[batch * lengths.longest()];
            int[] targets = new int[batch * lengths.longest()];
            Arrays.fill(targets, Network.IGNORED);
            int[] text = splits.train();
            for (int b = 0; b < batch; b++) {
                int at = b * streamLength + lengths.start(epoch, step);
                for (int t = 0; t < length; t++) {
                    inputs[t * batch + b] = text[at + t];
                    targets[t * batch + b] = text[at + t + 1];
                }
            }
            resetStates(random.split("reset"));
            return network.gradients(
                            Sequences.ofTokens(inputs).withLengths(lengthsOf(length)),
                            targets,
                            settings.dropout(),
                            random)
                    / length;
        }

        /** All sequences of a shortened window have its length. */
        private int @Nullable [] lengthsOf(int length) {
            if (length == lengths.longest()) {
                return null;
            }
            int[] all = new int[settings.batch()];
            Arrays.fill(all, length);
            return all;
        }

        private void resetStates(RandomSource random) {
            for (int b = 0; b < settings.batch(); b++) {
                if (random.uniformDouble(b) < settings.stateReset()) {
                    network.clearState(b);
                }
            }
        }

        @Override
        public double validate() {
            validator.pack();
            return validator
                    .evaluate(splits.validation(), Evaluator.Watcher.SILENT)
                    .loss();
        }

        @Override
        public void writeDescription(Path folder) {
            model.writeDescription(folder);
        }

        @Override
        public void writeWeights(Path folder) {
            model.writeWeights(folder);
        }

        @Override
        public List<TrainingRecord.Source> sources() {
            return splits.sources().stream()
                    .map(s ->
                            new TrainingRecord.Source(s.part(), FileProblems.nameOf(s.file()), s.sha256(), s.tokens()))
                    .toList();
        }

        @Override
        public String fingerprint() {
            return fingerprint;
        }
    }

    /**
     * Goes on from the checkpoint in the folder.
     *
     * @throws UserError if there is none, or it is of other data, another network or other settings
     */
    @Override
    public void resume() {
        loop.resume();
    }

    /**
     * Trains until the epochs or the time are used up, validation no longer improves, or the listener stops the run.
     *
     * @return how the run came out; the folder then holds the best model
     * @throws UserError if the loss stays not finite at ever lower rates, or a file cannot be written
     */
    @Override
    public TrainingRecord train() {
        return loop.train();
    }

    /** What the loop trains. */
    TrainingTask task() {
        return task;
    }

    @Override
    public Engine engine() {
        return model.engine();
    }

    /** Bytes of native memory that the run takes: weights, the network's arrays, the optimiser's. */
    @Override
    public long plannedBytes() {
        return Float.BYTES * model.parameters().floats() + network.plannedBytes() + optimizer.plannedBytes();
    }

    /** The network that is trained, for its times and health. */
    public Network network() {
        return network;
    }

    /** The model as it is now: the latest weights, not the best ones, which are in the folder. */
    public LanguageModel model() {
        return model;
    }

    @Override
    public void close() {
        validator.close();
        optimizer.close();
        network.close();
        model.close();
    }
}
