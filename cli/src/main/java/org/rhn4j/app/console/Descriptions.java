package org.rhn4j.app.console;

import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.forecast.ForecastCombination;
import org.rhn4j.tasks.text.LanguageModelConfiguration;

/** What a network is, in one line. */
public final class Descriptions {
    private Descriptions() {}

    /** {@code rhn, depth 3, hidden 32}. */
    public static String stack(RecurrentStack stack) {
        return Choices.name(stack.cell())
                + (stack.cell().isDeep() ? ", depth " + stack.depth() : "")
                + (stack.layers() > 1 ? ", " + stack.layers() + " layers" : "")
                + ", hidden " + stack.hiddenSize();
    }

    /** {@code simple methods and rhn, depth 3, hidden 32}: what makes forecasts. */
    public static String forecaster(RecurrentStack stack, @Nullable ForecastCombination combination) {
        String simple = "simple methods";
        return combination == null
                ? stack(stack)
                : combination.network() == 0 ? simple : simple + " and " + stack(stack);
    }

    /** {@code rhn, depth 10, hidden 830, tied, 23,482,400 parameters}. */
    public static String network(LanguageModelConfiguration c) {
        StringBuilder text = new StringBuilder(Choices.name(c.cell()));
        if (c.cell().isDeep()) {
            text.append(", depth ").append(c.depth());
        }
        if (c.carry() == Carry.FREE) {
            text.append(", free carry gate");
        }
        if (c.layers() > 1) {
            text.append(", ").append(c.layers()).append(" layers");
        }
        text.append(", hidden ").append(c.hiddenSize());
        text.append(c.tiedEmbeddings() ? ", tied" : ", untied embedding " + c.embeddingSize());
        return text.append(", ")
                .append(Formats.count(c.parameterCount()))
                .append(" parameters")
                .toString();
    }

    /** {@code rhn, depth 3, hidden 64, 52,480 parameters}. */
    public static String network(RecurrentStack stack, long parameters) {
        StringBuilder text = new StringBuilder(Choices.name(stack.cell()));
        if (stack.cell().isDeep()) {
            text.append(", depth ").append(stack.depth());
        }
        if (stack.layers() > 1) {
            text.append(", ").append(stack.layers()).append(" layers");
        }
        return text.append(", hidden ")
                .append(stack.hiddenSize())
                .append(", ")
                .append(Formats.count(parameters))
                .append(" parameters")
                .toString();
    }
}
