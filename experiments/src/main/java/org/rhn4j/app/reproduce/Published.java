package org.rhn4j.app.reproduce;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Figures that others published on the Penn Treebank by word. */
final class Published {
    /** Tied embeddings, by depth (Zilly et al., 2017, table 1 and figure 3). */
    private static final Map<Integer, Perplexity> BY_DEPTH = Map.of(
            1, new Perplexity(93.2, 90.6),
            2, new Perplexity(76.9, 75.1),
            3, new Perplexity(72.7, 70.6),
            4, new Perplexity(70.8, 68.6),
            5, new Perplexity(69.7, 67.7),
            6, new Perplexity(69.1, 66.6),
            7, new Perplexity(68.7, 66.4),
            8, new Perplexity(68.2, 66.1),
            9, new Perplexity(68.1, 66.0),
            10, new Perplexity(68.3, 66.0));

    /** The paper's headline. */
    static final Perplexity HEADLINE = new Perplexity(67.9, 65.4);

    /** Single models of about 24 million parameters, the worst first. */
    static final List<Figure> SINGLE_MODELS = List.of(
            new Figure("RHN, depth 10 (Zilly et al., 2017)", HEADLINE),
            new Figure("RHN, depth 5, well tuned (Melis et al., 2017)", new Perplexity(64.8, 62.2)),
            new Figure("the same with recurrent dropout", new Perplexity(63.4, 61.0)),
            new Figure("LSTM, best (Melis et al., 2017)", new Perplexity(60.9, 58.3)),
            new Figure("AWD-LSTM (Merity et al., 2018)", new Perplexity(60.0, 57.3)));

    private Published() {}

    /** Perplexities of one model. */
    record Perplexity(double validation, double test) {}

    /** A model and its perplexities. */
    record Figure(String model, Perplexity perplexity) {}

    /** The paper's figures for a depth, or null where it has none. */
    static @Nullable Perplexity byDepth(int depth) {
        return BY_DEPTH.get(depth);
    }

    /** As papers print perplexities. */
    static String shown(double perplexity) {
        return String.format(Locale.ROOT, "%.1f", perplexity);
    }
}
