package org.rhn4j.cells;

import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * Looks up the rows of a table [V,E] for a window of tokens [T,B], with dropout of whole word types per sequence (Gal
 * and Ghahramani, 2016) and the input mask of the first layer.
 */
public final class Embedding {
    private final Engine engine;
    private final Pointwise pointwise;
    private final Parameters parameters;
    private final Parameters.Parameter table;
    private final UnitSlices units;
    private final int rows;
    private final int batch;
    private double rate;
    private RandomSource random = new RandomSource(0);

    /** An embedding for a window of T·B tokens. */
    public Embedding(Engine engine, Parameters parameters, String table, int size, int steps, int batch) {
        this.engine = engine;
        this.pointwise = engine.pointwise();
        this.parameters = parameters;
        this.table = parameters.get(table);
        this.units = UnitSlices.of(size, engine.threads());
        this.rows = steps * batch;
        this.batch = batch;
    }

    /** Which word types are dropped in the next window: each with this rate, for each sequence. */
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

    /**
     * Writes m_x ⊙ (the rows of the tokens) [T·B, padded E] as operands, each worker a share of the rows.
     *
     * @param tokens ids [T·B]
     * @param mask m_x [B,E], or null
     * @param operand address of the result
     */
    public void forward(int worker, int[] tokens, @org.jspecify.annotations.Nullable Mask mask, long operand) {
        int from = (int) ((long) rows * worker / engine.threads());
        int to = (int) ((long) rows * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            int sequence = row % batch;
            pointwise.toOperand(
                    parameters.address() + 4 * table.rowOffset(tokens[row]),
                    mask == null ? Pointwise.NONE : mask.address(sequence, 0),
                    typeMask(sequence, tokens[row]),
                    operand + (long) engine.precision().bytes() * row * units.padded(),
                    units.padded(),
                    engine.precision());
        }
    }

    /**
     * Adds the gradient of the looked-up rows to that of the table, each worker its own columns, so that tokens that
     * occur twice need no lock.
     *
     * @param gradient address of the gradient of the masked input [T·B, padded E], f32
     * @param gradients arena of gradients
     */
    public void backward(int worker, int[] tokens, Mask mask, long gradient, long gradients) {
        int start = units.start(worker);
        int width = units.width(worker);
        if (width == 0) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            int sequence = row % batch;
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

    /** Sets the gradient of the table to zero, each worker a share of the rows; not needed where a decoder did. */
    public void clearGradient(int worker, long gradients) {
        int from = (int) ((long) table.rows() * worker / engine.threads());
        int to = (int) ((long) table.rows() * (worker + 1) / engine.threads());
        NativeMemory.zero(gradients + 4 * table.rowOffset(from), 4L * (to - from) * table.rowStride());
    }
}
