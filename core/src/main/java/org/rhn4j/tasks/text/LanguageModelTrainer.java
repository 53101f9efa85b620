package org.rhn4j.tasks.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.TokenNetwork;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.training.Checkpoint;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.Initialization;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingListener.Decision;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains a language model into a folder.
 *
 * <p>The training text is cut into B streams read side by side in windows of T tokens; the state is carried from window
 * to window and is zero at each epoch's start. After each epoch the validation text is evaluated; the best weights so
 * far are in the folder at any time. A checkpoint is written at the start, at intervals, after each epoch and when the
 * listener stops the run; from it the run goes on bit for bit. A loss or gradient that is not finite takes the run back
 * to the last checkpoint, at half the rate.
 */
public final class LanguageModelTrainer implements AutoCloseable {
    /** The checkpoint in a model folder, while its run can be resumed. */
    public static final String CHECKPOINT_FILE = "checkpoint.safetensors";

    /** All files that this class writes into a model folder. */
    public static final Set<String> FILES = Set.of(
            LanguageModel.CONFIGURATION_FILE,
            LanguageModel.WEIGHTS_FILE,
            LanguageModel.VOCABULARY_FILE,
            TrainingRecord.FILE,
            CHECKPOINT_FILE);

    private static final int MOST_RESTARTS = 8;
    private static final int VALIDATION_STREAMS = 32;

    private final Engine engine;
    private final TextSplits splits;
    private final TrainingSettings settings;
    private final Path folder;
    private final TrainingListener listener;
    private final LanguageModel model;
    private final TokenNetwork network;
    private final Optimizer optimizer;
    private final Evaluator validator;
    private final int streamLength;
    private final int windows;
    private final String fingerprint;

    private Run run;
    private long startNanos;
    private double secondsBefore;
    private long tokensHere;
    private double lastCheckpoint;

    /** What changes while a run goes on; the checkpoint's position without what is constant. */
    private static final class Run {
        int epoch;
        int step;
        double lossSum;
        double normSum;
        double rateFactor = 1;
        double bestLoss = Double.POSITIVE_INFINITY;
        int bestEpoch;
        double lastRate;
        double lastNorm;
        List<EpochMetrics> history = new ArrayList<>();
    }

    /**
     * Prepares a run: checks the data against the settings and the memory, makes the network, draws the first weights.
     *
     * @param folder where the model goes; made if missing
     * @throws UserError if the text is shorter than one window of every stream, memory is short, or the folder cannot
     *     be written
     */
    public LanguageModelTrainer(
            Engine engine,
            TextSplits splits,
            LanguageModelConfiguration configuration,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.engine = engine;
        this.splits = splits;
        this.settings = settings;
        this.folder = folder;
        this.listener = listener;
        int batch = settings.batch();
        streamLength = splits.train().length / batch;
        windows = (streamLength - 1) / settings.window();
        if (windows < 1) {
            throw new UserError("The training text has " + splits.train().length + " tokens, but " + batch
                    + " streams of one window of " + settings.window() + " need "
                    + (long) batch * (settings.window() + 1)
                    + "; use a smaller --batch or --window, or more text.");
        }
        AtomicFiles.requireWritableFolder(folder);
        fingerprint = fingerprintOf(configuration);
        model = new LanguageModel(engine, configuration, splits.vocabulary());
        network = new TokenNetwork(engine, model.parameters(), model.architecture(), settings.window(), batch, true);
        optimizer = new Optimizer(engine, model.parameters(), settings);
        try {
            MemoryBudget.require(
                    network.plannedBytes()
                            + optimizer.plannedBytes()
                            + 4 * model.parameters().floats(),
                    "Training this network (batch " + batch + ", window " + settings.window() + ")",
                    "use a smaller --batch, --window or --hidden");
            network.allocate();
            initialize();
            optimizer.allocate();
            validator = new Evaluator(model, VALIDATION_STREAMS, splits.validation().length);
        } catch (RuntimeException | Error e) {
            optimizer.close();
            network.close();
            model.close();
            throw e;
        }
        run = new Run();
    }

    private void initialize() {
        double range = settings.initialRange() > 0
                ? settings.initialRange()
                : 1 / Math.sqrt(model.configuration().hiddenSize());
        Initialization.uniform(
                model.parameters(),
                model.architecture().cell(),
                range,
                settings.transformBias(),
                new RandomSource(settings.seed()).split("initialization"));
        network.pack();
    }

