package org.rhn4j.cells;

import java.util.Arrays;

/**
 * One micro-layer of one sequence in plain arrays: what {@link Cell#step} reads and writes. Blocks are of H units each.
 *
 * <p>Not for use by several threads at once.
 */
public final class CellRow {
    /** H. */
    final int units;
    /** s or h [H]: before the step, then after it. */
    final float[] state;
    /** c [H]: before the step, then after it; of a cell without a memory unused. */
    final float[] memory;
    /** m_u [H], ones unless set. */
    final float[] update;

    private final float[] activations;
    private final float[] recurrent;
    private final float[] factors;
    private final Cell cell;
    private final int shown;
    private final int carry;

    /** Room for a cell of some units. */
    public CellRow(Cell cell, int units) {
        this.cell = cell;
        this.units = units;
        state = new float[units];
        memory = new float[units];
        update = new float[units];
        Arrays.fill(update, 1);
        activations = new float[cell.gates() * units];
        recurrent = new float[cell.hasApart() ? cell.gates() * units : 0];
        factors = new float[cell.factors() * units];
        shown = cell.shownFactor();
        carry = cell.carryFactor();
    }

    /**
     * The pre-activations with their biases [G·H], without the recurrent product where a block has that apart; after the
     * step what became of them: gates and candidates.
     */
    public float[] activations() {
        return activations;
    }

    /** The recurrent products with their bias [G·H], of blocks that have them apart; empty where none has. */
    public float[] recurrent() {
        return recurrent;
    }

    /** s or h [H]: before the step, then after it. */
    public float[] state() {
        return state;
    }

    /** c [H]: before the step, then after it; of a cell without a memory unused. */
    public float[] memory() {
        return memory;
    }

    /** The factors [F·H] that the step left. */
    public float[] factors() {
        return factors;
    }

    /** σ of a unit's pre-activation. */
    float sigmoid(int gate, int unit) {
        int at = gate * units + unit;
        float value = (float) (1 / (1 + Math.exp(-activations[at])));
        activations[at] = value;
        return value;
    }

    /** tanh of a unit's pre-activation. */
    float tanh(int gate, int unit) {
        int at = gate * units + unit;
        float value = (float) Math.tanh(activations[at]);
        activations[at] = value;
        return value;
    }

    /** tanh of a unit's pre-activation and something more. */
    float tanh(int gate, int unit, float more) {
        activations[gate * units + unit] += more;
        return tanh(gate, unit);
    }

    /** A unit's recurrent product with its bias, of a block that has it apart. */
    float recurrent(int gate, int unit) {
        return recurrent[gate * units + unit];
    }

    /** Keeps a unit's derivative by a pre-activation. */
    void keep(int gate, int unit, float value) {
        factors[gate * units + unit] = value;
    }

    /** Keeps a unit's derivative by a recurrent product, of a block that has it apart. */
    void keepRecurrent(int gate, int unit, float value) {
        factors[cell.recurrentFactor(gate) * units + unit] = value;
    }

    /** Keeps a unit's ∂h'/∂c'. */
    void keepShown(int unit, float value) {
        factors[shown * units + unit] = value;
    }

    /** Keeps a unit's ∂s'/∂s, or ∂c'/∂c. */
    void keepCarry(int unit, float value) {
        factors[carry * units + unit] = value;
    }
}
