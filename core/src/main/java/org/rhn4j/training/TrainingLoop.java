package org.rhn4j.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import org.rhn4j.cells.TrainedPart;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.store.JsonLines;
import org.rhn4j.training.TrainingListener.Decision;

/**
 * The run of a training, whatever is trained: epochs of windows, validation, the best weights in a folder at any time.
 *
 * <p>A checkpoint is written at the start, at intervals, after each epoch and when the listener stops the run; from it
 * the run goes on bit for bit. A loss or gradient that is not finite takes the run back to the last checkpoint, at half
 * the rate.
 */
public final class TrainingLoop {
    /** The checkpoint in a model folder, while its run can be resumed. */
    public static final String CHECKPOINT_FILE = "checkpoint.safetensors";

    private static final int MOST_RESTARTS = 8;

    private final Engine engine;
    private final TrainingTask task;
    private final List<? extends TrainedPart> parts;
    private final Optimizer optimizer;
    private final TrainingSettings settings;
    private final Path folder;
    private final TrainingListener listener;
    private final HealthMonitor monitor;
    private final LongSupplier nanoTime;

    private Run run = new Run();
    private long startNanos;
    private double secondsBefore;
    private long itemsHere;
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
     * A run that has not begun.
     *
     * @param optimizer of the task's parameters, allocated
     * @param folder where the model goes
     */
    public TrainingLoop(
            Engine engine,
            TrainingTask task,
            Optimizer optimizer,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this(engine, task, optimizer, settings, folder, listener, System::nanoTime);
    }

