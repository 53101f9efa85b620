package org.rhn4j.app.console;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far something is: on a terminal in one line that is written over once a second, elsewhere, as in a log file,
 * in a line of its own every half minute.
 *
 * <p>Safe for use by several threads.
 */
public final class ProgressLine {
    private static final long TERMINAL_PERIOD = 1_000_000_000L;
    private static final long PLAIN_PERIOD = 30 * TERMINAL_PERIOD;
    /** Written over a longer earlier text; a line must not reach the last column of a narrow terminal. */
    private static final int WIDTH = 79;

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private long due;
    private int shown;

    /**
     * @param terminal whether what is written can be written over
     * @param nanoTime the clock, in nanoseconds
     */
    ProgressLine(PrintWriter err, boolean terminal, LongSupplier nanoTime) {
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong() + (terminal ? 0 : PLAIN_PERIOD);
    }

    /** The one on standard error. */
    public static ProgressLine on(PrintWriter err) {
        return new ProgressLine(err, Terminal.isErrorTerminal(), System::nanoTime);
    }

    /** Whether the next {@link #update} will be shown, for callers whose text is costly. */
    synchronized boolean isDue() {
        return nanoTime.getAsLong() - due >= 0;
    }

    /** Shows a text, unless one was shown a moment ago. */
    public synchronized void update(Supplier<String> text) {
        if (isDue()) {
            show(text.get());
            due = nanoTime.getAsLong() + (terminal ? TERMINAL_PERIOD : PLAIN_PERIOD);
        }
    }

    /** Shows a text on a terminal at once; elsewhere it is left out. */
    public synchronized void now(String text) {
        if (terminal) {
            show(text);
            due = nanoTime.getAsLong() + TERMINAL_PERIOD;
        }
    }

    /** Writes a line that stays. */
    public synchronized void line(String text) {
        clear();
        err.println(text);
        err.flush();
    }

    /** Takes the text away that would be written over. */
    public synchronized void clear() {
        if (shown > 0) {
            control("\r" + " ".repeat(shown) + "\r");
            err.flush();
            shown = 0;
        }
    }

    private void show(String text) {
        if (!terminal) {
            err.println(text);
            err.flush();
            return;
        }
        String visible = ShownWriter.shown(text);
        String cut = visible.length() > WIDTH ? visible.substring(0, WIDTH - 1) + "…" : visible;
        control("\r" + cut + " ".repeat(Math.max(0, shown - cut.length())));
        err.flush();
        shown = cut.length();
    }

    private void control(String text) {
        if (err instanceof ShownWriter writer) {
            writer.control(text);
        } else {
            err.print(text);
        }
    }
}
