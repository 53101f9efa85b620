package org.rhn4j.numbers.pointwise;

import static org.rhn4j.numbers.pointwise.VectorMath.LANES;
import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.store;

/**
 * Activations of a row in place, each a loop of its own.
 *
 * <p>One loop over several activations would touch memory less, and ran eight times slower: the compiler gives up
 * inlining beyond a size, and a vector operation that is not inlined allocates. Rows are short enough to stay in the
 * first-level cache between the loops.
 */
public final class VectorActivations {
    private VectorActivations() {}

    /** a[i] ← tanh(a[i] + bias[i]), for n a multiple of 16. */
    public static void tanh(long a, long bias, int n) {
        for (int i = 0; i < n; i += LANES) {
            store(VectorMath.tanh(load(a + 4L * i).add(load(bias + 4L * i))), a + 4L * i);
        }
    }

    /** a[i] ← sigmoid(a[i] + bias[i]), for n a multiple of 16. */
    public static void sigmoid(long a, long bias, int n) {
        for (int i = 0; i < n; i += LANES) {
            store(VectorMath.sigmoid(load(a + 4L * i).add(load(bias + 4L * i))), a + 4L * i);
        }
    }

    /** result[i] ← tanh(a[i]), for n a multiple of 16. */
    public static void tanhTo(long a, long result, int n) {
        for (int i = 0; i < n; i += LANES) {
            store(VectorMath.tanh(load(a + 4L * i)), result + 4L * i);
        }
    }
}
