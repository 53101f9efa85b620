package org.rhn4j.cells;

/**
 * The windows that a network runs on: B sequences side by side, T steps of each at once.
 *
 * @param steps T
 * @param batch B
 * @param outputSteps S, the last steps of the window that give outputs: all of them where every step is predicted
 *     (S = T), one where a window is read before something is said of it (S = 1). Where sequences end before their
 *     window does, their states stay as they were, so that S = 1 is each sequence's last step
 */
public record WindowShape(int steps, int batch, int outputSteps) {
    /**
     * @throws IllegalArgumentException if T or B is below 1, or S not from 1 to T
     */
    public WindowShape {
        if (steps < 1 || batch < 1) {
            throw new IllegalArgumentException("a window has at least one step of one sequence");
        }
        if (outputSteps < 1 || outputSteps > steps) {
            throw new IllegalArgumentException(
                    "outputs are of 1 to " + steps + " steps of the window, not " + outputSteps);
        }
    }

    /** A window with outputs at every step. */
    public static WindowShape of(int steps, int batch) {
        return new WindowShape(steps, batch, steps);
    }

    /** The same with outputs at the last steps alone. */
    public WindowShape withOutputSteps(int last) {
        return new WindowShape(steps, batch, last);
    }

    /** T · B. */
    int rows() {
        return Math.multiplyExact(steps, batch);
    }

    /** S · B. */
    int outputRows() {
        return outputSteps * batch;
    }

    /** The first of the T · B rows that gives an output. */
    int firstOutputRow() {
        return (steps - outputSteps) * batch;
    }
}
