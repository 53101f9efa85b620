package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * Looks up the rows of a table [V,E] for a window of tokens [T,B], with dropout of whole word types per sequence (Gal
 * and Ghahramani, 2016) and the input mask of the first layer.
 */
final class Embedding implements NetworkInput {
    private final Engine engine;
    private final Pointwise pointwise;
    private final Parameters parameters;
    private final Parameters.Parameter table;
    private final boolean shared;
    private final UnitSlices units;
    private final WindowShape window;
    private double rate;
    private RandomSource random = new RandomSource(0);

    /**
     * An embedding for a window of T·B tokens.
     *
     * @param shared whether the table is the decoder's too, which then computes its part of the gradient first
     */
    Embedding(Engine engine, Parameters parameters, Parameters.Parameter table, boolean shared, WindowShape window) {
        this.engine = engine;
        this.pointwise = engine.pointwise();
        this.parameters = parameters;
        this.table = table;
        this.shared = shared;
        this.units = UnitSlices.of(table.columns(), engine.threads());
        this.window = window;
    }

    @Override
    public void check(Sequences in) {
        int @Nullable [] tokens = in.tokens();
        if (tokens == null || tokens.length != window.rows()) {
            throw new IllegalArgumentException("this network takes windows of " + window.steps() + " × "
                    + window.batch() + " tokens, not " + (tokens == null ? "values" : tokens.length));
        }
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= table.rows()) {
                throw new IllegalArgumentException("position " + i + " has the token " + tokens[i]
                        + ", but the vocabulary has the ids 0 to " + (table.rows() - 1));
            }
        }
    }

    /** Each word type is dropped with this rate, for each sequence. */
    @Override
    public void drawMask(double newRate, RandomSource newRandom) {
        rate = newRate;
        random = newRandom;
    }

    /** 0 if the word type is dropped for the sequence, else 1/keep. */
    private float typeMask(int sequence, int token) {
        if (rate == 0) {
            return 1f;
        }
        float keep = (float) (1 - rate);
        return random.uniform((long) sequence * table.rows() + token) < keep ? 1 / keep : 0f;
    }

    @Override
    public void forward(int worker, Sequences in, @Nullable Mask mask, long operand) {
        int[] tokens = RecurrentLayer.present(in.tokens());
        int from = (int) ((long) window.rows() * worker / engine.threads());
        int to = (int) ((long) window.rows() * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            int sequence = row % window.batch();
            pointwise.toOperand(
                    parameters.address() + 4 * table.rowOffset(tokens[row]),
                    mask == null ? Pointwise.NONE : mask.address(sequence, 0),
                    typeMask(sequence, tokens[row]),
                    operand + (long) engine.precision().bytes() * row * units.padded(),
                    units.padded(),
                    engine.precision());
        }
    }

    /** Each worker adds to its own columns, so that tokens that occur twice need no lock. */
    @Override
    public void backward(int worker, Sequences in, Mask mask, long gradient, long gradients) {
        if (!shared) {
            clearGradient(worker, gradients);
        }
        // the table's gradient is shared by rows so far (cleared, or the decoder's), and by columns from here
        engine.team().barrier();
        int[] tokens = RecurrentLayer.present(in.tokens());
        int start = units.start(worker);
        int width = units.width(worker);
        for (int row = 0; row < tokens.length && width > 0; row++) {
            int sequence = row % window.batch();
            float scale = typeMask(sequence, tokens[row]);
            if (scale != 0) {
                pointwise.addMasked(
                        gradients + 4 * (table.rowOffset(tokens[row]) + start),
                        gradient + 4 * ((long) row * units.padded() + start),
                        mask.address(sequence, start),
                        scale,
                        width);
            }
        }
    }

    private void clearGradient(int worker, long gradients) {
        int from = (int) ((long) table.rows() * worker / engine.threads());
        int to = (int) ((long) table.rows() * (worker + 1) / engine.threads());
        NativeMemory.zero(gradients + 4 * table.rowOffset(from), 4L * (to - from) * table.rowStride());
    }
}
