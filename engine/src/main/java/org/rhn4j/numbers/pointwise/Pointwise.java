package org.rhn4j.numbers.pointwise;

import org.rhn4j.numbers.Precision;

/**
 * Elementwise work between matrix products. All arguments named after arrays are addresses; arrays are f32 but for
 * those called {@code operand}, which have the engine's {@link Precision}. Lengths are in elements and any length is
 * right, though multiples of 16 are fastest.
 */
public interface Pointwise {
    /** In place of an address: no mask, that is, a mask of ones. */
    long NONE = 0;

    /** What this provider runs on, for the engine's first line. */
    String description();

    /** operand[i] ← source[i] · mask[i] · scale. */
    void toOperand(long source, long mask, float scale, long operand, int n, Precision precision);

    /** target[i] ← target[i] + source[i] · mask[i] · scale. */
    void addMasked(long target, long source, long mask, float scale, int n);

    /** values[i] ← values[i] · mask[i]. */
    void multiply(long values, long mask, int n);

    /** target[j] ← Σ_r operand[r, j] over {@code rows} rows that lie {@code stride} elements apart. */
    void columnSums(long operand, int rows, long stride, int columns, Precision precision, long target);

    /** Σ a[i] · b[i]. */
    float dot(long a, long b, int n);

    /** result[i] ← tanh(a[i] + b[i]). */
    void tanhOfSum(long a, long b, long result, int n);

    /**
     * With d = gradient · weight[i] · (1 − tanh[i]²), the gradient of Σ weight[i] · tanh[i] by what the tanh is of: one[i] ←
     * one[i] + d, other[i] ← other[i] + d.
     */
    void addTanhGradient(long tanh, long weight, float gradient, long one, long other, int n);

    /** The largest of n values, n ≥ 1. */
    float maximum(long values, int n);

    /** values[i] ← e^(values[i] − shift); returns their sum. */
    float exponentials(long values, int n, float shift);

    /** operand[i] ← source[i] · scale + shift. The operand may lie over the source, starting at the same address. */
    void scaleToOperand(long source, long operand, int n, float scale, float shift, Precision precision);

    /** gradient[i] ← gradient[i] + decay · weight[i]; returns the sum of the squares of the new gradient. */
    double decayAndSquares(long gradient, long weight, long n, float decay);

    /** weight[i] ← weight[i] − rate · gradient[i]. */
    void descend(long weight, long gradient, long n, float rate);

    /** weight[i] ← weight[i] − rate · scale[i] · gradient[i] + pull[i] · (anchor[i] − weight[i]). */
    void descendAnchored(long weight, long gradient, Anchor anchor, long n, float rate);

    /** Addresses of what an anchored step needs besides weight and gradient. */
    record Anchor(long anchor, long scale, long pull) {}

    /**
     * One AdamW step (Loshchilov and Hutter, 2019), with g = scale · gradient[i]: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
     * w ← w − rate · (m·c₁ / (√(v·c₂) + ε) + decay · w), where c are the bias corrections 1/(1−βᵗ).
     */
    void adam(long weight, long gradient, long m, long v, long n, AdamStep step);

    /** The scalars of one AdamW step. */
    record AdamStep(
            float scale,
            float rate,
            float beta1,
            float beta2,
            float correction1,
            float correction2,
            float epsilon,
            float decay) {}

    /** average[i] ← average[i] + share · (value[i] − average[i]). */
    void average(long average, long value, long n, float share);
}
