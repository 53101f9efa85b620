package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import org.rhn4j.app.console.ExitStatus;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsItsVersion() {
        assertThat(execute("--version")).isEqualTo(ExitStatus.OK);
        assertThat(out.toString().strip()).isEqualTo("rhn " + Version.number());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsItsHelpWhenAskedAndWhenToldNothing() {
        assertThat(execute("--help")).isEqualTo(ExitStatus.OK);
        String asked = out.toString();
        assertThat(asked).contains("Usage: rhn", "--version", "--debug");
        out.getBuffer().setLength(0);
        assertThat(execute()).isEqualTo(ExitStatus.OK);
        assertThat(out.toString()).isEqualTo(asked);
    }

    @Test
    void anUnknownOptionIsTheUsersError() {
        assertThat(execute("--no-such-option")).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(err.toString()).contains("--no-such-option", "rhn --help").doesNotContain("Exception", "\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aUserErrorPrintsItsSentenceAlone() {
        assertThat(execute("user-error")).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(err.toString().strip()).isEqualTo("the file is empty; give another");
    }

    @Test
    void aUserErrorIsFoundBehindTheThreadThatMetIt() {
        assertThat(execute("wrapped")).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(err.toString().strip()).isEqualTo("the file is empty; give another");
    }

    @Test
    void runningOutOfMemoryIsTheUsersToPutRight() {
        assertThat(execute("memory")).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(err.toString()).contains("GiB of memory", "-Xmx").doesNotContain("OutOfMemoryError");
    }

    @Test
    void anyOtherFailureIsAnInternalErrorAndShowsItsTraceOnlyOnRequest() {
        assertThat(execute("fault")).isEqualTo(ExitStatus.INTERNAL_ERROR);
        assertThat(err.toString())
                .contains("internal error: java.lang.IllegalStateException: broken; run again with --debug")
                .doesNotContain("\tat ");
        assertThat(execute("fault", "--debug")).isEqualTo(ExitStatus.INTERNAL_ERROR);
        assertThat(err.toString()).contains("\tat ");
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.addSubcommand("user-error", new Failing(new UserError("the file is empty; give another")));
        commandLine.addSubcommand(
                "wrapped", new Failing(new IllegalStateException(new UserError("the file is empty; give another"))));
        commandLine.addSubcommand("memory", new Failing(new OutOfMemoryError("Java heap space")));
        commandLine.addSubcommand("fault", new Failing(new IllegalStateException("broken")));
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return Main.execute(commandLine, arguments);
    }

    @Command
    record Failing(Throwable failure) implements Runnable {
        @Override
        public void run() {
            throwUnchecked(failure);
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <T extends Throwable> void throwUnchecked(Throwable failure) throws T {
            throw (T) failure;
        }
    }
}
