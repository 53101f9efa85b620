package org.rhn4j.training;

import java.util.List;

/**
 * How a model came to be: the content of its {@code training.json}.
 *
 * @param software name and version of the program
 * @param data the files it was trained and validated on
 * @param parameters how many trainable numbers it has
 * @param settings how it was trained, the seed included
 * @param epochs what each epoch came to
 * @param bestEpoch the epoch whose weights were kept, from 1
 * @param validationLoss that epoch's
 * @param ended why the run ended
 * @param machine what it ran on
 * @param timing what differs between two runs of one seed
 */
public record TrainingRecord(
        String software,
        List<Source> data,
        long parameters,
        TrainingSettings settings,
        List<EpochMetrics> epochs,
        int bestEpoch,
        double validationLoss,
        Ended ended,
        Machine machine,
        Timing timing) {
    /** The file in a model folder. */
    public static final String FILE = "training.json";

    /** Why a run ended. */
    public enum Ended {
        /** It has not: the record is of a run under way, or one that was cut off. */
        RUNNING,
        /** All epochs were done. */
        EPOCHS,
        /** The time was used up. */
        TIME,
        /** Validation had not become better for so many epochs as patience allows. */
        PATIENCE,
        /** It was stopped, and can be resumed. */
        STOPPED
    }

    /** A file of the data: its part, name, SHA-256 and items (tokens of a text, rows of a table). */
    public record Source(String part, String file, String sha256, long items) {}

    /** What a run ran on. */
    public record Machine(String engine, int threads, String java, String system) {}

    /** Seconds of all parts of the run, and items trained on per second over them. */
    public record Timing(double seconds, double itemsPerSecond) {}
}
