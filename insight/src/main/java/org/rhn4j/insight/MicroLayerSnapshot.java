package org.rhn4j.insight;

import org.jspecify.annotations.Nullable;

/**
 * The Jacobian of one micro-layer in one time step.
 *
 * @param microLayer which one
 * @param discs its Geršgorin discs
 * @param eigenvalues its eigenvalues; null where they would take too long, or did not converge
 * @param largestSingularValue the most by which it enlarges a perturbation
 */
public record MicroLayerSnapshot(
        int microLayer, GershgorinDiscs discs, @Nullable Spectrum eigenvalues, double largestSingularValue) {}
