package org.rhn4j.cells;

import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * What the members of a team compute for an {@link Attention}: products by columns, each worker its own units; scores,
 * weights and contexts by sequences. Methods with a {@code worker} are run by every member at once.
 */
final class AttentionPass {
    private static final String QUERY = "query.weight";
    private static final String KEY = "key.weight";
    private static final String SCORE = "score.weight";
    private static final String BIAS = "bias";

    private final Engine engine;
    private final Pointwise pointwise;
    private final Precision precision;
    private final Workspace workspace;
    private final AttentionProducts products;
    private final Parameters parameters;
    private final Attention.Shape shape;
    private final int positions;
    private final int queries;
    private final int batch;
    private final UnitSlices query;
    private final UnitSlices key;
    private final UnitSlices meeting;
    private final Parameters.Parameter queryWeight;
    private final Parameters.Parameter keyWeight;
    private final Parameters.Parameter score;
    private final Parameters.Parameter bias;

    /** [S·B, padded H]: f32, and as operands. */
    private final long keys;

    private final long keyOperands;
    /** W_k k + b [S·B, padded A], f32. */
    private final long keyParts;
    /** [T·B, padded Q]: f32 of one query, and operands of all. */
    private final long queryValues;

    private final long queryOperands;
    /** W_q q [T·B, padded A], f32. */
    private final long queryParts;
    /** [T·B·S], f32. */
    private final long weights;
    /** One row of H and one of A for each worker, f32. */
    private final long contexts;

    private final long scratch;

    private long keyGradients;
    private long keyPartGradients;
    private long keyPartOperands;
    private long queryPartGradients;
    private long queryPartOperands;
    private long queryGradients;
    private long scoreGradients;
    private boolean fresh;

    static void addParameters(Parameters parameters, Attention.Shape shape, int threads) {
        UnitSlices meeting = UnitSlices.of(shape.size(), threads);
        parameters.addMatrix(QUERY, meeting, UnitSlices.of(shape.querySize(), threads));
        parameters.addMatrix(KEY, meeting, UnitSlices.of(shape.keySize(), threads));
        parameters.addVector(SCORE, meeting);
        parameters.addVector(BIAS, meeting);
    }

    AttentionPass(
            Engine engine,
            Workspace workspace,
            Parameters parameters,
            Attention.Shape shape,
            int positions,
            WindowShape window,
            boolean training) {
        this.engine = engine;
        this.workspace = workspace;
        this.parameters = parameters;
        this.shape = shape;
        this.positions = positions;
        pointwise = engine.pointwise();
        precision = engine.precision();
        queries = window.steps();
        batch = window.batch();
        int threads = engine.threads();
        query = UnitSlices.of(shape.querySize(), threads);
        key = UnitSlices.of(shape.keySize(), threads);
        meeting = UnitSlices.of(shape.size(), threads);
        queryWeight = parameters.get(QUERY);
        keyWeight = parameters.get(KEY);
        score = parameters.get(SCORE);
        bias = parameters.get(BIAS);
        long keyRows = (long) positions * batch;
        long queryRows = (long) queries * batch;
        keys = workspace.reserveFloats(keyRows * key.padded());
        keyOperands = workspace.reserve(keyRows * key.padded() * precision.bytes());
        keyParts = workspace.reserveFloats(keyRows * meeting.padded());
        queryValues = workspace.reserveFloats((long) batch * query.padded());
        queryOperands = workspace.reserve(queryRows * query.padded() * precision.bytes());
        queryParts = workspace.reserveFloats(queryRows * meeting.padded());
        weights = workspace.reserveFloats(queryRows * positions);
        contexts = workspace.reserveFloats((long) threads * key.padded());
        scratch = workspace.reserveFloats((long) threads * Math.max(meeting.padded(), positions));
        if (training) {
            keyGradients = workspace.reserveFloats(keyRows * key.padded());
            keyPartGradients = workspace.reserveFloats(keyRows * meeting.padded());
            keyPartOperands = workspace.reserve(keyRows * meeting.padded() * precision.bytes());
            queryPartGradients = workspace.reserveFloats((long) batch * meeting.padded());
            queryPartOperands = workspace.reserve(queryRows * meeting.padded() * precision.bytes());
            queryGradients = workspace.reserveFloats((long) batch * query.padded());
            scoreGradients = workspace.reserveFloats((long) threads * meeting.padded());
        }
        products = new AttentionProducts(engine, workspace, queryWeight, keyWeight, keyRows, window, training);
    }

    Attention.Shape shape() {
        return shape;
    }

    void bind() {
        products.bind();
    }

    /** Packs the weights whose masters begin in a range of the parameters. */
    void pack(int worker, long from, long to) {
        products.pack(worker, parameters.address(), from, to);
    }

    private int share(long all, int worker) {
        return (int) (all * worker / engine.threads());
    }

    private long floats(long buffer, long row, UnitSlices units) {
        return workspace.address(buffer) + 4 * row * units.padded();
    }

    private long operands(long buffer, long row, UnitSlices units) {
        return workspace.address(buffer) + precision.bytes() * row * units.padded();
    }

