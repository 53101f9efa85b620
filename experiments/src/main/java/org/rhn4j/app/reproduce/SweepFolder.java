package org.rhn4j.app.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rhn4j.UserError;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;

/**
 * The folder of an experiment of many runs: {@code plan.json} says what they have in common, and each run has a folder
 * of its own. So an experiment that was interrupted goes on with the run that was under way.
 */
final class SweepFolder {
    /** What the runs have in common. */
    static final String PLAN_FILE = "plan.json";

    /** What came out, for programs. */
    static final String RESULT_FILE = "result.json";

    /** What came out, as a page. */
    static final String PAGE_FILE = "report.html";

    private final Path folder;

    /** How far a run is. */
    enum State {
        /** It has not begun. */
        NEW,
        /** It was interrupted, and has a checkpoint. */
        UNFINISHED,
        /** It has ended. */
        DONE
    }

    SweepFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Readies the folder, before any work.
     *
     * @param plan a record of what all runs have in common; runs of another plan cannot be added
     * @throws UserError if the folder holds anything and it is not to be resumed, there is nothing to resume, or it was
     *     begun with another plan
     */
    void begin(Object plan, boolean resume) {
        Path file = folder.resolve(PLAN_FILE);
        if (resume) {
            if (!Files.exists(file)) {
                throw new UserError("There is no %s in %s, so nothing to resume; check the folder's name, or leave"
                                .formatted(PLAN_FILE, folder)
                        + " --resume out.");
            }
            if (!read(file).equals(Json.toText(plan))) {
                throw new UserError("The experiment in %s was begun with other settings (%s); give the same ones, or"
                                .formatted(folder, file)
                        + " choose another folder.");
            }
            return;
        }
        AtomicFiles.requireWritableFolder(folder);
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.anyMatch(entry -> !FileProblems.nameOf(entry).startsWith(OutputFolder.LEFT_OVER))) {
                throw new UserError(
                        Files.exists(file)
                                ? "The folder %s holds an experiment; go on with it by --resume, or choose another folder."
                                        .formatted(folder)
                                : "The folder %s is not empty; choose another folder.".formatted(folder));
            }
        } catch (IOException e) {
            throw FileProblems.cannotRead(folder, e);
        }
        Json.write(file, plan);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    /** The folder of a run. */
    Path run(String name) {
        return folder.resolve(name);
    }

    /** How far a run is. */
    State state(String name) {
        Path run = run(name);
        if (Files.exists(run.resolve(TrainingLoop.CHECKPOINT_FILE))) {
            return State.UNFINISHED;
        }
        return Files.exists(run.resolve(TrainingRecord.FILE)) ? State.DONE : State.NEW;
    }

    /** The record of a run that has ended. */
    TrainingRecord record(String name) {
        return Json.read(run(name).resolve(TrainingRecord.FILE), TrainingRecord.class);
    }

    /** Writes what came out. */
    void write(Object result, String page) {
        Json.write(folder.resolve(RESULT_FILE), result);
        AtomicFiles.writeText(folder.resolve(PAGE_FILE), page);
    }

    /** The page's path. */
    Path page() {
        return folder.resolve(PAGE_FILE);
    }
}
