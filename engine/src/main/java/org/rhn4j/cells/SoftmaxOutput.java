package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.WorkerTeam;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;
import org.rhn4j.numbers.pointwise.Pointwise;
import org.rhn4j.numbers.pointwise.ScalarPointwise;

/**
 * A softmax over a vocabulary or over classes: logits = D (m_o ⊙ s) + b, cross-entropy in nats, and the gradients.
 *
 * <p>Works in blocks of rows, so that the logits [S·B, V] never exist whole: a block's logits become exponentials in
 * place, then the gradient of the logits as operands, then two products, and the buffers serve the next block. Each
 * worker owns a slice of the vocabulary; a row's maximum and sum are combined from the workers' partial ones.
 *
 * <p>The decoder's weights [V,H] are the embedding's when tied.
 */
final class SoftmaxOutput implements NetworkHead {
    /** Bytes of logits in a block. Larger blocks use the products better, smaller ones the caches. */
    private static final long BLOCK_BYTES = 36L << 20;

    private final WorkerTeam team;
    private final Pointwise pointwise;
    private final Precision precision;
    private final Workspace workspace;
    private final Parameters parameters;
    private final Parameters.Parameter weight;
    private final Parameters.Parameter bias;
    private final UnitSlices vocabulary;
    private final UnitSlices hidden;
    private final int rows;
    private final int batch;
    private final int blocks;
    private final int blockRows;
    private final boolean training;

    private final long operands;
    private final long logits;
    private final long biasSums;
    private final long logitGradients;
    private final long stateGradients;
    private final @Nullable Mask outputMask;
    private final PackedProducts.@Nullable Weights[] toLogits;
    private final PackedProducts.@Nullable Weights[] toState;
    private final @Nullable MatrixProduct[] weightGradient;
    private final @Nullable MatrixProduct[] weightGradientAdded;

    private double labelSmoothing;
    private final float[][] maxima;
    private final float[][] sums;
    private final float[] targetLogits;
    private final float[] losses;

    /** Makes the products and reserves the buffers. */
    SoftmaxOutput(
            Engine engine,
            Workspace workspace,
            PackedProducts products,
            Parameters parameters,
            Architecture architecture,
            WindowShape window,
            boolean training) {
        this.team = engine.team();
        this.pointwise = engine.pointwise();
        this.precision = engine.precision();
        this.workspace = workspace;
        this.parameters = parameters;
        this.training = training;
        batch = window.batch();
        weight = parameters.get(architecture.outputWeightName());
        bias = parameters.get(architecture.outputBiasName());
        vocabulary = UnitSlices.of(weight.rows(), engine.threads());
        hidden = UnitSlices.of(weight.columns(), engine.threads());
        rows = window.outputRows();
        long rowBytes = 4L * vocabulary.padded();
        blocks = Math.toIntExact(Math.ceilDiv(rows * rowBytes, BLOCK_BYTES));
        blockRows = Math.ceilDiv(rows, blocks);
        long paddedRows = (long) blocks * blockRows;
        operands = workspace.reserve(paddedRows * hidden.padded() * precision.bytes());
        logits = workspace.reserveFloats((long) blockRows * vocabulary.padded());
        logitGradients = training ? workspace.reserve(blockRows * rowBytes / 4 * precision.bytes()) : 0;
        biasSums = training ? workspace.reserveFloats(vocabulary.padded()) : 0;
        stateGradients = training ? workspace.reserveFloats(paddedRows * hidden.padded()) : 0;
        outputMask = training ? new Mask(workspace, batch, hidden) : null;
        int threads = engine.threads();
        toLogits = new PackedProducts.@Nullable Weights[threads];
        toState = new PackedProducts.@Nullable Weights[threads];
        weightGradient = new @Nullable MatrixProduct[threads];
        weightGradientAdded = new @Nullable MatrixProduct[threads];
        for (int p = 0; p < threads; p++) {
            prepare(p, products);
        }
        maxima = new float[threads][blockRows];
        sums = new float[threads][blockRows];
        targetLogits = new float[blockRows];
        losses = new float[(int) paddedRows];
    }

