package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;

/**
 * The recurrent state of one layer, as values: what a caller keeps, saves, and gives back.
 *
 * @param state s or h [B,H], row-major
 * @param memory c [B,H] of a cell with a memory, else null
 * @param batch sequences B
 * @param units H
 */
@SuppressWarnings("ArrayRecordComponent")
public record LayerState(float[] state, float @Nullable [] memory, int batch, int units) {
    /** The state at the start of a sequence. */
    public static LayerState zero(Cell cell, int batch, int units) {
        return new LayerState(
                new float[batch * units], cell.hasMemory() ? new float[batch * units] : null, batch, units);
    }
}
