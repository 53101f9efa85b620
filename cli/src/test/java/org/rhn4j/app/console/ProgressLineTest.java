package org.rhn4j.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter written = new StringWriter();
    private long now = -5;

    private ProgressLine line(boolean terminal) {
        return new ProgressLine(new PrintWriter(written, true), terminal, () -> now);
    }

    @Test
    void aTerminalsLineIsWrittenOverOnceASecond() {
        ProgressLine line = line(true);
        line.update(() -> "a long text");
        line.update(() -> "too early");
        now += TimeUnit.MILLISECONDS.toNanos(1001);
        line.update(() -> "short");
        assertThat(written.toString()).isEqualTo("\ra long text\rshort      ");
    }

    @Test
    void aLineThatStaysTakesTheOtherAway() {
        ProgressLine line = line(true);
        line.update(() -> "abc");
        line.line("stays");
        assertThat(written.toString()).isEqualTo("\rabc\r   \rstays%n".formatted());
    }

    @Test
    void aLineNeverWraps() {
        line(true).update(() -> "x".repeat(200));
        assertThat(written.toString()).hasSize(80).endsWith("…");
    }

    @Test
    void aLogGetsALineEveryHalfMinute() {
        ProgressLine line = line(false);
        line.update(() -> "at once");
        line.now("passing");
        now += TimeUnit.SECONDS.toNanos(31);
        line.update(() -> "later");
        line.update(() -> "at once again");
        line.line("stays");
        assertThat(written.toString()).isEqualTo("later%nstays%n".formatted());
    }
}
