package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;

/** Conducts a run of any trainer for the command line: told as it goes, stopped by a signal, resumed. */
final class WatchedTraining {
    private final Path out;
    private final PrintWriter err;
    private final LossMeasure measure;
    private final TrainingProgress.Comparison comparison;
    private final ProgressLine line;
    private final boolean epochs;

    /** How it came out. */
    record Outcome(TrainingRecord record, int exitStatus) {}

    /** Makes a trainer that tells a listener how it goes. */
    @FunctionalInterface
    interface Maker {
        ModelTrainer make(TrainingListener listener);
    }

    /**
     * A run into a folder.
     *
     * @param comparison what is said of each epoch beside its figures
     * @param epochs whether each epoch is told
     */
    WatchedTraining(
            Path out,
            PrintWriter err,
            LossMeasure measure,
            TrainingProgress.Comparison comparison,
            ProgressLine line,
            boolean epochs) {
        this.epochs = epochs;
        this.out = out;
        this.err = err;
        this.measure = measure;
        this.comparison = comparison;
        this.line = line;
    }

    /**
     * A run into a folder of which nothing is said beside its figures.
     *
     * @param epochs whether each epoch is told
     */
    WatchedTraining(Path out, PrintWriter err, LossMeasure measure, boolean epochs) {
        this(out, err, measure, epoch -> "", ProgressLine.on(err), epochs);
    }

    /**
     * Trains.
     *
     * @param describe tells what is to be trained, and that it takes so many bytes, before it begins
     * @param replace whether an earlier model in the folder is to go, now that nothing stands in the way of a new one
     */
    Outcome run(Maker maker, LongConsumer describe, OutputFolder folder, boolean resume, boolean replace) {
        try (StopSignals signals = new StopSignals(this::tellStopping)) {
            TrainingProgress progress = new TrainingProgress(line, measure, signals, comparison, epochs);
            try (ModelTrainer trainer = maker.make(progress)) {
                describe.accept(trainer.plannedBytes());
                if (resume) {
                    trainer.resume();
                    folder.deleteLeftOvers();
                    noteOtherEngine(trainer.engine());
                } else if (replace) {
                    folder.deleteEarlierModel();
                }
                signals.listen();
                TrainingRecord record = train(trainer, folder);
                boolean stopped = record.ended() == TrainingRecord.Ended.STOPPED;
                return new Outcome(record, stopped ? signals.exitStatus() : ExitStatus.OK);
            }
        }
    }

    private TrainingRecord train(ModelTrainer trainer, OutputFolder folder) {
        try {
            return trainer.train();
        } catch (UserError e) {
            line.clear();
            if (folder.holdsCheckpoint()) {
                err.println("The run can go on from its last checkpoint, once what follows is put right, by the same"
                        + " command with --resume.");
            }
            throw e;
        } finally {
            line.clear();
        }
    }

    private void tellStopping() {
        line.line("stopping: saving a checkpoint after this step; another Ctrl-C ends at once, without it");
    }

    /** Sums are taken in another order by other threads, and rounded otherwise by another precision. */
    private void noteOtherEngine(Engine engine) {
        Path file = out.resolve(TrainingRecord.FILE);
        if (Files.exists(file)) {
            String before = Json.read(file, TrainingRecord.class).machine().engine();
            if (!before.equals(engine.description())) {
                line.line("note: the run began on another engine (" + before + "), so the result will not be that of"
                        + " an uninterrupted run to the last bit");
            }
        }
    }
}
