package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.rhn4j.app.console.Shell;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.files.FolderLock;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.ResumedOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.training.TrainingRecord;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a training goes and whether it goes on: what every command that trains shares, from its beginning to its report. */
public final class RunOptions {
    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the model goes.")
    private Path out;

    @Option(
            names = "--resume",
            description = "Go on with the unfinished run in --out, its time adding up; --data must be the same.")
    private boolean resume;

    @Option(names = "--force", description = "Replace the model in --out.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What a command does once its folder is its own and the engine runs. */
    @FunctionalInterface
    public interface Course {
        /** Trains, reports, and returns the exit status. */
        int run(Engine engine, OutputFolder folder);
    }

    public Path out() {
        return out;
    }

    public boolean resume() {
        return resume;
    }

    public boolean force() {
        return force;
    }

    boolean json() {
        return json;
    }

    PrintWriter stdout() {
        return command.commandLine().getOut();
    }

    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    /**
     * Conducts a course: checks the folder and what was given with --resume, locks the folder, starts the engine and
     * says which, and in the end leaves no empty folder behind.
     *
     * @param data what is trained on
     * @param files all that a model of the task has
     * @throws org.rhn4j.UserError if the folder holds something else, or there is nothing to resume
     */
    @SuppressWarnings("try") // the lock is held, not used
    public int conduct(Path data, Set<String> files, EngineOptions engineOptions, Course course) {
        new CommandFiles().reads("--data", data).writes("--out", out, files).requireApart();
        OutputFolder folder = new OutputFolder(out, files);
        if (resume) {
            ResumedOptions.check(command);
            folder.requireUnfinished();
        } else {
            folder.requireFree(force);
        }
        try (FolderLock lock = FolderLock.take(out);
                Engine engine = engineOptions.open()) {
            err().println(engine.description());
            return course.run(engine, folder);
        } finally {
            folder.deleteIfNewAndEmpty();
        }
    }

    /**
     * Reports how a run ended: the result for programs or for people, and then what to do next.
     *
     * @param data what was trained on
     * @param result for programs
     * @param text for people
     * @param next commands to try on the model, without the program's name
     */
    public void report(
            TrainingRecord record, Path data, Supplier<Object> result, Consumer<PrintWriter> text, List<String> next) {
        try {
            if (json) {
                stdout().print(Json.toText(result.get()));
            } else {
                text.accept(stdout());
            }
            stdout().flush();
        } finally {
            tellNext(record, data, next);
        }
    }

    private void tellNext(TrainingRecord record, Path data, List<String> next) {
        if (record.ended() == TrainingRecord.Ended.STOPPED) {
            err().println("stopped; go on with");
            err().println("  %s --data %s --out %s --resume"
                    .formatted(command.qualifiedName(), Shell.quoted(data), Shell.quoted(out)));
        } else {
            err().println("the model is in " + out + "; try");
            next.forEach(line -> err().println("  rhn " + line));
        }
        err().flush();
    }
}
