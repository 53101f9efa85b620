package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;

/**
 * How one micro-layer of a layer in training does, as {@link LayerHealthMeter} measures it on one window.
 *
 * @param renewal mean share of the state that a step replaces, 1 − carry, from 0 to 1: of a highway whose gates are
 *     coupled the mean of its transform gate, of an LSTM one minus its forget gate; null where nothing is carried
 * @param saturation share of units and steps that learn nothing, because the new state hardly changes with any
 *     pre-activation: Σ |∂s'/∂a| &lt; {@value LayerHealthMeter#SATURATED}
 * @param bound the furthest reach from zero of the Geršgorin discs, by rows, of the mean Jacobian: no eigenvalue of it
 *     lies further out
 * @param gain root mean square factor by which a perturbation of the state in a random direction, or a gradient on its
 *     way back, grows in the micro-layer: ‖J‖ ⁄ √H in the Frobenius norm
 */
public record MicroLayerHealth(@Nullable Double renewal, double saturation, double bound, double gain) {}
