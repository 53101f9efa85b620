package org.rhn4j.cells;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Workspace;

/**
 * Additive attention (Bahdanau, Cho, Bengio, "Neural machine translation by jointly learning to align and translate",
 * 2015): T queries q [B,Q], one after another or all at once, over the same keys k [S,B,H], of which each sequence has its
 * first positions.
 *
 * <pre>
 *   e_s = v · tanh(W_q q + W_k k_s + b)      w = softmax(e)      context = Σ_s w_s k_s
 * </pre>
 *
 * W_q is {@code query.weight} [A,Q], W_k {@code key.weight} [A,H], v {@code score.weight} [A], b {@code bias} [A].
 *
 * <p>A window: {@link #setKeys}, then {@link #contexts} of all queries or {@link #context} of each in turn; for gradients
 * {@link #backward(float[])} of all, or {@link #backward(int, float[])} of each in any order and then
 * {@link #endBackward}. Arrays are time-major: what belongs to position s of sequence b is row {@code s · B + b}.
 *
 * <p>Owns native memory: close it. Not safe for use by several threads at once.
 */
public final class Attention implements TrainedPart, AutoCloseable {
    private final Engine engine;
    private final Parameters parameters;
    private final @Nullable Gradients gradients;
    private final WindowShape queries;
    private final int positions;
    private final Workspace workspace = new Workspace("attention");
    private final AttentionPass pass;
    private final int[] lengths;
    private final boolean[] queried;
    private boolean hasKeys;

    /**
     * The sizes of an attention.
     *
     * @param querySize Q
     * @param keySize H, also of the contexts
     * @param size A, units that queries and keys meet in
     */
    public record Shape(int querySize, int keySize, int size) {
        /**
         * @throws IllegalArgumentException if a size is below 1
         */
        public Shape {
            if (querySize < 1 || keySize < 1 || size < 1) {
                throw new IllegalArgumentException("sizes of an attention are at least 1");
            }
        }
    }

    /** Adds the parameters, laid out for a number of threads, best in a {@link Parameters#scope} of their own. */
    public static void addParameters(Parameters parameters, Shape shape, int threads) {
        AttentionPass.addParameters(parameters, shape, threads);
    }

    /**
     * Plans an attention.
     *
     * @param parameters those that {@link #addParameters} added, in their scope
     * @param positions S
     * @param queries T queries of B sequences
     * @param gradients of all parts that are trained together, which the caller allocates and closes; null for inference
     */
    public Attention(
            Engine engine,
            Parameters parameters,
            Shape shape,
            int positions,
            WindowShape queries,
            @Nullable Gradients gradients) {
        this.engine = engine;
        this.parameters = parameters;
        this.gradients = gradients;
        this.queries = queries;
        this.positions = positions;
        pass = new AttentionPass(engine, workspace, parameters, shape, positions, queries, gradients != null);
        lengths = new int[queries.batch()];
        queried = new boolean[queries.steps()];
    }

    /** Bytes of native memory that {@link #allocate} takes. */
    public long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the buffers and packs the weights. */
    public Attention allocate() {
        workspace.allocate();
        pass.bind();
        pack();
        return this;
    }

    @Override
    public Workspace.Use use() {
        Workspace.Use use = workspace.use().and(parameters::use);
        return gradients == null ? use : use.and(gradients::use);
    }

    @Override
    public void pack() {
        try (var _ = use()) {
            engine.team().run(worker -> pass.pack(worker, 0, Long.MAX_VALUE));
        }
    }

    @Override
    public void pack(int worker, Parameters.Parameter parameter) {
        pass.pack(worker, parameter.offset(), parameter.offset() + parameter.length());
    }

    @Override
    public Gradients gradients() {
        if (gradients == null) {
            throw new IllegalStateException("an attention made for inference has no gradients");
        }
        return gradients;
    }

    /** The gradient of a parameter, row-major in its visible shape. */
    public float[] gradient(String parameter) {
        return gradients().values(parameters.get(parameter));
    }

    /**
     * Takes the keys of a window.
     *
     * @param keys [S·B·H], finite
     * @param steps positions of each sequence [B], each from 1 to S; null where all have S
     */
    public void setKeys(float[] keys, int @Nullable [] steps) {
        requireLength("keys", keys, positions * queries.batch() * pass.shape().keySize());
        if (steps == null) {
            Arrays.fill(lengths, positions);
        } else {
            requireLengths(steps);
            System.arraycopy(steps, 0, lengths, 0, lengths.length);
        }
        try (var _ = use()) {
            engine.team().run(worker -> pass.setKeys(worker, keys));
        }
        Arrays.fill(queried, false);
        hasKeys = true;
    }

