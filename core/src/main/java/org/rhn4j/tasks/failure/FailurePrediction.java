package org.rhn4j.tasks.failure;

/**
 * What is foreseen for a unit after one of its rows.
 *
 * @param life expected remaining life in steps, at most the cap; NaN where it is not predicted
 * @param lower life that is passed but for half of what the coverage leaves, at most {@code life}
 * @param upper life that is reached only in the other half, at least {@code life}; the cap stands for it and all above
 * @param probability of a failure within the configuration's steps; NaN where it is not predicted
 */
public record FailurePrediction(double life, double lower, double upper, double probability) {}
