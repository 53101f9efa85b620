package org.rhn4j.insight;

import org.jspecify.annotations.Nullable;

/**
 * The leading Lyapunov exponents of a layer's state along a text: the mean logarithm, per step, by which perturbations
 * in k directions grow. Below zero perturbations, and gradients, shrink; above zero they grow, and the state is chaotic.
 *
 * <p>The inputs are held fixed. In a stack of layers the exponents of the whole are those of all its layers together,
 * because the lower layers drive the upper ones and not the reverse.
 *
 * @param exponents nats per step, largest first [k]; −69 or so stands for "gone within a step"
 * @param standardErrors their standard errors, over blocks of steps and sequences [k]; zero where there was but one
 * @param steps time steps, of all sequences, that they are means of
 * @param halfLife steps in which the slowest-shrinking perturbation halves; null where it does not shrink
 */
public record LyapunovExponents(
        double[] exponents,
        double[] standardErrors,
        long steps,
        @Nullable Double halfLife) {
    /** The largest exponent. */
    public double largest() {
        return exponents[0];
    }

    /** Steps in which e^(rate·t) halves, or null where it does not shrink. */
    static @Nullable Double halfLife(double rate) {
        return rate < 0 ? Double.valueOf(-Math.log(2) / rate) : null;
    }
}
