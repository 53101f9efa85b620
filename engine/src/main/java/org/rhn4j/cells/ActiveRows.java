package org.rhn4j.cells;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which rows of a window run at each step, where sequences end before the window does. What follows a sequence's end
 * leaves its state as it was.
 */
final class ActiveRows {
    private final int batch;
    private final int[] lengths;
    private final int longest;
    /** [t]: first sequence and the one after the last, of each run of sequences that have not ended. */
    private final int[][] runs;

    /**
     * The rows of a window of T steps.
     *
     * @param lengths steps of each sequence [B]
     * @throws IllegalArgumentException if there are not B, one is not from 0 to T, or all are 0
     */
    ActiveRows(int[] lengths, WindowShape window) {
        batch = window.batch();
        if (lengths.length != batch) {
            throw new IllegalArgumentException(
                    "this network takes " + batch + " sequences, not lengths of " + lengths.length);
        }
        this.lengths = lengths.clone();
        int most = 0;
        for (int length : lengths) {
            if (length < 0 || length > window.steps()) {
                throw new IllegalArgumentException("a sequence in a window of " + window.steps() + " steps has 0 to "
                        + window.steps() + ", not " + length);
            }
            most = Math.max(most, length);
        }
        if (most == 0) {
            throw new IllegalArgumentException("all sequences of the window are empty");
        }
        longest = most;
        runs = new int[longest][];
        for (int t = 0; t < longest; t++) {
            runs[t] = t > 0 && !endsAt(t) ? runs[t - 1] : runsAt(t);
        }
    }

    private boolean endsAt(int t) {
        for (int length : lengths) {
            if (length == t) {
                return true;
            }
        }
        return false;
    }

    private int[] runsAt(int t) {
        int[] bounds = new int[batch + 1];
        int count = 0;
        boolean inside = false;
        for (int b = 0; b <= batch; b++) {
            boolean runs = b < batch && lengths[b] > t;
            if (runs != inside) {
                bounds[count++] = b;
                inside = runs;
            }
        }
        return Arrays.copyOf(bounds, count);
    }

    /** Steps that run at all. */
    int longest() {
        return longest;
    }

    /** Steps of a sequence. */
    int length(int sequence) {
        return lengths[sequence];
    }

    /** Bounds of the runs of sequences that have not ended before a step: from, to, from, to, … */
    int[] runs(int t) {
        return runs[t];
    }

    /** The rows t · B + b that run, in their order. */
    int[] rows() {
        return IntStream.range(0, longest * batch)
                .filter(row -> lengths[row % batch] > row / batch)
                .toArray();
    }
}
