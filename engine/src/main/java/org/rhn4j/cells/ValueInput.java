package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.pointwise.Pointwise;

/** Takes a window of measured values [T·B·F] with the input mask of the first layer. */
final class ValueInput implements NetworkInput {
    private final Engine engine;
    private final Workspace workspace;
    private final UnitSlices units;
    private final WindowShape window;
    private final long staged;

    ValueInput(Engine engine, Workspace workspace, int size, WindowShape window) {
        this.engine = engine;
        this.workspace = workspace;
        this.window = window;
        units = UnitSlices.of(size, engine.threads());
        staged = workspace.reserveFloats((long) window.rows() * units.padded());
    }

    @Override
    public void check(Sequences in) {
        float @Nullable [] values = in.values();
        if (values == null || values.length != window.rows() * units.units()) {
            throw new IllegalArgumentException("this network takes windows of " + window.steps() + " × "
                    + window.batch() + " × " + units.units() + " values, not "
                    + (values == null ? "tokens" : values.length));
        }
    }

    @Override
    public void drawMask(double rate, RandomSource random) {
        // m_x is all that drops values
    }

    @Override
    public void forward(int worker, Sequences in, @Nullable Mask mask, long operand) {
        float[] values = RecurrentLayer.present(in.values());
        int from = (int) ((long) window.rows() * worker / engine.threads());
        int to = (int) ((long) window.rows() * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            long at = (long) row * units.padded();
            long own = workspace.address(staged) + 4 * at;
            NativeMemory.copyIn(values, row * units.units(), own, units.units());
            engine.pointwise()
                    .toOperand(
                            own,
                            mask == null ? Pointwise.NONE : mask.address(row % window.batch(), 0),
                            1f,
                            operand + engine.precision().bytes() * at,
                            units.padded(),
                            engine.precision());
        }
    }

    @Override
    public void backward(int worker, Sequences in, Mask mask, long gradient, long gradients) {
        // values have no parameters
    }
}
