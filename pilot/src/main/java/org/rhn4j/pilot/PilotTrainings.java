package org.rhn4j.pilot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.pilot.PilotListener.Run;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * The trainings of a pilot: several side by side, each on one thread with an engine of its own, every one as long as the
 * others; after each its forecasts are judged.
 */
final class PilotTrainings {
    /** Windows that a forecaster takes side by side. */
    static final int BATCH = 64;
    /** A run of so many times the epochs that its time allows ends by time, and not by epochs. */
    private static final double MORE_EPOCHS = 3;
    /** The first pass of the warm-up finds code that is not compiled; the second tells how long things take. */
    private static final int WARM_UP_PASSES = 2;
    /** Share of the warm-up that is training; the rest is for what surrounds it. */
    private static final double WARM_UP_TRAINING = 0.6;

    private final PilotTask task;
    private final PilotSettings settings;
    private final Path work;
    private final BooleanSupplier stopped;
    private final Map<ContenderName, Double> epochsPerSecond = new HashMap<>();
    private double evaluationSeconds;

    /**
     * A training that came to its end.
     *
     * @param folder where the model is
     */
    record Trained(Run run, SeedRun result, Path folder, List<Instability> instabilities) {}

    /** Hears how the trainings go; methods are called by several threads. */
    interface Watcher {
        void begun(Run run);

        void ended(Run run, @Nullable Trained trained);
    }

    /**
     * @param work a folder for models
     * @param stopped tells whether to stop
     */
    PilotTrainings(PilotTask task, PilotSettings settings, Path work, BooleanSupplier stopped) {
        this.task = task;
        this.settings = settings;
        this.work = work;
        this.stopped = stopped;
    }

    /** An engine as all of a pilot's networks have it: one thread; f32, so that figures do not depend on the machine. */
    static Engine engine() {
        return Engine.builder().precision(Precision.F32).threads(1).build();
    }

    /**
     * Trains every network for a moment and throws it away, so that the first training that counts finds compiled code;
     * measures how fast networks train, and how long the evaluation after a training takes.
     */
    void warmUp(double seconds, Watcher watcher) {
        List<ContenderName> names = PilotSchedule.networks(settings);
        List<Run> runs =
                names.stream().map(name -> new Run(name, settings.seed())).toList();
        double each = WARM_UP_TRAINING * seconds / WARM_UP_PASSES / Math.ceilDiv(names.size(), settings.sideBySide());
        long begin = System.nanoTime();
        for (int pass = 0; pass < WARM_UP_PASSES && (System.nanoTime() - begin) * 1e-9 < seconds; pass++) {
            List<Double> overheads = Collections.synchronizedList(new ArrayList<>());
            String folderPrefix = "warm-up-" + pass + "-";
            sideBySide(runs, (engine, run) -> {
                watcher.begun(run);
                long start = System.nanoTime();
                Trained made = train(engine, run, each, work.resolve(folderPrefix + folderName(run)));
                if (made != null) {
                    overheads.add((System.nanoTime() - start) * 1e-9 - made.result.trainingSeconds());
                }
                watcher.ended(run, null);
            });
            evaluationSeconds = overheads.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
        }
    }

    /** Seconds that a run takes besides training, measured by {@link #warmUp}. */
    double evaluationSeconds() {
        return evaluationSeconds;
    }

    /** Trains all runs; returns those that came to their end, in the order of the runs. */
    List<Trained> train(List<Run> runs, double secondsPerRun, Watcher watcher) {
        Map<Run, Trained> done = Collections.synchronizedMap(new HashMap<>());
        sideBySide(runs, (engine, run) -> {
            watcher.begun(run);
            Trained trained = train(engine, run, secondsPerRun, work.resolve(folderName(run)));
            if (trained != null) {
                done.put(run, trained);
            }
            watcher.ended(run, trained);
        });
        return runs.stream().filter(done::containsKey).map(done::get).toList();
    }

    private static String folderName(Run run) {
        return run.name().kind() + "-" + run.name().depth() + "-" + run.seed();
    }

    private interface Work {
        void on(Engine engine, Run run);
    }

    /** Threads take the runs in their order, each the next one when it has done one. */
    private void sideBySide(List<Run> runs, Work each) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(settings.sideBySide(), runs.size()); i++) {
            Thread thread = Thread.ofPlatform().name("pilot-" + i).unstarted(() -> {
                try (Engine engine = engine()) {
                    for (int at = next.getAndIncrement();
                            at < runs.size() && failure.get() == null && !stopped.getAsBoolean();
                            at = next.getAndIncrement()) {
                        each.on(engine, runs.get(at));
                    }
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        threads.forEach(PilotTrainings::join);
        switch (failure.get()) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Trained train(Engine engine, Run run, double seconds, Path folder) {
        TrainingCurve curve = new TrainingCurve(stopped);
        try (ForecastTrainer trainer = new ForecastTrainer(
                engine,
                task.set(),
                task.parts(),
                List.of(),
                task.network(run.name()),
                trainingSettings(run, seconds),
                folder,
                curve)) {
            TrainingRecord record = trainer.train();
            if (record.ended() == TrainingRecord.Ended.STOPPED) {
                return null;
            }
            synchronized (epochsPerSecond) {
                epochsPerSecond.put(
                        run.name(), record.epochs().size() / record.timing().seconds());
            }
            PilotTask.Judged judged;
            try (Forecaster forecaster = trainer.model().forecaster(BATCH)) {
                judged = task.judge(forecaster);
            }
            SeedRun result = new SeedRun(
                    run.seed(),
                    judged.validationError(),
                    judged.accuracy(),
                    judged.windowErrors(),
                    record.timing().seconds(),
                    curve.updates(),
                    curve.points());
            return new Trained(run, result, folder, curve.instabilities(run.name(), run.seed()));
        }
    }

    private TrainingSettings trainingSettings(Run run, double seconds) {
        @Nullable Double rate;
        synchronized (epochsPerSecond) {
            rate = epochsPerSecond.get(run.name());
        }
        // Before the speed is known: more than any network could do.
        double epochs = rate == null ? 1000 * Math.max(1, seconds) : Math.max(10, MORE_EPOCHS * rate * seconds);
        return ForecastPlan.settings().toBuilder()
                .epochs((int) Math.min(1e9, Math.ceil(epochs)))
                .minutes(seconds / 60)
                .patience(0)
                .checkpointSeconds(3600)
                .seed(run.seed())
                .build();
    }
}
