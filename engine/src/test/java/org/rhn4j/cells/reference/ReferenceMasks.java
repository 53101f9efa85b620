package org.rhn4j.cells.reference;

import java.util.Arrays;

/**
 * The dropout masks of one layer: one factor per sequence and unit, the same at every time step of a window. A factor
 * is 0 for a dropped unit and 1 ÷ (probability of keeping) for a kept one.
 *
 * @param input m_x [B, I], on the input where it enters the product with the input weights
 * @param state m_s [B, H], on the state where it enters the product with the recurrent weights
 * @param update m_u [B, H], on the candidate's contribution to the new state (recurrent dropout after Semeniuta et al.)
 */
public record ReferenceMasks(double[] input, double[] state, double[] update) {

    /** Returns masks of ones, which drop nothing. */
    public static ReferenceMasks none(int batch, ReferenceCell cell) {
        return new ReferenceMasks(
                ones(batch * cell.inputSize()), ones(batch * cell.hiddenSize()), ones(batch * cell.hiddenSize()));
    }

    public ReferenceMasks withInput(double[] mask) {
        return new ReferenceMasks(mask, state, update);
    }

    public ReferenceMasks withState(double[] mask) {
        return new ReferenceMasks(input, mask, update);
    }

    public ReferenceMasks withUpdate(double[] mask) {
        return new ReferenceMasks(input, state, mask);
    }

    void requireShape(int batch, ReferenceCell cell) {
        PlainLoops.requireLength("input mask", input, batch * cell.inputSize(), "[B, I]");
        PlainLoops.requireLength("state mask", state, batch * cell.hiddenSize(), "[B, H]");
        PlainLoops.requireLength("update mask", update, batch * cell.hiddenSize(), "[B, H]");
    }

    static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
