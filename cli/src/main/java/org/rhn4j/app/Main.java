package org.rhn4j.app;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import org.rhn4j.app.apply.DetectCommand;
import org.rhn4j.app.apply.ForecastCommand;
import org.rhn4j.app.apply.GenerateCommand;
import org.rhn4j.app.apply.PredictCommand;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Refusals;
import org.rhn4j.app.console.ShownWriter;
import org.rhn4j.app.console.StandardOutput;
import org.rhn4j.app.evaluate.EvalCommand;
import org.rhn4j.app.insight.ExplainCommand;
import org.rhn4j.app.insight.InfoCommand;
import org.rhn4j.app.pilot.PilotCommand;
import org.rhn4j.app.train.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code rhn} command: what to run, and how a failure becomes a sentence and an exit status. */
@Command(
        name = "rhn",
        description = "Trains, evaluates and runs Recurrent Highway Networks.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.VersionLine.class,
        exitCodeOnSuccess = ExitStatus.OK,
        exitCodeOnInvalidInput = ExitStatus.USER_ERROR,
        exitCodeOnExecutionException = ExitStatus.INTERNAL_ERROR,
        subcommands = {
            TrainCommand.class,
            EvalCommand.class,
            GenerateCommand.class,
            PilotCommand.class,
            DetectCommand.class,
            ForecastCommand.class,
            PredictCommand.class,
            InfoCommand.class,
            ExplainCommand.class
        })
public final class Main implements Runnable {
    private static final String DEBUG = "--debug";

    @Spec
    private CommandSpec specification;

    @Option(names = DEBUG, scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean debug;

    private Main() {}

    /** Runs the command line and ends the process with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs the command line and returns its exit status; whatever fails is reported on standard error. */
    static int run(String... arguments) {
        return execute(commandLine(), arguments);
    }

    /** The whole command line with its subcommands, ready for {@link #execute}. */
    public static CommandLine commandLine() {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main);
        commandLine.setOut(
                new ShownWriter(new OutputStreamWriter(StandardOutput.ofProcess(), System.out.charset()), false));
        commandLine.setErr(new ShownWriter(new OutputStreamWriter(System.err, System.err.charset()), true));
        for (MoreCommands more : ServiceLoader.load(MoreCommands.class)) {
            more.commands().forEach(commandLine::addSubcommand);
        }
        Choices.register(commandLine);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionStrategy(parsed -> {
            // Only a subcommand computes; help and the version need not wait for the vector module.
            if (parsed.hasSubcommand()) {
                VectorModule.load();
            }
            if (isHelp(parsed) && commandLine.getOut() instanceof ShownWriter shown) {
                commandLine.setOut(shown.plain());
            }
            try {
                return new RunLast().execute(parsed);
            } catch (UserError failure) {
                return main.report(failure, commandLine); // help that cannot be written; a command's own comes wrapped
            }
        });
        commandLine.setParameterExceptionHandler((refusal, arguments) -> refuse(refusal));
        commandLine.setExecutionExceptionHandler((failure, failed, parsed) -> main.report(failure, failed));
        return commandLine;
    }

    static int execute(CommandLine commandLine, String... arguments) {
        try {
            int status = commandLine.execute(arguments);
            commandLine.getOut().flush();
            return status;
        } catch (UserError | Error failure) {
            // picocli hands over exceptions alone; a want of memory, or of a native library, arrives here, and a last
            // line
            // that cannot be written.
            Main main = commandLine.getCommand();
            return main.report(failure, commandLine);
        }
    }

    /** Whether nothing but help or the version is printed: a command of commands alone says which there are. */
    private static boolean isHelp(ParseResult parsed) {
        List<CommandLine> given = parsed.asCommandLineList();
        return given.getLast().getCommand() instanceof Runnable
                || given.stream().anyMatch(each -> each.isUsageHelpRequested() || each.isVersionHelpRequested());
    }

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }

    /** One sentence for a command line that makes no sense, rather than the whole usage text. */
    private static int refuse(ParameterException refusal) {
        CommandLine refused = refusal.getCommandLine();
        PrintWriter err = refused.getErr();
        String name = refused.getCommandSpec().qualifiedName();
        err.println(oneLine(name + ": " + refusal.getMessage() + "; '" + name + " --help' lists what it takes"));
        UnmatchedArgumentException.printSuggestions(refusal, err);
        return ExitStatus.USER_ERROR;
    }

    private int report(Throwable failure, CommandLine failed) {
        PrintWriter err = failed.getErr();
        int status = ExitStatus.USER_ERROR;
        Throwable cause = unwrapped(failure);
        if (cause instanceof UserError error) {
            err.println(oneLine(Refusals.sentence(error, failed.getCommandSpec())));
        } else if (cause instanceof OutOfMemoryError) {
            err.println(outOfMemory());
        } else {
            err.println(oneLine("internal error: " + cause + "; run again with " + DEBUG + " for the stack trace"));
            status = ExitStatus.INTERNAL_ERROR;
        }
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return status;
    }

    /** The failure that the user can act on, even where another thread or a library met it first and wrapped it. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof UserError || cause instanceof OutOfMemoryError) {
                return cause;
            }
            cause = cause.getCause();
        }
        return failure;
    }

    /** Names may hold line feeds, and what follows one must not pass for a line of ours. */
    private static String oneLine(String sentence) {
        return sentence.replace("\n", "\\n");
    }

    private static String outOfMemory() {
        double gibibytes = Runtime.getRuntime().maxMemory() / (double) (1L << 30);
        return String.format(
                Locale.ROOT,
                "rhn: the %.1f GiB of memory that Java may use were not enough for this run; make the model or the"
                        + " batch smaller, or allow more with RHN4J_JAVA_OPTS=-Xmx8g",
                gibibytes);
    }

    /** Reads the version only when it is asked for, so that no other command pays for it. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"rhn " + Version.number()};
        }
    }
}
