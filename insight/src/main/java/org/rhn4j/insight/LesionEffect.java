package org.rhn4j.insight;

import org.jspecify.annotations.Nullable;

/**
 * What a network loses when a part of one layer is put out of action: by how much its mean loss rises.
 *
 * @param kind what was done, by the name of the first gate that was held: {@code transform-shut}, {@code output-open}
 * @param layer in which layer
 * @param microLayer in which micro-layer; null where it was done in all of them
 * @param units to which units; null where it was done to all
 * @param change loss with the lesion minus loss without, in the unit of {@link ModelExplanation#lossUnit}
 * @param standardError its standard error, over blocks of the data, each compared with itself
 */
public record LesionEffect(
        String kind,
        int layer,
        @Nullable Integer microLayer,
        int @Nullable [] units,
        double change,
        double standardError) {
    /** Whether the change is at least two standard errors above zero, or below it. */
    public boolean significant() {
        return Math.abs(change) >= 2 * standardError && change != 0;
    }
}
