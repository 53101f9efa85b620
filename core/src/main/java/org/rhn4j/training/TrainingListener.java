package org.rhn4j.training;

/**
 * Hears how a run goes, and may end it. All methods are called by the thread that trains, between windows.
 */
public interface TrainingListener {
    /** What the run should do next. A decision is returned; no exception carries it. */
    enum Decision {
        /** Go on. */
        CONTINUE,
        /** Save a checkpoint and end, so that the run can be resumed. */
        STOP
    }

    /** Hears nothing, never stops. */
    TrainingListener SILENT = new TrainingListener() {};

    /** One window was trained. */
    default Decision afterWindow(Progress progress) {
        return Decision.CONTINUE;
    }

    /** One epoch was trained and validated. */
    default void afterEpoch(EpochMetrics metrics) {}

    /** Something that the user should know: a restart after a loss that is not finite, a checkpoint that was read. */
    default void note(String sentence) {}

    /** A sign that the run is about to go wrong; each kind comes once. */
    default void warning(HealthWarning warning) {
        note(warning.sentence());
    }

    /**
     * Where a run stands.
     *
     * @param epoch epochs done
     * @param epochs epochs wanted
     * @param step windows done in this epoch
     * @param steps windows in an epoch
     * @param loss mean loss of this epoch so far
     * @param learningRate rate of the last step
     * @param gradientNorm norm of the last gradient, before clipping
     * @param items tokens or rows trained on since the run was started or resumed
     * @param seconds time since it was started or resumed
     * @param progress share of the whole run that is done, by epochs or by time, whichever is further
     */
    record Progress(
            int epoch,
            int epochs,
            int step,
            int steps,
            double loss,
            double learningRate,
            double gradientNorm,
            long items,
            double seconds,
            double progress) {}
}
