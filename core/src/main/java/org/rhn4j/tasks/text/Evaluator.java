package org.rhn4j.tasks.text;

import java.util.Arrays;
import org.rhn4j.UserError;
import org.rhn4j.cells.SoftmaxOutput;
import org.rhn4j.cells.TokenNetwork;
import org.rhn4j.numbers.MemoryBudget;

/**
 * Measures the loss of a model on texts, in one stream or several side by side.
 *
 * <p>One stream is exact and bound by reading all weights for each token. With several, the text is cut into as many
 * parts, and each starts {@link #CONTEXT} tokens early, predictions of those tokens not counted; so every token is still
 * predicted once, with at least that much context. Each part's first state is the one that the text's own beginning
 * leaves: a net that was never reset in the middle of a text need not find its way from a zero state there.
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

    private final TokenNetwork network;
    private final int streams;
    private final int steps;

    /** An evaluator for texts of about some length. */
    Evaluator(LanguageModel model, int streams, int tokens) {
        if (streams < 1) {
            throw new UserError("The number of streams must be at least 1, not " + streams + ".");
        }
        // a part shorter than its context would cost more than it saves
        this.streams = Math.clamp(tokens / (2 * CONTEXT), 1, streams);
        steps = Math.clamp(tokens, 1, WINDOW);
        TokenNetwork planned =
                new TokenNetwork(model.engine(), model.parameters(), model.architecture(), steps, this.streams, false);
        try {
            MemoryBudget.require(planned.plannedBytes(), "Evaluating this model", "close other programs");
            planned.allocate();
        } catch (RuntimeException | Error e) {
            planned.close();
            throw e;
        }
        network = planned;
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
        if (ids.length < 2) {
            throw new UserError("A text of " + ids.length + " token" + (ids.length == 1 ? "" : "s")
                    + " cannot be evaluated, because every token but the first is predicted; give at least 2.");
        }
        long start = System.nanoTime();
        network.clearStates();
        int[] firstTarget = new int[streams + 1];
        for (int s = 0; s <= streams; s++) {
            firstTarget[s] = (int) (1 + (long) (ids.length - 1) * s / streams);
        }
        int[] next = new int[streams];
        for (int s = 0; s < streams; s++) {
            next[s] = Math.max(0, firstTarget[s] - 1 - CONTEXT);
        }
        if (streams > 1) {
            readBeginning(ids);
        }
        double sum = 0;
        long counted = 0;
        int[] inputs = new int[steps * streams];
        int[] targets = new int[steps * streams];
        while (counted < ids.length - 1) {
            counted += fill(ids, next, firstTarget, inputs, targets);
            float[] losses = network.losses(inputs, targets);
            for (int row = 0; row < steps * streams; row++) {
                sum += losses[row];
            }
            watcher.progress(counted, ids.length - 1L);
        }
        return new Evaluation(sum / counted, counted, (System.nanoTime() - start) * 1e-9);
    }

    /** Lets all streams but the first read the text's first tokens, so that they start from a state that it knows. */
    private void readBeginning(int[] ids) {
        int[] inputs = new int[steps * streams];
        int[] ignored = new int[steps * streams];
        Arrays.fill(ignored, SoftmaxOutput.IGNORED);
        for (int start = 0; start + steps <= Math.min(CONTEXT, ids.length); start += steps) {
            for (int row = 0; row < inputs.length; row++) {
                inputs[row] = ids[start + row / streams];
            }
            network.losses(inputs, ignored);
        }
        network.clearState(0);
    }

    /** Fills a window; returns how many of its targets count. */
    private int fill(int[] ids, int[] next, int[] firstTarget, int[] inputs, int[] targets) {
        int counted = 0;
        Arrays.fill(targets, SoftmaxOutput.IGNORED);
        Arrays.fill(inputs, 0);
        for (int s = 0; s < streams; s++) {
            for (int t = 0; t < steps && next[s] + 1 < firstTarget[s + 1]; t++, next[s]++) {
                inputs[t * streams + s] = ids[next[s]];
                if (next[s] + 1 >= firstTarget[s]) {
                    targets[t * streams + s] = ids[next[s] + 1];
                    counted++;
                }
            }
        }
        return counted;
    }

    @Override
    public void close() {
        network.close();
    }
}
