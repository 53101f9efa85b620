package org.rhn4j.cells;

/**
 * Rates of dropout, each in [0, 1); masks are fixed over a window and scaled by 1/(1 − rate).
 *
 * @param embedding share of word types dropped, for each sequence (Gal and Ghahramani, 2016)
 * @param input m_x, on what enters a layer
 * @param state m_s, on the state that enters the products, never on the carry path
 * @param output m_o, on what enters the softmax
 * @param update m_u, on the update t ⊙ h (Semeniuta et al., 2016)
 */
public record Dropout(double embedding, double input, double state, double output, double update) {
    /** No dropout. */
    public static final Dropout NONE = new Dropout(0, 0, 0, 0, 0);

    /**
     * @throws IllegalArgumentException if a rate is outside [0, 1)
     */
    public Dropout {
        check("embedding", embedding);
        check("input", input);
        check("state", state);
        check("output", output);
        check("update", update);
    }

    /** The same but for the share of word types dropped. */
    public Dropout withEmbedding(double rate) {
        return new Dropout(rate, input, state, output, update);
    }

    private static void check(String name, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout of the " + name + " must be in [0, 1), not " + rate);
        }
    }
}
