package org.rhn4j.tasks.text;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;

/**
 * Measures the loss of a model on texts, in one stream or several side by side.
 *
 * <p>One stream is exact and bound by reading all weights for each token. With several, the text is cut into as many
 * parts, and each starts {@link #CONTEXT} tokens early, predictions of those tokens not counted; so every token is still
 * predicted once, with at least that much context. Each part's first state is the one that the text's own beginning
 * leaves: a net that was never reset in the middle of a text need not find its way from a zero state there.
 *
 * <p>With {@link MonteCarloDropout} all passes run side by side, as copies of each stream with masks of their own.
 */
public final class Evaluator implements AutoCloseable {
    /** Tokens of context before each part. */
    public static final int CONTEXT = 128;

    private static final int WINDOW = 64;

    /** Hears how far an evaluation is. */
    @FunctionalInterface
    public interface Watcher {
        /** Hears nothing. */
        Watcher SILENT = (done, all) -> {};

        /** So many tokens of so many are done. */
        void progress(long done, long all);
    }

    /** Hears each prediction's loss. */
    @FunctionalInterface
    interface LossSink {
        /** Hears nothing. */
        LossSink NONE = (position, loss) -> {};

        /** The loss, in nats, of the token at a place of the text. */
        void loss(int position, double loss);
    }

    private final Network network;
    private final int streams;
    private final int steps;
    private final @Nullable MonteCarloDropout sampling;

    /** An evaluator for texts of about some length. */
    Evaluator(LanguageModel model, int streams, int tokens) {
        this(model, streams, tokens, null);
    }

    /**
     * An evaluator for texts of about some length.
     *
     * @param sampling the passes with dropout of which the mean is taken, or null to predict without dropout
     */
    Evaluator(LanguageModel model, int streams, int tokens, @Nullable MonteCarloDropout sampling) {
        if (streams < 1) {
            throw new UserError("The number of streams must be at least 1, not " + streams + ".");
        }
        // a part shorter than its context would cost more than it saves
        this.streams = Math.clamp(tokens / (2 * CONTEXT), 1, streams);
        this.sampling = sampling;
        steps = Math.clamp(tokens, 1, sampling == null ? WINDOW : sampling.window());
        Network planned = new Network(
                model.engine(),
                model.parameters(),
                model.architecture(),
                WindowShape.of(steps, this.streams * copies()),
                sampling != null);
        try {
            MemoryBudget.require(
                    planned.plannedBytes(),
                    "Evaluating this model",
                    sampling == null ? "close other programs" : "take fewer passes with dropout");
            planned.allocate();
        } catch (RuntimeException | Error e) {
            planned.close();
            throw e;
        }
        network = planned;
    }

    private int copies() {
        return sampling == null ? 1 : sampling.samples();
    }

    /** Brings the weights up to date after the model's parameters changed. */
    void pack() {
        network.pack();
    }

    /**
     * Mean loss over a text from a zero state; every token but the first is predicted.
     *
     * @throws UserError if the text has fewer than 2 tokens
     */
    public Evaluation evaluate(int[] ids, Watcher watcher) {
        return evaluate(ids, watcher, LossSink.NONE);
    }

    /** As {@link #evaluate(int[], Watcher)}, each loss told as well. */
    Evaluation evaluate(int[] ids, Watcher watcher, LossSink sink) {
        requireText(ids);
        long start = System.nanoTime();
        TextStreams text = new TextStreams(ids, streams, copies(), steps);
        network.clearStates();
        long windows = streams > 1 ? readBeginning(text, ids.length) : 0;
        double sum = 0;
        long counted = 0;
        while (counted < text.targetCount()) {
            counted += text.advance();
            float[] losses = losses(text, windows++);
            sum += sumOf(losses, text, sink);
            watcher.progress(counted, text.targetCount());
        }
        return new Evaluation(sum / counted, counted, (System.nanoTime() - start) * 1e-9);
    }

    static void requireText(int[] ids) {
        if (ids.length < 2) {
            throw new UserError("A text of " + ids.length + " token" + (ids.length == 1 ? "" : "s")
                    + " cannot be evaluated, because every token but the first is predicted; give at least 2.");
        }
    }

    /** Lets all streams but the first read the text's first tokens, so that they start from a state that it knows. */
    private long readBeginning(TextStreams text, int length) {
        long windows = 0;
        for (int at = 0; at + steps <= Math.min(CONTEXT, length); at += steps) {
            text.readByAll(at);
            losses(text, windows++);
        }
        for (int copy = 0; copy < copies(); copy++) {
            network.clearState(copy);
        }
        return windows;
    }

    private float[] losses(TextStreams text, long window) {
        Sequences in = Sequences.ofTokens(text.inputs());
        if (sampling == null) {
            return network.losses(in, text.targets());
        }
        RandomSource random =
                new RandomSource(sampling.seed()).split("monte-carlo").split(window);
        return network.lossesWithDropout(in, text.targets(), sampling.dropout(), random);
    }

    private double sumOf(float[] losses, TextStreams text, LossSink sink) {
        double sum = 0;
        for (int t = 0; t < steps; t++) {
            for (int s = 0; s < streams; s++) {
                int row = text.row(t, s);
                if (text.targets()[row] != Network.IGNORED) {
                    double loss = lossOfMean(losses, row, copies());
                    sink.loss(text.position(t, s), loss);
                    sum += loss;
                }
            }
        }
        return sum;
    }

    /** The loss of the mean of some probabilities whose losses are given: −log (1/n Σ e^−loss). */
    static double lossOfMean(float[] losses, int from, int n) {
        float least = losses[from];
        for (int i = 1; i < n; i++) {
            least = Math.min(least, losses[from + i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp((double) least - losses[from + i]);
        }
        return least - Math.log(sum / n);
    }

    @Override
    public void close() {
        network.close();
    }
}
