package org.rhn4j.api;

/** A trained model of any task, from {@link Models#load} or from training. */
public sealed interface Model extends AutoCloseable permits TextModel, ForecastModel, AnomalyModel, FailureModel {
    /** What it is for, as its configuration says it: {@code forecast}, {@code anomaly}, … */
    String task();

    /** Its trainable numbers. */
    long parameters();

    /** Frees its memory; a second close does nothing, and any other use after it is an {@link IllegalStateException}. */
    @Override
    void close();
}
