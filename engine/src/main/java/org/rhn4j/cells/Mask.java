package org.rhn4j.cells;

import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * A dropout mask [B, units], f32, the same for all steps of a window; 1 everywhere until it is drawn or set.
 */
public final class Mask {
    private final Workspace workspace;
    private final UnitSlices units;
    private final int batch;
    private final long offset;

    /** Reserves a mask. */
    Mask(Workspace workspace, int batch, UnitSlices units) {
        this.workspace = workspace;
        this.units = units;
        this.batch = batch;
        this.offset = workspace.reserveFloats((long) batch * units.padded());
    }

    /** Address of the element of a sequence and a padded unit. */
    long address(int row, int unit) {
        return workspace.address(offset) + 4L * ((long) row * units.padded() + unit);
    }

    /** Sets a worker's columns to 1, or draws them: 0 with the given rate, else 1/(1 − rate). */
    void draw(int worker, double rate, RandomSource random) {
        float keep = (float) (1 - rate);
        float scale = 1 / keep;
        int start = units.start(worker);
        int end = start + units.width(worker);
        for (int row = 0; row < batch; row++) {
            long at = address(row, 0);
            for (int unit = start; unit < end; unit++) {
                boolean kept = rate == 0 || random.uniform((long) row * units.units() + unit) < keep;
                NativeMemory.setFloat(at + 4L * unit, kept ? scale : 0f);
            }
        }
    }

    /** Sets the mask from values [B, units]. */
    public void set(float[] values) {
        for (int row = 0; row < batch; row++) {
            NativeMemory.copyIn(values, row * units.units(), address(row, 0), units.units());
        }
    }
}
