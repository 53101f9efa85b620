package org.rhn4j.insight;

import org.rhn4j.cells.Network;

/** A network that is run over its data, window by window, as often as is wanted. */
interface NetworkRun extends AutoCloseable {
    /**
     * What came of a window; arrays are [T·B], time-major.
     *
     * @param places the places of the data that entered
     * @param losses what the step lost; NaN where nothing is held against it
     * @param fromZero whether the window began from zero states, and not from those that the one before left
     * @param gradients of these losses
     */
    record Result(int[] places, float[] losses, boolean fromZero, LossGradients gradients) {}

    /** Gradients of single losses by the state that the outputs are made of. */
    @FunctionalInterface
    interface LossGradients {
        /**
         * Computes them.
         *
         * @param products where products are made; the same in all calls
         * @param top trace of the last layer over the window
         * @param rows whose losses, n of them
         * @return ∂loss ⁄ ∂h [n, H]; zeros where nothing is held against the row
         */
        float[] of(MatrixProducts products, LayerTrace top, int[] rows);
    }

    /** The network. */
    Network network();

    /**
     * Runs a window: number 0, which begins from zero states, or the one after that which was run last.
     *
     * @return arrays are the caller's
     */
    Result window(int number);

    @Override
    void close();
}
