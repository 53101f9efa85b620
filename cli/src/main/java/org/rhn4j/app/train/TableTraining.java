package org.rhn4j.app.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Fingerprint;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;

/**
 * One training on the rows of a table, and how its end is told.
 *
 * @param epochs whether each epoch is told
 */
record TableTraining(OutputFolder folder, RunOptions run, Path data, boolean epochs) {
    /** Makes the trainer of a task. */
    @FunctionalInterface
    interface Maker {
        ModelTrainer make(List<TrainingRecord.Source> sources, TrainingListener listener);
    }

    /**
     * Trains, told as it goes.
     *
     * @param rows rows of the table that are trained on or choose the best epoch
     * @param describe tells what is to be trained, and that it takes so many bytes, before it begins
     */
    WatchedTraining.Outcome train(long rows, Maker maker, LongConsumer describe) {
        List<TrainingRecord.Source> sources = List.of(source(data, rows));
        return new WatchedTraining(run.out(), run.err(), LossMeasure.ROWS, epochs)
                .run(listener -> maker.make(sources, listener), describe, folder, run.resume(), run.force());
    }

    /** A table as a training records it. */
    static TrainingRecord.Source source(Path data, long rows) {
        return new TrainingRecord.Source("train", FileProblems.nameOf(data), Fingerprint.sha256(data), rows);
    }

    /** The best validation loss, or null where no epoch was validated. */
    static @Nullable Double validationLoss(TrainingRecord record) {
        return record.bestEpoch() > 0 ? record.validationLoss() : null;
    }

    /** How a run ended, in a sentence. */
    static String sentence(TrainingRecord record) {
        if (record.bestEpoch() == 0) {
            return "stopped before the first epoch's end";
        }
        return "validation loss %s (epoch %d, the best of %s in %s)"
                .formatted(
                        Formats.loss(record.validationLoss()),
                        record.bestEpoch(),
                        Formats.counted(record.epochs().size(), "epoch"),
                        Formats.duration(record.timing().seconds()));
    }
}