    private void toOperands(long from, long to, int units) {
        pointwise.toOperand(from, Pointwise.NONE, 1f, to, units, precision);
    }

    /** Takes the keys, and W_k k + b of all. */
    void setKeys(int worker, float[] values) {
        int rows = positions * batch;
        for (int row = share(rows, worker); row < share(rows, worker + 1); row++) {
            NativeMemory.copyIn(values, row * key.units(), floats(keys, row, key), key.units());
            toOperands(floats(keys, row, key), operands(keyOperands, row, key), key.padded());
        }
        engine.team().barrier();
        PackedProducts.Weights product = products.fromKeys[worker];
        if (product != null) {
            int start = meeting.start(worker);
            product.multiply(workspace.address(keyOperands), workspace.address(keyParts) + 4L * start);
            for (int row = 0; row < rows; row++) {
                pointwise.addMasked(
                        floats(keyParts, row, meeting) + 4L * start,
                        parameters.address() + 4 * (bias.offset() + start),
                        Pointwise.NONE,
                        1f,
                        meeting.width(worker));
            }
        }
        if (worker == 0) {
            fresh = true;
        }
    }

    /**
     * Contexts of the queries of some steps.
     *
     * @param values the queries of these steps [·B·Q]
     * @param into receives their contexts [·B·H]
     */
    void forward(int worker, int from, int to, int[] lengths, float[] values, float[] into) {
        for (int t = from; t < to; t++) {
            for (int b = share(batch, worker); b < share(batch, worker + 1); b++) {
                NativeMemory.copyIn(
                        values, ((t - from) * batch + b) * query.units(), floats(queryValues, b, query), query.units());
                toOperands(
                        floats(queryValues, b, query),
                        operands(queryOperands, (long) t * batch + b, query),
                        query.padded());
            }
            engine.team().barrier();
            PackedProducts.Weights product = products.fromQueries[worker];
            if (product != null) {
                product.multiply(
                        operands(queryOperands, (long) t * batch, query),
                        floats(queryParts, (long) t * batch, meeting) + 4L * meeting.start(worker));
            }
            engine.team().barrier();
            for (int b = share(batch, worker); b < share(batch, worker + 1); b++) {
                attend(worker, t, b, lengths[b]);
                long context = floats(contexts, worker, key);
                NativeMemory.copyOut(context, into, ((t - from) * batch + b) * key.units(), key.units());
            }
        }
    }

    private long weightsOf(int t, int b) {
        return workspace.address(weights) + 4L * positions * ((long) t * batch + b);
    }

    private long scratchOf(int worker) {
        return workspace.address(scratch) + 4L * worker * Math.max(meeting.padded(), positions);
    }

    private long scoreAddress() {
        return parameters.address() + 4 * score.offset();
    }

    private void attend(int worker, int t, int b, int length) {
        long row = scratchOf(worker);
        long own = weightsOf(t, b);
        long part = floats(queryParts, (long) t * batch + b, meeting);
        for (int s = 0; s < length; s++) {
            pointwise.tanhOfSum(part, floats(keyParts, (long) s * batch + b, meeting), row, meeting.padded());
            NativeMemory.setFloat(own + 4L * s, pointwise.dot(row, scoreAddress(), meeting.padded()));
        }
        float sum = pointwise.exponentials(own, length, pointwise.maximum(own, length));
        long context = floats(contexts, worker, key);
        NativeMemory.zero(context, 4L * key.padded());
        for (int s = 0; s < length; s++) {
            float weight = NativeMemory.getFloat(own + 4L * s) / sum;
            NativeMemory.setFloat(own + 4L * s, weight);
            pointwise.addMasked(context, floats(keys, (long) s * batch + b, key), Pointwise.NONE, weight, key.padded());
        }
    }

    /**
     * Gradients of the queries of some steps; those of the keys and scores are added up.
     *
     * @param ofContexts gradients of these steps' contexts [·B·H]
     * @param into receives those of their queries [·B·Q]
     */
    void backward(int worker, int from, int to, int[] lengths, float[] ofContexts, float[] into) {
        if (fresh) {
            clear(worker);
            engine.team().barrier();
            if (worker == 0) {
                fresh = false;
            }
        }
        for (int t = to - 1; t >= from; t--) {
            for (int b = share(batch, worker); b < share(batch, worker + 1); b++) {
                long context = floats(contexts, worker, key);
                NativeMemory.copyIn(ofContexts, ((t - from) * batch + b) * key.units(), context, key.units());
                NativeMemory.zero(context + 4L * key.units(), 4L * (key.padded() - key.units()));
                backward(worker, t, b, lengths[b], context);
                toOperands(
                        floats(queryPartGradients, b, meeting),
                        operands(queryPartOperands, (long) t * batch + b, meeting),
                        meeting.padded());
            }
            engine.team().barrier();
            PackedProducts.Weights product = products.toQueries[worker];
            if (product != null) {
                product.multiply(
                        operands(queryPartOperands, (long) t * batch, meeting),
                        workspace.address(queryGradients) + 4L * query.start(worker));
            }
            engine.team().barrier();
            for (int b = share(batch, worker); b < share(batch, worker + 1); b++) {
                NativeMemory.copyOut(
                        floats(queryGradients, b, query),
                        into,
                        ((t - from) * batch + b) * query.units(),
                        query.units());
            }
        }
    }

