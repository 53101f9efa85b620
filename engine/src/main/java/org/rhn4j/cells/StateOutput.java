package org.rhn4j.cells;

import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;

/** No head: the states leave as they are. */
final class StateOutput implements NetworkHead {
    private final Engine engine;
    private final UnitSlices hidden;
    private final int rows;

    StateOutput(Engine engine, Architecture architecture, WindowShape window) {
        this.engine = engine;
        hidden = UnitSlices.of(architecture.top().units(), engine.threads());
        rows = window.outputRows();
    }

    private int firstRow(int worker) {
        return (int) ((long) rows * worker / engine.threads());
    }

    @Override
    public void check(Sequences in) {
        LinearOutput.requireDirect(in, 0);
    }

    @Override
    public void drawMask(int worker, double rate, RandomSource random) {
        // what the states enter next has masks of its own
    }

    @Override
    public void forward(int worker, long states, Sequences in) {
        // the states are there
    }

    @Override
    public void outputs(int worker, long states, Sequences in, float[] into) {
        for (int row = firstRow(worker); row < firstRow(worker + 1); row++) {
            copyOut(states, row, into, row * hidden.units());
        }
    }

    private void copyOut(long states, int row, float[] into, int at) {
        NativeMemory.copyOut(states + 4L * row * hidden.padded(), into, at, hidden.units());
    }

    /**
     * Holds this worker's share of the rows against a loss; a barrier must follow.
     *
     * @param stateGradients receives the gradient of the states [S·B, padded H], f32
     */
    void loss(int worker, long states, OutputLoss loss, double[] losses, long stateGradients) {
        float[] outputs = new float[hidden.units()];
        float[] gradient = new float[hidden.units()];
        for (int row = firstRow(worker); row < firstRow(worker + 1); row++) {
            copyOut(states, row, outputs, 0);
            losses[row] = loss.apply(row, outputs, gradient);
            NativeMemory.copyIn(gradient, 0, stateGradients + 4L * row * hidden.padded(), gradient.length);
        }
    }

    @Override
    public void products(int worker, long stateGradients, long gradients) {
        // nothing is multiplied
    }
}
