package org.rhn4j.pilot;

/** Hears how a pilot goes, and may end it. Methods may be called by several threads. */
public interface PilotListener {
    /** Hears nothing, never stops. */
    PilotListener SILENT = new PilotListener() {};

    /** What a pilot is doing. */
    enum Stage {
        /** Short trainings that are thrown away, so that the first that counts finds compiled code. */
        WARM_UP,
        TRAINING,
        /** Timing of forecasts. */
        TIMING,
        /** Forecasts from a shortened past. */
        REACH
    }

    /**
     * Where the pilot stands.
     *
     * @param runsDone trainings that are done
     * @param runs trainings in all
     * @param secondsLeft until the end, as planned
     */
    record Progress(Stage stage, int runsDone, int runs, double secondsLeft) {}

    /** It went on. */
    default void progress(Progress progress) {}

    /** A training and its evaluation are done. */
    default void trained(ContenderName name, SeedRun run) {}

    /** Whether to stop training, and to make a result of what there is. */
    default boolean isStopped() {
        return false;
    }
}
