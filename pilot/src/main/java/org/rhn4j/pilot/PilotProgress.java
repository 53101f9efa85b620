package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.pilot.PilotListener.Run;
import org.rhn4j.pilot.PilotListener.Stage;
import org.rhn4j.pilot.PilotTrainings.Trained;

/** Where a pilot stands, told to its listener, who is also asked whether to go on. Safe for use by several threads. */
final class PilotProgress implements PilotTrainings.Watcher {
    private final PilotListener listener;
    private final long start = System.nanoTime();
    private final List<Run> running = new ArrayList<>();
    private Stage stage = Stage.WARM_UP;
    private int done;
    private int runs;
    private double secondsInAll;

    PilotProgress(PilotSettings settings, PilotListener listener) {
        this.listener = listener;
        this.secondsInAll = 60 * settings.minutes();
    }

    /** Seconds since the start. */
    double secondsSpent() {
        return (System.nanoTime() - start) * 1e-9;
    }

    /** Whether the listener wants an end; tells it how far things are, so that it hears of them at all times. */
    boolean isStopped() {
        tell();
        return listener.isStopped();
    }

    /** Changes when the pilot will end, in seconds since its start. */
    synchronized void plan(double seconds) {
        secondsInAll = seconds;
    }

    synchronized void begin(Stage next, int inAll) {
        stage = next;
        runs = inAll;
        running.clear();
        tell();
    }

    @Override
    public synchronized void begun(Run run) {
        running.add(run);
        tell();
    }

    @Override
    public synchronized void ended(Run run, @Nullable Trained trained) {
        running.remove(run);
        if (trained != null) {
            done++;
            listener.trained(run.name(), trained.result());
        }
        tell();
    }

    /** Tells the listener. */
    synchronized void tell() {
        double spent = secondsSpent();
        listener.progress(new PilotListener.Progress(
                stage, running, done, runs, Math.min(1, spent / secondsInAll), Math.max(0, secondsInAll - spent)));
    }
}
