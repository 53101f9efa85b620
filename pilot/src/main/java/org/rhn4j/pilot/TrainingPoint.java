package org.rhn4j.pilot;

/**
 * A moment of a training run.
 *
 * @param share of the run's time that had passed, in [0, 1]
 * @param loss mean training loss since the moment before
 * @param gradientNorm largest norm of a gradient since the moment before, before clipping
 */
public record TrainingPoint(double share, double loss, double gradientNorm) {}