    /** Nothing was run backward yet: each worker clears its sequences, and its part of what all share. */
    private void clear(int worker) {
        int rows = positions * batch;
        for (int row = share(rows, worker); row < share(rows, worker + 1); row++) {
            NativeMemory.zero(floats(keyGradients, row, key), 4L * key.padded());
            NativeMemory.zero(floats(keyPartGradients, row, meeting), 4L * meeting.padded());
        }
        for (int row = share((long) queries * batch, worker); row < share((long) queries * batch, worker + 1); row++) {
            NativeMemory.zero(operands(queryPartOperands, row, meeting), (long) precision.bytes() * meeting.padded());
        }
        NativeMemory.zero(floats(scoreGradients, worker, meeting), 4L * meeting.padded());
    }

    private void backward(int worker, int t, int b, int length, long ofContext) {
        long own = weightsOf(t, b);
        long row = scratchOf(worker);
        float mean = 0;
        for (int s = 0; s < length; s++) {
            float ofWeight = pointwise.dot(ofContext, floats(keys, (long) s * batch + b, key), key.padded());
            NativeMemory.setFloat(row + 4L * s, ofWeight);
            mean = Math.fma(NativeMemory.getFloat(own + 4L * s), ofWeight, mean);
        }
        float[] ofScores = new float[length];
        for (int s = 0; s < length; s++) {
            ofScores[s] = NativeMemory.getFloat(own + 4L * s) * (NativeMemory.getFloat(row + 4L * s) - mean);
        }
        long part = floats(queryParts, (long) t * batch + b, meeting);
        long ofPart = floats(queryPartGradients, b, meeting);
        NativeMemory.zero(ofPart, 4L * meeting.padded());
        for (int s = 0; s < length; s++) {
            long at = (long) s * batch + b;
            pointwise.addMasked(
                    floats(keyGradients, at, key),
                    ofContext,
                    Pointwise.NONE,
                    NativeMemory.getFloat(own + 4L * s),
                    key.padded());
            pointwise.tanhOfSum(part, floats(keyParts, at, meeting), row, meeting.padded());
            pointwise.addMasked(
                    floats(scoreGradients, worker, meeting), row, Pointwise.NONE, ofScores[s], meeting.padded());
            pointwise.addTanhGradient(
                    row, scoreAddress(), ofScores[s], ofPart, floats(keyPartGradients, at, meeting), meeting.padded());
        }
    }

    /** Gradients of the parameters, and what of those of the keys comes through their weights. */
    void endBackward(int worker, long gradients) {
        int rows = positions * batch;
        for (int row = share(rows, worker); row < share(rows, worker + 1); row++) {
            toOperands(
                    floats(keyPartGradients, row, meeting), operands(keyPartOperands, row, meeting), meeting.padded());
        }
        engine.team().barrier();
        PackedProducts.Weights back = products.toKeys[worker];
        MatrixProduct add = products.addToKeys[worker];
        if (back != null && add != null) {
            back.multiplyWith(
                    add, workspace.address(keyPartOperands), workspace.address(keyGradients) + 4L * key.start(worker));
        }
        int start = meeting.start(worker);
        int width = meeting.width(worker);
        MatrixProduct ofKeys = products.keyWeightGradient[worker];
        MatrixProduct ofQueries = products.queryWeightGradient[worker];
        if (ofKeys != null && ofQueries != null) {
            long own = workspace.address(keyPartOperands) + (long) precision.bytes() * start;
            ofKeys.execute(
                    own,
                    workspace.address(keyOperands),
                    gradients + 4 * (keyWeight.offset() + (long) start * key.padded()));
            ofQueries.execute(
                    workspace.address(queryPartOperands) + (long) precision.bytes() * start,
                    workspace.address(queryOperands),
                    gradients + 4 * (queryWeight.offset() + (long) start * query.padded()));
            pointwise.columnSums(
                    own, rows, meeting.padded(), width, precision, gradients + 4 * (bias.offset() + start));
            pointwise.columnSums(
                    workspace.address(scoreGradients) + 4L * start,
                    engine.threads(),
                    meeting.padded(),
                    width,
                    Precision.F32,
                    gradients + 4 * (score.offset() + start));
        }
    }

    /** @param queried which queries were made */
    void copyWeights(float[] into, int[] lengths, boolean[] queried) {
        for (int t = 0; t < queries; t++) {
            for (int b = 0; b < batch; b++) {
                for (int s = 0; s < lengths[b] && queried[t]; s++) {
                    into[(t * positions + s) * batch + b] = NativeMemory.getFloat(weightsOf(t, b) + 4L * s);
                }
            }
        }
    }

    void copyKeyGradients(float[] into) {
        for (int row = 0; row < positions * batch; row++) {
            NativeMemory.copyOut(floats(keyGradients, row, key), into, row * key.units(), key.units());
        }
    }
}
