package org.rhn4j.app.train;

import java.util.Locale;
import org.rhn4j.app.console.EpochTable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.TrainingListener;

/** Tells on standard error how a training run goes, and ends the run when a signal asks for it. */
final class TrainingProgress implements TrainingListener {
    private final ProgressLine line;
    private final EpochTable table;
    private final LossMeasure measure;
    private final StopSignals signals;
    private final Comparison comparison;
    private final boolean epochs;
    private boolean started;
    private boolean headed;
    private double firstProgress;
    private double firstSeconds;
    private double epochSeconds;
    private long epochItems;
    private boolean newEpoch = true;

    /** Sets an epoch beside something that is known. */
    @FunctionalInterface
    public interface Comparison {
        /** What stands after the epoch's figures; may be empty. */
        String of(EpochMetrics epoch);
    }

    /** @param epochs whether each epoch is told */
    TrainingProgress(
            ProgressLine line, LossMeasure measure, StopSignals signals, Comparison comparison, boolean epochs) {
        this.epochs = epochs;
        this.comparison = comparison;
        this.line = line;
        this.table = new EpochTable(measure);
        this.measure = measure;
        this.signals = signals;
    }

    @Override
    public Decision afterWindow(Progress progress) {
        if (!started) {
            started = true;
            firstProgress = progress.progress();
            firstSeconds = progress.seconds();
        }
        if (newEpoch) {
            // Counted from each epoch's first window, so that validation does not slow the training down in print.
            newEpoch = false;
            epochSeconds = progress.seconds();
            epochItems = progress.items();
        }
        if (progress.step() == progress.steps() || progress.progress() >= 1) {
            line.now("epoch %d/%d: validating …".formatted(progress.epoch() + 1, progress.epochs()));
        } else {
            line.update(() -> text(progress));
        }
        return signals.isRaised() ? Decision.STOP : Decision.CONTINUE;
    }

    private String text(Progress progress) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "epoch %d/%d %2d %%, %s, rate %s",
                progress.epoch() + 1,
                progress.epochs(),
                100L * progress.step() / progress.steps(),
                measure.brief(progress.loss()),
                Formats.rate(progress.learningRate())));
        double seconds = progress.seconds() - epochSeconds;
        long items = progress.items() - epochItems;
        if (seconds > 0 && items > 0) {
            text.append(", ")
                    .append(Formats.count(Math.round(items / seconds)))
                    .append(" ")
                    .append(measure.item())
                    .append("s/s");
        }
        double done = progress.progress() - firstProgress;
        double spent = progress.seconds() - firstSeconds;
        if (done > 0 && spent > 0) {
            double left = (1 - progress.progress()) * spent / done;
            text.append(", ").append(Formats.about(left)).append(" left");
        }
        return text.toString();
    }

    @Override
    public void afterEpoch(EpochMetrics metrics) {
        if (epochs) {
            if (!headed) {
                headed = true;
                line.line(table.header());
            }
            line.line(table.row(metrics) + comparison.of(metrics));
        }
        newEpoch = true;
    }

    @Override
    public void warning(HealthWarning warning) {
        line.line("warning: " + warning.sentence());
    }

    @Override
    public void note(String sentence) {
        line.line("note: " + sentence);
        started = false;
        newEpoch = true;
    }
}