    private void prepare(int p, PackedProducts products) {
        int own = vocabulary.width(p);
        int padded = hidden.padded();
        Layout stateRows = Layout.rows(padded);
        Layout logitRows = Layout.rows(vocabulary.padded());
        if (own > 0) {
            toLogits[p] = products.weights(
                    p,
                    blockRows,
                    padded,
                    own,
                    stateRows,
                    logitRows,
                    weight.offset() + (long) vocabulary.start(p) * padded,
                    Layout.transposed(padded));
        }
        if (training && own > 0) {
            Layout transposed = Layout.transposed(vocabulary.padded());
            weightGradient[p] = products.add(
                    p, MatrixProduct.plain(own, blockRows, padded, precision, transposed, stateRows, stateRows, false));
            if (blocks > 1) {
                weightGradientAdded[p] = products.add(
                        p,
                        MatrixProduct.plain(own, blockRows, padded, precision, transposed, stateRows, stateRows, true));
            }
        }
        if (training && hidden.width(p) > 0) {
            toState[p] = products.weights(
                    p,
                    blockRows,
                    vocabulary.padded(),
                    hidden.width(p),
                    logitRows,
                    stateRows,
                    weight.offset() + hidden.start(p),
                    stateRows);
        }
    }

    /**
     * Sets what share of each target's probability is spread over all words in the gradients of later windows (Szegedy et
     * al., 2016). The losses stay those of the targets alone.
     */
    void setLabelSmoothing(double share) {
        labelSmoothing = share;
    }

    @Override
    public void drawMask(int worker, double rate, RandomSource random) {
        if (outputMask != null) {
            outputMask.draw(worker, rate, random);
        }
    }

    /** m_o [B,H]; training only. */
    Mask outputMask() {
        if (outputMask == null) {
            throw new IllegalStateException("this softmax was made for inference");
        }
        return outputMask;
    }

    /** Losses of the last window, in nats per row [S·B] and on; 0 where the target was ignored. */
    float[] losses() {
        return losses;
    }

