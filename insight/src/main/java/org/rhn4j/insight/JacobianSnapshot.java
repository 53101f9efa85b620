package org.rhn4j.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Jacobian of one time step of a layer at one place in the data.
 *
 * @param position index in the text of the token that entered the step, or of the row in its series
 * @param text the token, or the row's time stamp
 * @param discs the Geršgorin discs of ∂s_t ⁄ ∂s_(t−1); with a memory, H discs of h, then H of c
 * @param eigenvalues its eigenvalues; null where they were not asked for, would take too long, or did not converge
 * @param largestSingularValue the most by which the step enlarges a perturbation
 * @param microLayers those that the step is made of; empty where there is only one, which is the step
 */
public record JacobianSnapshot(
        int position,
        String text,
        GershgorinDiscs discs,
        @Nullable Spectrum eigenvalues,
        double largestSingularValue,
        List<MicroLayerSnapshot> microLayers) {
    /** Copies the list. */
    public JacobianSnapshot {
        microLayers = List.copyOf(microLayers);
    }
}
