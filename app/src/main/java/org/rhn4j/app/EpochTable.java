package org.rhn4j.app;

import java.util.Locale;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.EpochMetrics;

/** The epochs of a run as lines of a table, the same while it trains and afterwards. */
final class EpochTable {
    private final TextUnit unit;

    EpochTable(TextUnit unit) {
        this.unit = unit;
    }

    /** The line above the first epoch. */
    String header() {
        String measure = unit == TextUnit.WORD ? "perplexity" : "bits";
        return String.format(
                Locale.ROOT, "%5s  %16s  %21s  %10s", "epoch", "train " + measure, "validation " + measure, "rate");
    }

    /** One epoch. */
    String row(EpochMetrics epoch) {
        return String.format(
                Locale.ROOT,
                "%5d  %16s  %21s  %10s%s",
                epoch.epoch(),
                Formats.value(unit, epoch.trainingLoss()),
                Formats.value(unit, epoch.validationLoss()),
                Formats.rate(epoch.learningRate()),
                epoch.best() ? "  best so far" : "");
    }
}
