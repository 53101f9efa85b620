package org.rhn4j.app.pilot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.ContenderName;
import org.rhn4j.pilot.PilotListener;
import org.rhn4j.pilot.SeedRun;

/** Shows where a pilot stands, and passes on that it is to stop. */
final class PilotProgressLine {
    private final ProgressLine line;

    PilotProgressLine(ProgressLine line) {
        this.line = line;
    }

    /** What a pilot tells, and asks. */
    PilotListener listener(StopSignals signals) {
        return new PilotListener() {
            @Override
            public void progress(Progress progress) {
                line.update(() -> text(progress));
            }

            @Override
            public void trained(ContenderName name, SeedRun run) {
                line.line(String.format(
                        Locale.ROOT,
                        "%-12s seed %d: error (MASE) %.3f on validation, %s steps in %s",
                        name(name),
                        run.seed(),
                        run.validationError(),
                        Formats.count(run.updates()),
                        Formats.duration(run.trainingSeconds())));
            }

            @Override
            public boolean isStopped() {
                return signals.isRaised();
            }
        };
    }

    /** {@code 46 %, training RHN depth 3 and LSTM, 7 of 15 done, 3 min left}. */
    static String text(PilotListener.Progress progress) {
        String doing = switch (progress.stage()) {
            case WARM_UP -> "warming up";
            case TRAINING ->
                "training " + names(progress.running()) + ", " + progress.runsDone() + " of " + progress.runs()
                        + " done";
            case TIMING -> "timing forecasts";
            case REACH -> "measuring how far back the data reaches";
        };
        return String.format(
                Locale.ROOT,
                "%2.0f %%, %s, %s left",
                100 * progress.share(),
                doing,
                Formats.about(progress.secondsLeft()));
    }

    private static String names(List<PilotListener.Run> running) {
        return running.stream().map(run -> name(run.name())).collect(Collectors.joining(" and "));
    }

    private static String name(ContenderName name) {
        CellKind cell = name.cell().orElseThrow();
        return cell.title() + (cell == CellKind.RHN ? " depth " + name.depth() : "");
    }

    void tellStopping() {
        line.line("stopping: the page will tell what has been measured; another Ctrl-C ends at once, without it");
    }

    void clear() {
        line.clear();
    }
}