    private void requireLengths(int[] steps) {
        if (steps.length != lengths.length) {
            throw new IllegalArgumentException(
                    "this attention takes " + lengths.length + " sequences, not lengths of " + steps.length);
        }
        for (int length : steps) {
            if (length < 1 || length > positions) {
                throw new IllegalArgumentException(
                        "a sequence has 1 to " + positions + " positions to attend to, not " + length);
            }
        }
    }

    private static void requireLength(String what, float[] values, int expected) {
        if (values.length != expected) {
            throw new IllegalArgumentException("the " + what + " have " + expected + " values, not " + values.length);
        }
    }

    /**
     * The contexts of all queries.
     *
     * @param all the queries [T·B·Q], finite
     * @return [T·B·H]
     */
    public float[] contexts(float[] all) {
        requireLength("queries", all, queries.rows() * pass.shape().querySize());
        return run(0, queries.steps(), all);
    }

    /**
     * The contexts of one query of each sequence.
     *
     * @param step from 0 to T − 1
     * @param query [B·Q], finite
     * @return [B·H]
     */
    public float[] context(int step, float[] query) {
        requireStep(step);
        requireLength("queries", query, queries.batch() * pass.shape().querySize());
        return run(step, step + 1, query);
    }

    private void requireStep(int step) {
        if (step < 0 || step >= queries.steps()) {
            throw new IllegalArgumentException("there are the queries 0 to " + (queries.steps() - 1) + ", not " + step);
        }
    }

    private float[] run(int from, int to, float[] some) {
        if (!hasKeys) {
            throw new IllegalStateException("there are no keys to attend to");
        }
        float[] contexts =
                new float[(to - from) * queries.batch() * pass.shape().keySize()];
        try (var _ = use()) {
            engine.team().run(worker -> pass.forward(worker, from, to, lengths, some, contexts));
        }
        Arrays.fill(queried, from, to, true);
        return contexts;
    }

    /** How much each query attended to each position [T·S·B]; 0 beyond a sequence's positions, and of queries not made. */
    public float[] weights() {
        float[] weights = new float[queries.steps() * positions * queries.batch()];
        try (var _ = use()) {
            pass.copyWeights(weights, lengths, queried);
        }
        return weights;
    }

    /**
     * Backpropagates from the contexts of all queries.
     *
     * @param ofContexts gradient of the contexts [T·B·H]
     * @return gradient of the queries [T·B·Q]; {@link #keyGradients} has that of the keys
     * @throws IllegalStateException if a query was not made, or the attention was made for inference
     */
    public float[] backward(float[] ofContexts) {
        requireLength(
                "gradients of contexts",
                ofContexts,
                queries.rows() * pass.shape().keySize());
        float[] ofQueries = back(0, queries.steps(), ofContexts);
        endBackward();
        return ofQueries;
    }

    /**
     * Backpropagates from the contexts of one query of each sequence; {@link #endBackward} must follow the last.
     *
     * @param ofContext gradient of the contexts [B·H]
     * @return gradient of the query [B·Q]
     */
    public float[] backward(int step, float[] ofContext) {
        requireStep(step);
        requireLength(
                "gradients of contexts",
                ofContext,
                queries.batch() * pass.shape().keySize());
        return back(step, step + 1, ofContext);
    }

    private float[] back(int from, int to, float[] ofContexts) {
        gradients();
        for (int step = from; step < to; step++) {
            if (!queried[step]) {
                throw new IllegalStateException("query " + step + " is run backward only after it was run forward");
            }
        }
        float[] ofQueries =
                new float[(to - from) * queries.batch() * pass.shape().querySize()];
        try (var _ = use()) {
            engine.team().run(worker -> pass.backward(worker, from, to, lengths, ofContexts, ofQueries));
        }
        return ofQueries;
    }

    /**
     * Computes the gradients of the parameters and of the keys from all queries that were run backward since
     * {@link #setKeys}.
     */
    public void endBackward() {
        long arena = gradients().address();
        try (var _ = use()) {
            engine.team().run(worker -> pass.endBackward(worker, arena));
        }
    }

    /** Gradient of the keys [S·B·H], after {@link #endBackward} or {@link #backward(float[])}. */
    public float[] keyGradients() {
        float[] values = new float[positions * queries.batch() * pass.shape().keySize()];
        try (var _ = use()) {
            pass.copyKeyGradients(values);
        }
        return values;
    }

    @Override
    public void close() {
        workspace.close();
    }
}
