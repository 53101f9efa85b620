package org.rhn4j.app.reproduce;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.files.FolderLock;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where an experiment of many runs goes and whether it goes on: what every such command shares, up to its report. */
final class SweepOptions {
    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where runs and results go.")
    private Path out;

    @Option(names = "--resume", description = "Go on with the experiment in --out.")
    private boolean resume;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * What came out.
     *
     * @param result for programs
     * @param page for people, as HTML
     * @param text for people, in the terminal
     */
    record Outcome(Object result, String page, String text) {}

    /** The runs of an experiment. */
    @FunctionalInterface
    interface Course {
        /** Runs what has not been run yet; null where a signal stopped it. */
        @Nullable
        Outcome run(Engine engine, SweepFolder folder, SweepRun run);
    }

    /**
     * Conducts an experiment: readies and locks its folder, starts the engine, runs, writes and reports.
     *
     * @param plan a record of what all runs have in common
     * @return the exit status
     * @throws org.rhn4j.UserError if the folder holds something else, or was begun with another plan
     */
    @SuppressWarnings("try") // the lock is held, not used
    int conduct(Object plan, EngineOptions engineOptions, Course course) {
        PrintWriter err = command.commandLine().getErr();
        SweepFolder folder = new SweepFolder(out);
        folder.begin(plan, resume);
        try (FolderLock lock = FolderLock.take(out);
                Engine engine = engineOptions.open();
                SweepRun run = new SweepRun(err)) {
            err.println(engine.description());
            Outcome outcome = course.run(engine, folder, run);
            if (outcome == null) {
                err.println("stopped; go on with the same command and --resume");
                return run.exitStatus();
            }
            folder.write(outcome.result(), outcome.page());
            PrintWriter stdout = command.commandLine().getOut();
            stdout.print(json ? Json.toText(outcome.result()) : outcome.text());
            stdout.flush();
            err.println("the page is " + folder.page());
        }
        return ExitStatus.OK;
    }
}
