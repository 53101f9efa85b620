package org.rhn4j.app.console;

import java.io.PrintWriter;
import java.util.function.Consumer;
import org.rhn4j.store.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command's result goes, and the option that asks for it as programs read it. */
public final class ResultOutput {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    /** The command that has this option. */
    public CommandSpec command() {
        return command;
    }

    /** Whether the result is for a program. */
    public boolean json() {
        return json;
    }

    /** Standard output. */
    public PrintWriter stdout() {
        return command.commandLine().getOut();
    }

    /** Standard error, for everything that is not the result. */
    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    /**
     * Prints the result.
     *
     * @param result for programs: a record, whose JSON is printed
     * @param text prints it for people
     */
    public void print(Object result, Consumer<PrintWriter> text) {
        PrintWriter stdout = stdout();
        if (json) {
            stdout.print(Json.toText(result));
        } else {
            text.accept(stdout);
        }
        stdout.flush();
    }
}
