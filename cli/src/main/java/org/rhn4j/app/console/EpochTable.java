package org.rhn4j.app.console;

import java.util.Locale;
import org.rhn4j.training.EpochMetrics;

/** The epochs of a run as lines of a table, the same while it trains and afterwards. */
public final class EpochTable {
    private final LossMeasure measure;

    public EpochTable(LossMeasure measure) {
        this.measure = measure;
    }

    /** The line above the first epoch. */
    public String header() {
        String name = measure.name();
        return String.format(
                Locale.ROOT, "%5s  %16s  %21s  %10s", "epoch", "train " + name, "validation " + name, "rate");
    }

    /** One epoch. */
    public String row(EpochMetrics epoch) {
        return String.format(
                Locale.ROOT,
                "%5d  %16s  %21s  %10s%s",
                epoch.epoch(),
                measure.value(epoch.trainingLoss()),
                measure.value(epoch.validationLoss()),
                Formats.rate(epoch.learningRate()),
                epoch.best() ? "  best so far" : "");
    }
}
