package org.rhn4j.tasks.forecast;

/** What a network's outputs say of a value; in JSON {@code "quantiles"}, {@code "mean"} and so on. */
public enum HeadKind {
    /** The quantiles themselves: no distribution is assumed (Koenker and Bassett, 1978). */
    QUANTILES,
    /** The expected value; quantiles are those of its errors on validation rows. */
    MEAN,
    /** Student's t: heavy tails, any level. */
    STUDENT_T,
    /** The negative binomial distribution of counts. */
    NEGATIVE_BINOMIAL
}
