package org.rhn4j.insight;

import org.jspecify.annotations.Nullable;

/**
 * The Jacobian of one time step of a layer at one place in the text.
 *
 * @param position index in the text of the token that entered the step
 * @param token its id
 * @param discs the Geršgorin discs of ∂s_t ⁄ ∂s_(t−1); of an LSTM, H discs of h, then H of c
 * @param eigenvalues its eigenvalues; null where they were not asked for, would take too long, or did not converge
 * @param largestSingularValue the most by which the step enlarges a perturbation
 */
public record JacobianSnapshot(
        int position,
        int token,
        GershgorinDiscs discs,
        @Nullable Spectrum eigenvalues,
        double largestSingularValue) {}
