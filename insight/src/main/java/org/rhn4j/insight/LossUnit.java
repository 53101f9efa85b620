package org.rhn4j.insight;

/** What the losses of an explanation are told in. */
public enum LossUnit {
    /** Nats for each token of a text. */
    NATS_PER_TOKEN,
    /** The training loss of a task on series, mean over predicted values. */
    PER_VALUE
}