    private String fingerprintOf(LanguageModelConfiguration configuration) {
        StringBuilder text = new StringBuilder(configuration.toString());
        for (TextSplits.Source source : splits.sources()) {
            text.append(' ').append(source.part()).append(' ').append(source.sha256());
        }
        return org.rhn4j.store.Fingerprint.sha256(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /**
     * Goes on from the checkpoint in the folder.
     *
     * @throws UserError if there is none, or it is of other data, another network or other settings
     */
    public void resume() {
        Path file = folder.resolve(CHECKPOINT_FILE);
        if (!Files.exists(file)) {
            throw new UserError("There is no checkpoint in " + folder
                    + " to resume from; the run has ended, or was never started there.");
        }
        Checkpoint.Position position = Checkpoint.position(file);
        if (!position.fingerprint().equals(fingerprint)) {
            throw new UserError("The checkpoint in " + folder
                    + " is of another network or other data; resume with the same --data, or start anew with --force.");
        }
        TrainingSettings changeable = position.settings().toBuilder()
                .epochs(settings.epochs())
                .minutes(settings.minutes())
                .patience(settings.patience())
                .checkpointSeconds(settings.checkpointSeconds())
                .build();
        if (!changeable.equals(settings)) {
            throw new UserError("The run in " + folder + " was started with other settings; on resuming only epochs,"
                    + " minutes, patience and checkpoint-seconds may change.");
        }
        restore(file);
        listener.note("resumed after " + position.epoch() + " epochs and " + position.step() + " windows");
    }

    private void restore(Path file) {
        Checkpoint.Position position = Checkpoint.read(file, model.parameters(), optimizer, network);
        Run restored = new Run();
        restored.epoch = position.epoch();
        restored.step = position.step();
        restored.lossSum = position.lossSum();
        restored.normSum = position.normSum();
        restored.rateFactor = position.rateFactor();
        restored.bestLoss = position.bestLoss();
        restored.bestEpoch = position.bestEpoch();
        restored.history = new ArrayList<>(position.history());
        run = restored;
        secondsBefore = position.seconds();
        network.pack();
    }

    /**
     * Trains until the epochs or the time are used up, validation no longer improves, or the listener stops the run.
     *
     * @return how the run came out; the folder then holds the best model
     * @throws UserError if the loss stays not finite at ever lower rates, or a file cannot be written
     */
    public TrainingRecord train() {
        startNanos = System.nanoTime();
        tokensHere = 0;
        if (run.epoch == 0 && run.step == 0 && run.bestEpoch == 0) {
            model.writeDescription(folder);
        }
        lastCheckpoint = seconds();
        if (!Files.exists(folder.resolve(CHECKPOINT_FILE))) {
            writeCheckpoint();
        }
        TrainingRecord.Ended ended = trainEpochs();
        if (ended == TrainingRecord.Ended.STOPPED) {
            writeCheckpoint();
            if (run.bestEpoch == 0) {
                model.writeWeights(folder); // so that what there is can be tried
            }
        }
        TrainingRecord record = record(ended);
        Json.write(folder.resolve(TrainingRecord.FILE), record);
        if (ended != TrainingRecord.Ended.STOPPED) {
            try {
                Files.deleteIfExists(folder.resolve(CHECKPOINT_FILE));
            } catch (java.io.IOException e) {
                throw FileProblems.cannotRead(folder.resolve(CHECKPOINT_FILE), e);
            }
        }
        return record;
    }

    private TrainingRecord.Ended trainEpochs() {
        int restarts = 0;
        while (run.epoch < settings.epochs()) {
            if (run.step == 0) {
                network.clearStates();
            }
            while (run.step < windows) {
                if (trainWindow()) {
                    if (listener.afterWindow(progress()) == Decision.STOP) {
                        return TrainingRecord.Ended.STOPPED;
                    }
                } else {
                    restarts++;
                    restart(restarts);
                }
                if (isTimeUsedUp()) {
                    break;
                }
                if (seconds() - lastCheckpoint >= settings.checkpointSeconds()) {
                    writeCheckpoint();
                }
            }
            endEpoch();
            if (isTimeUsedUp()) {
                return TrainingRecord.Ended.TIME;
            }
            if (settings.patience() > 0 && run.epoch - run.bestEpoch >= settings.patience()) {
                return TrainingRecord.Ended.PATIENCE;
            }
            writeCheckpoint();
        }
        return TrainingRecord.Ended.EPOCHS;
    }

    /** Trains one window; false where the loss or the gradient is not finite. */
    private boolean trainWindow() {
        int batch = settings.batch();
        int window = settings.window();
        int[] inputs = new int[batch * window];
        int[] targets = new int[batch * window];
        int[] text = splits.train();
        for (int b = 0; b < batch; b++) {
            int at = b * streamLength + run.step * window;
            for (int t = 0; t < window; t++) {
                inputs[t * batch + b] = text[at + t];
                targets[t * batch + b] = text[at + t + 1];
            }
        }
        Dropout dropout = settings.dropout();
        RandomSource random = new RandomSource(settings.seed()).split("step").split(optimizer.steps());
        resetStates(random.split("reset"));
        double loss = network.gradients(inputs, targets, dropout, random) / window;
        run.lastRate =
                settings.learningRate() * run.rateFactor * settings.schedule().factor(run.epoch, share());
        Optimizer.Outcome outcome = Double.isFinite(loss)
                ? optimizer.step(network, run.lastRate)
                : new Optimizer.Outcome(Double.NaN, false);
        if (!outcome.applied()) {
            return false;
        }
        run.lastNorm = outcome.gradientNorm();
        run.lossSum += loss;
        run.normSum += outcome.gradientNorm();
        run.step++;
        tokensHere += (long) batch * window;
        return true;
    }

    private void resetStates(RandomSource random) {
        for (int b = 0; b < settings.batch(); b++) {
            if (random.uniformDouble(b) < settings.stateReset()) {
                network.clearState(b);
            }
        }
    }

    private void restart(int restarts) {
        if (restarts > MOST_RESTARTS) {
            throw new UserError("The loss became infinite or undefined " + restarts
                    + " times, each time at half the learning rate; start anew with a lower --learning-rate or a"
                    + " tighter --clip.");
        }
        int epoch = run.epoch + 1;
        double factor = run.rateFactor / 2;
        double spent = seconds();
        restore(folder.resolve(CHECKPOINT_FILE));
        secondsBefore = spent;
        startNanos = System.nanoTime();
        run.rateFactor = factor;
        writeCheckpoint();
        listener.note("the loss was not finite in epoch " + epoch + "; back to the last checkpoint (epoch "
                + (run.epoch + 1) + ", window " + run.step + ") at half the learning rate");
    }

    private void endEpoch() {
        optimizer.swapWithAverage();
        validator.pack();
        double loss = validator
                .evaluate(splits.validation(), Evaluator.Watcher.SILENT)
                .loss();
        boolean best = loss < run.bestLoss;
        if (best) {
            run.bestLoss = loss;
            run.bestEpoch = run.epoch + 1;
            model.writeWeights(folder);
        }
        optimizer.swapWithAverage();
        int steps = Math.max(run.step, 1);
        EpochMetrics metrics =
                new EpochMetrics(run.epoch + 1, run.lossSum / steps, loss, run.lastRate, run.normSum / steps, best);
        run.history.add(metrics);
        run.epoch++;
        run.step = 0;
        run.lossSum = 0;
        run.normSum = 0;
        Json.write(folder.resolve(TrainingRecord.FILE), record(TrainingRecord.Ended.RUNNING));
        listener.afterEpoch(metrics);
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - startNanos) * 1e-9;
    }

    private boolean isTimeUsedUp() {
        return settings.minutes() > 0 && seconds() >= settings.minutes() * 60;
    }

    /** Share of the run that is done, by windows or by time. */
    private double share() {
        double byWindows = (run.epoch + run.step / (double) windows) / settings.epochs();
        double byTime = settings.minutes() > 0 ? seconds() / (settings.minutes() * 60) : 0;
        return Math.min(1, Math.max(byWindows, byTime));
    }

    private TrainingListener.Progress progress() {
        return new TrainingListener.Progress(
                run.epoch,
                settings.epochs(),
                run.step,
                windows,
                run.lossSum / run.step,
                run.lastRate,
                run.lastNorm,
                tokensHere,
                seconds() - secondsBefore,
                share());
    }

    private void writeCheckpoint() {
        Checkpoint.Position position = new Checkpoint.Position(
                settings,
                fingerprint,
                run.epoch,
                run.step,
                optimizer.steps(),
                run.lossSum,
                run.normSum,
                run.rateFactor,
                seconds(),
                run.bestLoss,
                run.bestEpoch,
                List.copyOf(run.history));
        Checkpoint.write(folder.resolve(CHECKPOINT_FILE), position, model.parameters(), optimizer, network);
        lastCheckpoint = seconds();
    }

    private TrainingRecord record(TrainingRecord.Ended ended) {
        List<TrainingRecord.Source> sources = splits.sources().stream()
                .map(s -> new TrainingRecord.Source(s.part(), nameOf(s.file()), s.sha256(), s.tokens()))
                .toList();
        long tokens = optimizer.steps() * settings.batch() * settings.window();
        return new TrainingRecord(
                "rhn4j " + Version.number(),
                sources,
                model.configuration().parameterCount(),
                settings,
                List.copyOf(run.history),
                run.bestEpoch,
                run.bestLoss,
                ended,
                new TrainingRecord.Machine(
                        engine.description(),
                        engine.threads(),
                        System.getProperty("java.vm.version", "?"),
                        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?")),
                new TrainingRecord.Timing(seconds(), tokens / seconds()));
    }

    private static String nameOf(Path file) {
        @Nullable Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }

    /** The settings of the checkpoint in a folder, to resume with. */
    public static TrainingSettings settingsOf(Path folder) {
        return Checkpoint.position(folder.resolve(CHECKPOINT_FILE)).settings();
    }

    /** Bytes of native memory that the run takes: weights, the network's arrays, the optimiser's. */
    public long plannedBytes() {
        return Float.BYTES * model.parameters().floats() + network.plannedBytes() + optimizer.plannedBytes();
    }

    /** The network that is trained, for its times and health. */
    public TokenNetwork network() {
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
