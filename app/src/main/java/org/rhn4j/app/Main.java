package org.rhn4j.app;

import java.io.PrintWriter;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code rhn} command: what to run, and how a failure becomes a sentence and an exit status. */
@Command(
        name = "rhn",
        description = "Trains, evaluates and runs Recurrent Highway Networks.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class)
public final class Main implements Runnable {
    /** The command did what was asked. */
    public static final int OK = 0;

    /** A fault in the program itself. */
    public static final int INTERNAL_ERROR = 1;

    /** Something that the user can put right: an argument, a file, the memory given. */
    public static final int USER_ERROR = 2;

    @Spec
    private CommandSpec specification = CommandSpec.create();

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of a failure.")
    private boolean debug;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, ready to execute; its exit statuses are this class's constants. */
    static CommandLine commandLine() {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main);
        commandLine.setExecutionStrategy(new CommandLine.RunLast());
        commandLine.setExecutionExceptionHandler((exception, failed, parsed) -> main.report(exception, failed));
        return commandLine;
    }

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }

    private int report(Throwable failure, CommandLine failed) {
        PrintWriter err = failed.getErr();
        int status;
        if (failure instanceof UserError) {
            err.println(failure.getMessage());
            status = USER_ERROR;
        } else {
            err.println("internal error: " + failure + "; run again with --debug for the stack trace");
            status = INTERNAL_ERROR;
        }
        if (debug) {
            failure.printStackTrace(err);
        }
        return status;
    }

    /** Reads the version only when it is asked for, so that no other command pays for it. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"rhn " + Version.number()};
        }
    }
}