    /** @param nanoTime the clock, in nanoseconds */
    TrainingLoop(
            Engine engine,
            TrainingTask task,
            Optimizer optimizer,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener,
            LongSupplier nanoTime) {
        this.engine = engine;
        this.nanoTime = nanoTime;
        this.task = task;
        this.parts = List.copyOf(task.parts());
        this.optimizer = optimizer;
        this.settings = settings;
        this.folder = folder;
        this.listener = listener;
        this.monitor = new HealthMonitor(
                engine,
                task.parameters(),
                parts.stream().flatMap(part -> part.healthMeters().stream()).toList(),
                parts.stream().mapToInt(TrainedPart::steps).max().orElseThrow(),
                (long) task.windows() * settings.epochs(),
                new JsonLines<>(folder.resolve(HealthMonitor.FILE), TrainingHealth.class),
                listener);
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
        if (!position.fingerprint().equals(task.fingerprint())) {
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
        monitor.restart(optimizer.steps());
        listener.note("resumed after " + position.epoch() + " epochs and " + position.step() + " windows");
    }

    private void restore(Path file) {
        Checkpoint.Position position = Checkpoint.read(file, task.parameters(), optimizer, parts);
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
        parts.forEach(TrainedPart::pack);
    }

    /**
     * Trains until the epochs or the time are used up, validation no longer improves, or the listener stops the run.
     *
     * @return how the run came out; the folder then holds the best model
     * @throws UserError if the loss stays not finite at ever lower rates, or a file cannot be written
     * @throws IllegalStateException if the network is closed, also by another thread meanwhile
     */
    public TrainingRecord train() {
        try (var _ = Checkpoint.useOf(parts, optimizer)) {
            return trainAndRecord();
        }
    }

    private TrainingRecord trainAndRecord() {
        startNanos = nanoTime.getAsLong();
        itemsHere = 0;
        if (run.epoch == 0 && run.step == 0 && run.bestEpoch == 0) {
            task.writeDescription(folder);
            monitor.begin();
        }
        lastCheckpoint = seconds();
        if (!Files.exists(folder.resolve(CHECKPOINT_FILE))) {
            writeCheckpoint(seconds());
        }
        TrainingRecord.Ended ended = trainEpochs();
        // one time for the record and the checkpoint: on resuming, the time goes on from what was told
        double spent = seconds();
        if (ended == TrainingRecord.Ended.STOPPED) {
            writeCheckpoint(spent);
            if (run.bestEpoch == 0) {
                task.writeWeights(folder); // so that what there is can be tried
            }
        }
        TrainingRecord record = record(ended, spent);
        Json.write(folder.resolve(TrainingRecord.FILE), record);
        if (ended != TrainingRecord.Ended.STOPPED) {
            if (run.bestEpoch == 0) {
                throw nothingToKeep();
            }
            try {
                Files.deleteIfExists(folder.resolve(CHECKPOINT_FILE));
            } catch (java.io.IOException e) {
                throw FileProblems.cannotRead(folder.resolve(CHECKPOINT_FILE), e);
            }
        }
        return record;
    }

    /** Weights were written in no epoch, so the checkpoint is all that there is of the run. */
    private UserError nothingToKeep() {
        String suspect = task.suspect();
        return new UserError(
                "The validation loss was infinite or undefined in all of %d epochs, so none is the best to keep; the run is in %s, and %s"
                        .formatted(
                                run.epoch,
                                folder.resolve(CHECKPOINT_FILE),
                                suspect.isEmpty() ? "other data to choose by would tell the best." : suspect));
    }

    private TrainingRecord.Ended trainEpochs() {
        int restarts = 0;
        while (run.epoch < settings.epochs()) {
            if (run.step == 0) {
                task.beginEpoch(run.epoch);
            }
            int windows = task.windows(run.epoch);
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
                    writeCheckpoint(seconds());
                }
            }
            endEpoch();
            if (isTimeUsedUp()) {
                return TrainingRecord.Ended.TIME;
            }
            if (settings.patience() > 0 && run.epoch - run.bestEpoch >= settings.patience()) {
                return TrainingRecord.Ended.PATIENCE;
            }
            writeCheckpoint(seconds());
        }
        return TrainingRecord.Ended.EPOCHS;
    }

    /** Trains one window; false where the loss or the gradient is not finite. */
    private boolean trainWindow() {
        RandomSource random = new RandomSource(settings.seed()).split("step").split(optimizer.steps());
        double loss = task.gradients(run.epoch, run.step, random);
        monitor.beforeUpdate();
        run.lastRate =
                settings.learningRate() * run.rateFactor * settings.schedule().factor(run.epoch, share());
        double rate = run.lastRate * task.rateFactor(run.epoch, run.step);
        Optimizer.Outcome outcome =
                Double.isFinite(loss) ? optimizer.step(parts, rate) : new Optimizer.Outcome(Double.NaN, false);
        if (!outcome.applied()) {
            return false;
        }
        monitor.afterUpdate(optimizer.steps(), loss, run.lastRate, outcome.gradientNorm());
        run.lastNorm = outcome.gradientNorm();
        run.lossSum += loss;
        run.normSum += outcome.gradientNorm();
        run.step++;
        itemsHere += task.itemsPerWindow();
        return true;
    }

    private void restart(int restarts) {
        if (restarts > MOST_RESTARTS) {
            String often = "The loss became infinite or undefined %d times, each time at half the learning rate"
                    .formatted(restarts);
            String suspect = task.suspect();
            if (!suspect.isEmpty()) {
                throw new UserError(often + "; " + suspect);
            }
            throw new UserError(
                    often + "; start anew with a lower rate or a tighter bound on the gradient.",
                    List.of("learning-rate", "clip"));
        }
        int epoch = run.epoch + 1;
        double factor = run.rateFactor / 2;
        double spent = seconds();
        long failed = optimizer.steps() + 1;
        restore(folder.resolve(CHECKPOINT_FILE));
        monitor.restart(optimizer.steps());
        monitor.notFinite(failed);
        secondsBefore = spent;
        startNanos = nanoTime.getAsLong();
        run.rateFactor = factor;
        writeCheckpoint(seconds());
        listener.note("the loss was not finite in epoch " + epoch + "; back to the last checkpoint (epoch "
                + (run.epoch + 1) + ", window " + run.step + ") at half the learning rate");
    }

    private void endEpoch() {
        optimizer.swapWithAverage();
        double loss = task.validate();
        boolean best = loss < run.bestLoss;
        if (best) {
            run.bestLoss = loss;
            run.bestEpoch = run.epoch + 1;
            task.writeWeights(folder);
        }
        optimizer.swapWithAverage();
        int steps = Math.max(run.step, 1);
        EpochMetrics metrics =
                new EpochMetrics(run.epoch + 1, run.lossSum / steps, loss, run.lastRate, run.normSum / steps, best);
        run.history.add(metrics);
        if (isAverageDue()) {
            optimizer.startAverage();
            listener.note("the running average of the weights begins after epoch " + (run.epoch + 1));
        }
        run.epoch++;
        run.step = 0;
        run.lossSum = 0;
        run.normSum = 0;
        Json.write(folder.resolve(TrainingRecord.FILE), record(TrainingRecord.Ended.RUNNING, seconds()));
        listener.afterEpoch(metrics);
    }

    /** The non-monotonic trigger: the last epochs, as many as patience has, brought nothing better than those before. */
    private boolean isAverageDue() {
        int trigger = settings.averageTrigger();
        int before = run.history.size() - trigger;
        if (trigger == 0 || before < 1 || optimizer.averageStart() >= 0) {
            return false;
        }
        double best = run.history.subList(0, before).stream()
                .mapToDouble(EpochMetrics::validationLoss)
                .min()
                .orElseThrow();
        return run.history.getLast().validationLoss() > best;
    }

    private double seconds() {
        return secondsBefore + (nanoTime.getAsLong() - startNanos) * 1e-9;
    }

    private boolean isTimeUsedUp() {
        return settings.minutes() > 0 && seconds() >= settings.minutes() * 60;
    }

    /** Share of the run that is done, by windows or by time. */
    private double share() {
        double byWindows = (run.epoch + run.step / (double) task.windows(run.epoch)) / settings.epochs();
        double byTime = settings.minutes() > 0 ? seconds() / (settings.minutes() * 60) : 0;
        return Math.min(1, Math.max(byWindows, byTime));
    }

    private TrainingListener.Progress progress() {
        return new TrainingListener.Progress(
                run.epoch,
                settings.epochs(),
                run.step,
                task.windows(run.epoch),
                run.lossSum / run.step,
                run.lastRate,
                run.lastNorm,
                itemsHere,
                seconds() - secondsBefore,
                share());
    }

    private void writeCheckpoint(double spent) {
        Checkpoint.Position position = new Checkpoint.Position(
                settings,
                task.fingerprint(),
                run.epoch,
                run.step,
                optimizer.steps(),
                optimizer.averageStart(),
                run.lossSum,
                run.normSum,
                run.rateFactor,
                spent,
                run.bestLoss,
                run.bestEpoch,
                List.copyOf(run.history));
        Checkpoint.write(folder.resolve(CHECKPOINT_FILE), position, task.parameters(), optimizer, parts);
        lastCheckpoint = seconds();
    }

    private TrainingRecord record(TrainingRecord.Ended ended, double spent) {
        long items = optimizer.steps() * task.itemsPerWindow();
        return new TrainingRecord(
                "rhn4j " + Version.number(),
                task.sources(),
                task.parameters().count(),
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
                new TrainingRecord.Timing(spent, items / spent));
    }

    /** The settings of the checkpoint in a folder, to resume with. */
    public static TrainingSettings settingsOf(Path folder) {
        return Checkpoint.position(folder.resolve(CHECKPOINT_FILE)).settings();
    }
}
