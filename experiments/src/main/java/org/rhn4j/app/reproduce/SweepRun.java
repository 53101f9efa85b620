package org.rhn4j.app.reproduce;

import java.io.PrintWriter;
import java.util.Locale;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.training.TrainingListener;

/** The runs of an experiment as they go on: one line that tells how far they are, and an end when a signal asks for it. */
final class SweepRun implements AutoCloseable {
    private final ProgressLine line;
    private final StopSignals signals;
    private final long start = System.nanoTime();
    private double doneHere;

    SweepRun(PrintWriter err) {
        line = ProgressLine.on(err);
        signals = new StopSignals(
                () -> line.line("stopping: saving a checkpoint after this step; another Ctrl-C ends at once"));
        signals.listen();
    }

    /**
     * The listener of one run.
     *
     * @param name what it is called
     * @param before share of the experiment that earlier runs were, in [0, 1]
     * @param share share of the experiment that this run is
     */
    TrainingListener listener(String name, double before, double share) {
        return new TrainingListener() {
            private double first = -1;
            private double earlier;

            @Override
            public Decision afterWindow(Progress progress) {
                if (first < 0) {
                    first = progress.progress();
                    earlier = doneHere;
                }
                doneHere = earlier + share * (progress.progress() - first);
                line.update(() -> text(progress));
                return signals.isRaised() ? Decision.STOP : Decision.CONTINUE;
            }

            private String text(Progress progress) {
                double seconds = (System.nanoTime() - start) * 1e-9;
                double left = 1 - before - share * progress.progress();
                return String.format(
                        Locale.ROOT,
                        "%s: epoch %d/%d, loss %s; %d %% of all, %s left",
                        name,
                        progress.epoch() + 1,
                        progress.epochs(),
                        Formats.loss(progress.loss()),
                        (int) (100 * (1 - left)),
                        doneHere > 0 ? Formats.about(left * seconds / doneHere) : "?");
            }

            @Override
            public void note(String sentence) {
                line.line("note: " + name + ": " + sentence);
            }
        };
    }

    /** Writes a line that stays. */
    void tell(String text) {
        line.line(text);
    }

    /** The line that shows progress. */
    ProgressLine line() {
        return line;
    }

    /** The signals that end a run. */
    StopSignals signals() {
        return signals;
    }

    /** The exit status of a process that a signal ended. */
    int exitStatus() {
        return signals.exitStatus();
    }

    @Override
    public void close() {
        line.clear();
        signals.close();
    }
}
