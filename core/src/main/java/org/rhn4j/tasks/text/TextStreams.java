package org.rhn4j.tasks.text;

import java.util.Arrays;
import org.rhn4j.cells.Network;

/**
 * Cuts a text into windows [T,B] to be evaluated, as S streams side by side, each read by C copies: B = S·C, and copy c
 * of stream s is sequence {@code s * C + c}.
 *
 * <p>Every token but the first is a target once. Each stream but the first begins {@link Evaluator#CONTEXT} tokens
 * before its first target.
 */
final class TextStreams {
    private final int[] ids;
    private final int streams;
    private final int copies;
    private final int steps;
    private final int[] next;
    private final int[] firstTarget;
    private final int[] windowStart;
    private final int[] inputs;
    private final int[] targets;

    /**
     * A text from its beginning.
     *
     * @param ids the text, at least 2 tokens
     * @param steps T
     */
    TextStreams(int[] ids, int streams, int copies, int steps) {
        this.ids = ids;
        this.streams = streams;
        this.copies = copies;
        this.steps = steps;
        firstTarget = new int[streams + 1];
        for (int s = 0; s <= streams; s++) {
            firstTarget[s] = (int) (1 + (long) (ids.length - 1) * s / streams);
        }
        next = new int[streams];
        for (int s = 0; s < streams; s++) {
            next[s] = Math.max(0, firstTarget[s] - 1 - Evaluator.CONTEXT);
        }
        windowStart = new int[streams];
        inputs = new int[steps * streams * copies];
        targets = new int[steps * streams * copies];
    }

    /** How many targets there are. */
    int targetCount() {
        return ids.length - 1;
    }

    /** Moves on by a window; returns how many of its targets count, each once however many copies read it. */
    int advance() {
        int counted = 0;
        Arrays.fill(targets, Network.IGNORED);
        Arrays.fill(inputs, 0);
        for (int s = 0; s < streams; s++) {
            windowStart[s] = next[s];
            for (int t = 0; t < steps && next[s] + 1 < firstTarget[s + 1]; t++, next[s]++) {
                boolean counts = next[s] + 1 >= firstTarget[s];
                int row = row(t, s);
                Arrays.fill(inputs, row, row + copies, ids[next[s]]);
                Arrays.fill(targets, row, row + copies, counts ? ids[next[s] + 1] : Network.IGNORED);
                counted += counts ? 1 : 0;
            }
        }
        return counted;
    }

    /** Fills the inputs of a window that every stream reads alike: the text from some token on. No target counts. */
    void readByAll(int start) {
        Arrays.fill(targets, Network.IGNORED);
        for (int row = 0; row < inputs.length; row++) {
            inputs[row] = ids[start + row / (streams * copies)];
        }
    }

    /** The row of the first copy of a stream at a step; the other copies follow. */
    int row(int step, int stream) {
        return (step * streams + stream) * copies;
    }

    /** The place in the text of the target of a stream at a step of this window. */
    int position(int step, int stream) {
        return windowStart[stream] + step + 1;
    }

    /** The window's inputs [T·B]. */
    int[] inputs() {
        return inputs;
    }

    /** The window's targets [T·B], {@link SoftmaxOutput#IGNORED} where none counts. */
    int[] targets() {
        return targets;
    }
}
