package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.util.Locale;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.tasks.forecast.ForecastSearch;
import org.rhn4j.training.SettingsSearch.Candidate;
import org.rhn4j.training.TrainingListener;

/** Tells on standard error how a search goes, a line for each trial, and ends it when a signal asks for it. */
final class SearchProgress implements ForecastSearch.Listener, AutoCloseable {
    private final ProgressLine line;
    private final StopSignals signals;
    private boolean headed;

    SearchProgress(PrintWriter err) {
        line = ProgressLine.on(err);
        signals = new StopSignals(() -> line.line("stopping after this step; another Ctrl-C ends at once"));
        signals.listen();
    }

    @Override
    public TrainingListener begins(int number, Candidate candidate, int epochs) {
        return new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                line.update(() -> String.format(
                        Locale.ROOT,
                        "trial %d, rate %s, depth %d, bias %s: epoch %d/%d, loss %s, %s left",
                        number,
                        Formats.rate(candidate.rate()),
                        candidate.depth(),
                        Formats.setting(candidate.bias()),
                        progress.epoch() + 1,
                        progress.epochs(),
                        Formats.loss(progress.loss()),
                        progress.progress() > 0
                                ? Formats.about(progress.seconds() * (1 / progress.progress() - 1))
                                : "?"));
                return signals.isRaised() ? Decision.STOP : Decision.CONTINUE;
            }

            @Override
            public void note(String sentence) {
                line.line("note: trial " + number + ": " + sentence);
            }
        };
    }

    @Override
    public void ended(ForecastSearch.Trial trial) {
        if (!headed) {
            headed = true;
            line.line(String.format(
                    Locale.ROOT,
                    "%5s  %10s  %6s  %5s  %9s  %15s  %8s",
                    "trial",
                    "rate",
                    "epochs",
                    "depth",
                    "gate bias",
                    "validation loss",
                    "time"));
        }
        line.line(String.format(
                Locale.ROOT,
                "%5d  %10s  %6d  %5d  %9s  %15s  %8s%s",
                trial.number(),
                Formats.rate(trial.learningRate()),
                trial.epochs(),
                trial.depth(),
                Formats.setting(trial.transformBias()),
                Formats.loss(trial.validationLoss()),
                Formats.duration(trial.seconds()),
                (trial.best() ? "  best so far" : "") + (trial.broken() ? "  broken: its units no longer react" : "")));
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
