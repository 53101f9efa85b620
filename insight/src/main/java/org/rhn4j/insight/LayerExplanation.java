package org.rhn4j.insight;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What one layer does, and how stable it is.
 *
 * @param layer which one, from 0 at the input
 * @param snapshots Jacobians of whole steps at some places of the text
 * @param microLayers Jacobians of its micro-layers at the same places
 * @param lyapunov how perturbations of its state grow along the text
 * @param reach how far back losses reach into it
 * @param gates what its gates do
 * @param lesions what it is worth, part by part; empty for a deep-transition RNN
 */
public record LayerExplanation(
        int layer,
        List<JacobianSnapshot> snapshots,
        List<MicroLayerStability> microLayers,
        LyapunovExponents lyapunov,
        GradientReach reach,
        GateReport gates,
        List<LesionEffect> lesions) {
    /** Copies the lists. */
    public LayerExplanation {
        snapshots = List.copyOf(snapshots);
        microLayers = List.copyOf(microLayers);
        lesions = List.copyOf(lesions);
    }

    /** The mean spectral radius of the snapshots whose eigenvalues are known. */
    public OptionalDouble meanSpectralRadius() {
        return snapshots.stream()
                .mapMulti((JacobianSnapshot snapshot, java.util.function.Consumer<Spectrum> known) -> {
                    Spectrum eigenvalues = snapshot.eigenvalues();
                    if (eigenvalues != null) {
                        known.accept(eigenvalues);
                    }
                })
                .mapToDouble(Spectrum::radius)
                .average();
    }

    /** The mean of the snapshots' largest singular values. */
    public double meanLargestSingularValue() {
        return snapshots.stream()
                .mapToDouble(JacobianSnapshot::largestSingularValue)
                .average()
                .orElse(0);
    }
}
