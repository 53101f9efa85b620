package org.rhn4j.insight;

/**
 * The Jacobian of one micro-layer, over the snapshots of its layer.
 *
 * @param microLayer which one
 * @param discs mean centres and radii of its Geršgorin discs over the snapshots
 * @param bound mean over the snapshots of {@link GershgorinDiscs#bound}: no eigenvalue of it lies further out
 * @param largestSingularValue mean over the snapshots of the most by which it enlarges a perturbation
 */
public record MicroLayerStability(int microLayer, GershgorinDiscs discs, double bound, double largestSingularValue) {}