    /** The loss of the last window, summed over time and averaged over the batch. */
    double loss() {
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            loss += losses[row];
        }
        return loss / batch;
    }

    @Override
    public void forward(int worker, long states, Sequences in) {
        // logits never exist whole: they are made when they are held against targets
    }

    @Override
    public void check(Sequences in) {
        LinearOutput.requireDirect(in, 0);
    }

    /**
     * Refuses targets that are none.
     *
     * @throws IllegalArgumentException if there are not S·B, or one is neither a class nor {@link Network#IGNORED}
     */
    void check(int[] targets) {
        if (targets.length != rows) {
            throw new IllegalArgumentException(
                    "this network takes " + rows / batch + " × " + batch + " targets, not " + targets.length);
        }
        for (int i = 0; i < rows; i++) {
            if (targets[i] >= vocabulary.units() || (targets[i] < 0 && targets[i] != Network.IGNORED)) {
                throw new IllegalArgumentException("position " + i + " has the target " + targets[i]
                        + ", but there are the ids 0 to " + (vocabulary.units() - 1));
            }
        }
    }

    /** Turns the states of the last layer [S·B, padded H], f32, into operands; each worker a share of the rows. */
    private void maskStates(int worker, long states) {
        int from = (int) ((long) rows * worker / team.size());
        int to = (int) ((long) rows * (worker + 1) / team.size());
        for (int row = from; row < to; row++) {
            pointwise.toOperand(
                    states + 4L * row * hidden.padded(),
                    outputMask == null ? Pointwise.NONE : outputMask.address(row % batch, 0),
                    1f,
                    operands + workspace.address(0) + (long) precision.bytes() * row * hidden.padded(),
                    hidden.padded(),
                    precision);
        }
        team.barrier();
    }

    /**
     * Losses only.
     *
     * @param states address of the last layer's outputs [S·B, padded H], f32
     * @param targets ids [S·B], or {@link Network#IGNORED}
     */
    void forward(int worker, long states, int[] targets) {
        maskStates(worker, states);
        for (int block = 0; block < blocks; block++) {
            logitsOfBlock(worker, block);
            exponentialsOfBlock(worker, block, targets);
            team.barrier();
            if (worker == 0) {
                lossesOfBlock(block, targets);
            }
            team.barrier();
        }
    }

    /**
     * Losses, and the gradient of their sum over time and mean over the batch.
     *
     * @param states address of the last layer's outputs [S·B, padded H], f32
     * @param targets ids [S·B], or {@link Network#IGNORED}
     * @param outputGradients address that receives the gradient of the states [S·B, padded H], f32; each worker
     *     writes its own units, last
     * @param gradients arena of gradients; the decoder's are overwritten
     */
    void forwardBackward(int worker, long states, int[] targets, long outputGradients, long gradients) {
        maskStates(worker, states);
        for (int block = 0; block < blocks; block++) {
            logitsOfBlock(worker, block);
            exponentialsOfBlock(worker, block, targets);
            team.barrier();
            if (worker == 0) {
                lossesOfBlock(block, targets);
            }
            logitGradientsOfBlock(worker, block, targets);
            decoderGradientsOfBlock(worker, block, gradients);
            team.barrier();
            if (toState[worker] != null) {
                toState[worker].multiply(
                        workspace.address(logitGradients),
                        workspace.address(stateGradients)
                                + 4L * ((long) block * blockRows * hidden.padded() + hidden.start(worker)));
            }
            team.barrier();
        }
        maskStateGradients(worker, outputGradients);
    }

    private void maskStateGradients(int worker, long outputGradients) {
        int start = hidden.start(worker);
        Mask mask = outputMask();
        for (int row = 0; row < rows && hidden.width(worker) > 0; row++) {
            long at = 4L * ((long) row * hidden.padded() + start);
            pointwise.toOperand(
                    workspace.address(stateGradients) + at,
                    mask.address(row % batch, start),
                    1f,
                    outputGradients + at,
                    hidden.width(worker),
                    Precision.F32);
        }
    }

    private void logitsOfBlock(int worker, int block) {
        PackedProducts.Weights product = toLogits[worker];
        if (product != null) {
            product.multiply(
                    workspace.address(operands) + (long) precision.bytes() * block * blockRows * hidden.padded(),
                    workspace.address(logits) + 4L * vocabulary.start(worker));
        }
    }

    /** Visible words of a worker's slice: the padding has no logit. */
    private int ownWords(int worker) {
        int start = vocabulary.start(worker);
        return Math.max(0, Math.min(vocabulary.units(), start + vocabulary.width(worker)) - start);
    }

    private void exponentialsOfBlock(int worker, int block, int[] targets) {
        int start = vocabulary.start(worker);
        int own = ownWords(worker);
        for (int r = 0; r < blockRows; r++) {
            int row = block * blockRows + r;
            if (own == 0 || row >= rows || targets[row] == Network.IGNORED) {
                maxima[worker][r] = Float.NEGATIVE_INFINITY;
                sums[worker][r] = 0;
                continue;
            }
            long at = logitAddress(r, start);
            pointwise.addMasked(at, parameters.address() + 4 * bias.rowOffset(start), Pointwise.NONE, 1f, own);
            int target = targets[row] - start;
            if (target >= 0 && target < own) {
                targetLogits[r] = NativeMemory.getFloat(at + 4L * target);
            }
            float maximum = pointwise.maximum(at, own);
            maxima[worker][r] = maximum;
            sums[worker][r] = pointwise.exponentials(at, own, maximum);
        }
    }

    private long logitAddress(int blockRow, int word) {
        return workspace.address(logits) + 4L * ((long) blockRow * vocabulary.padded() + word);
    }

    private float maximumOf(int r) {
        float maximum = Float.NEGATIVE_INFINITY;
        for (float[] ofWorker : maxima) {
            maximum = Math.max(maximum, ofWorker[r]);
        }
        return maximum;
    }

    private double sumOf(int r, float maximum) {
        double sum = 0;
        for (int p = 0; p < sums.length; p++) {
            if (sums[p][r] != 0) {
                sum += sums[p][r] * Math.exp(maxima[p][r] - maximum);
            }
        }
        return sum;
    }

    private void lossesOfBlock(int block, int[] targets) {
        for (int r = 0; r < blockRows && block * blockRows + r < rows; r++) {
            int row = block * blockRows + r;
            if (targets[row] == Network.IGNORED) {
                losses[row] = 0;
            } else {
                float maximum = maximumOf(r);
                losses[row] = (float) (maximum - targetLogits[r] + Math.log(sumOf(r, maximum)));
            }
        }
    }

    /** (p − y) / B for this worker's words, as operands; y smoothed. */
    private void logitGradientsOfBlock(int worker, int block, int[] targets) {
        int start = vocabulary.start(worker);
        int own = ownWords(worker);
        float spread = (float) (-labelSmoothing / vocabulary.units() / batch);
        float ofLabel = (float) ((1 - labelSmoothing) / batch);
        for (int r = 0; r < blockRows && own > 0; r++) {
            int row = block * blockRows + r;
            long operand = workspace.address(logitGradients)
                    + (long) precision.bytes() * ((long) r * vocabulary.padded() + start);
            if (row >= rows || targets[row] == Network.IGNORED) {
                NativeMemory.zero(operand, (long) precision.bytes() * own);
                continue;
            }
            float maximum = maximumOf(r);
            float scale = (float) (Math.exp(maxima[worker][r] - maximum) / sumOf(r, maximum) / batch);
            long at = logitAddress(r, start);
            pointwise.scaleToOperand(at, operand, own, scale, spread, precision);
            int target = targets[row] - start;
            if (target >= 0 && target < own) {
                float ofTarget = NativeMemory.getFloat(at + 4L * target) * scale + spread - ofLabel;
                ScalarPointwise.storeOperand(operand, target, ofTarget, precision);
            }
        }
    }

    private void decoderGradientsOfBlock(int worker, int block, long gradients) {
        int own = vocabulary.width(worker);
        if (own == 0) {
            return;
        }
        int start = vocabulary.start(worker);
        long operand = workspace.address(logitGradients) + (long) precision.bytes() * start;
        MatrixProduct product = block == 0 ? weightGradient[worker] : weightGradientAdded[worker];
        if (product != null) {
            product.execute(
                    operand,
                    workspace.address(operands) + (long) precision.bytes() * block * blockRows * hidden.padded(),
                    gradients + 4 * (weight.offset() + (long) start * hidden.padded()));
        }
        long biasGradient = gradients + 4 * (bias.offset() + start);
        long target = block == 0 ? biasGradient : workspace.address(biasSums) + 4L * start;
        pointwise.columnSums(operand, blockRows, vocabulary.padded(), own, precision, target);
        if (block > 0) {
            pointwise.addMasked(biasGradient, target, Pointwise.NONE, 1f, own);
        }
    }

    @Override
    public void products(int worker, long unused, long gradients) {
        for (int block = 0; block < blocks; block++) {
            logitsOfBlock(worker, block);
            MatrixProduct product = block == 0 ? weightGradient[worker] : weightGradientAdded[worker];
            if (product != null) {
                product.execute(
                        workspace.address(logitGradients) + (long) precision.bytes() * vocabulary.start(worker),
                        workspace.address(operands) + (long) precision.bytes() * block * blockRows * hidden.padded(),
                        gradients + 4 * (weight.offset() + (long) vocabulary.start(worker) * hidden.padded()));
            }
            PackedProducts.Weights back = toState[worker];
            if (back != null) {
                back.multiply(
                        workspace.address(logitGradients),
                        workspace.address(stateGradients)
                                + 4L * ((long) block * blockRows * hidden.padded() + hidden.start(worker)));
            }
        }
    }

    /** Logits [S·B·V]: each worker fills its words. */
    @Override
    public void outputs(int worker, long states, Sequences in, float[] into) {
        maskStates(worker, states);
        int start = vocabulary.start(worker);
        int own = ownWords(worker);
        for (int block = 0; block < blocks && own > 0; block++) {
            logitsOfBlock(worker, block);
            for (int r = 0; r < blockRows && block * blockRows + r < rows; r++) {
                long at = logitAddress(r, start);
                pointwise.addMasked(at, parameters.address() + 4 * bias.rowOffset(start), Pointwise.NONE, 1f, own);
                int to = (block * blockRows + r) * vocabulary.units() + start;
                NativeMemory.copyOut(at, into, to, own);
            }
        }
    }
}
