package org.rhn4j.training;

import org.rhn4j.cells.Gradients;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.pointwise.Pointwise.Anchor;

/**
 * Gradient steps on weights that are pulled back to where they began, for weights that follow a text while it is read
 * (Krause, Kahembwe, Murray, Renals, "Dynamic evaluation of neural sequence models", 2018).
 *
 * <p>With the anchor w₀, the trained weights:
 * <pre>
 *   SGD:  w ← w − rate · g + decay · (w₀ − w)
 *   RMS:  w ← w − rate · g / (r + ε) + min(1, decay · r / r̄) · (w₀ − w)
 * </pre>
 * where r is the root of the mean square of each weight's gradients over training data, r̄ its mean over all weights, and
 * ε = {@value #EPSILON_SHARE} r̄: weights that training seldom moved are held loosely and stepped far.
 */
public final class AnchoredDescent implements AutoCloseable {
    /** What keeps the steps of weights with next to no gradient finite, as a share of the mean root of squares. */
    static final double EPSILON_SHARE = 0.1;

    private final Engine engine;
    private final Parameters parameters;
    private final Workspace workspace = new Workspace("optimizer");
    private final long anchor;
    private final long scale;
    private final long pull;

    /** Steps on some parameters; allocated by {@link #allocate}. */
    public AnchoredDescent(Engine engine, Parameters parameters) {
        this.engine = engine;
        this.parameters = parameters;
        anchor = workspace.reserveFloats(parameters.floats());
        scale = workspace.reserveFloats(parameters.floats());
        pull = workspace.reserveFloats(parameters.floats());
    }

    /** Bytes that {@link #allocate} takes. */
    public long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the arrays; the parameters as they are now become the anchor. */
    public AnchoredDescent allocate() {
        workspace.allocate();
        NativeMemory.copy(parameters.memory().address(), workspace.address(anchor), 4 * parameters.floats());
        return this;
    }

    /** Steps by the rule SGD from now on. */
    public void useUniformSteps(double decay) {
        forShares((from, to) -> {
            for (long i = from; i < to; i++) {
                NativeMemory.setFloat(workspace.address(scale) + 4 * i, 1f);
                NativeMemory.setFloat(workspace.address(pull) + 4 * i, (float) decay);
            }
        });
    }

    /** Adds the squares of a gradient to those that {@link #useRootMeanSquares} takes the mean of. */
    public void addSquares(Gradients gradients) {
        long arena = gradients.memory().address();
        forShares((from, to) -> {
            for (long i = from; i < to; i++) {
                long at = workspace.address(scale) + 4 * i;
                float g = NativeMemory.getFloat(arena + 4 * i);
                NativeMemory.setFloat(at, Math.fma(g, g, NativeMemory.getFloat(at)));
            }
        });
    }

    /**
     * Steps by the rule RMS from now on.
     *
     * @param count how often {@link #addSquares} was called
     * @param decay pull of a weight whose r is the mean one
     */
    public void useRootMeanSquares(long count, double decay) {
        double mean = meanRoot(count);
        forShares((from, to) -> {
            for (long i = from; i < to; i++) {
                long at = workspace.address(scale) + 4 * i;
                double root = Math.sqrt(NativeMemory.getFloat(at) / (double) count);
                NativeMemory.setFloat(at, (float) (1 / (root + EPSILON_SHARE * mean)));
                double back = mean > 0 ? Math.min(1, decay * root / mean) : 0;
                NativeMemory.setFloat(workspace.address(pull) + 4 * i, (float) back);
            }
        });
    }

    /** Padding has no gradient, so it adds nothing to the sum. */
    private double meanRoot(long count) {
        double sum = 0;
        for (long i = 0; i < parameters.floats(); i++) {
            sum += Math.sqrt(NativeMemory.getFloat(workspace.address(scale) + 4 * i) / (double) count);
        }
        return sum / parameters.count();
    }

    /** One step; networks must be packed anew before they are used. */
    public void step(Gradients gradients, double rate) {
        long arena = gradients.memory().address();
        forShares((from, to) -> {
            long at = 4 * from;
            engine.pointwise()
                    .descendAnchored(
                            parameters.memory().address() + at,
                            arena + at,
                            new Anchor(
                                    workspace.address(anchor) + at,
                                    workspace.address(scale) + at,
                                    workspace.address(pull) + at),
                            to - from,
                            (float) rate);
        });
    }

    /** Sets the parameters back to the anchor. */
    public void restore() {
        NativeMemory.copy(workspace.address(anchor), parameters.memory().address(), 4 * parameters.floats());
    }

    private interface Share {
        void run(long from, long to);
    }

    private void forShares(Share share) {
        long chunks = Math.ceilDiv(parameters.floats(), 32L);
        int threads = engine.threads();
        engine.team().run(worker -> {
            long from = Math.min(parameters.floats(), chunks * worker / threads * 32);
            long to = Math.min(parameters.floats(), chunks * (worker + 1) / threads * 32);
            share.run(from, to);
        });
    }

    @Override
    public void close() {
        workspace.close();
    }
}
