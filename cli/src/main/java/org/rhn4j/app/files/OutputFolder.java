package org.rhn4j.app.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.rhn4j.UserError;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.training.TrainingLoop;

/** The folder that a model is trained into: what may be there already, and when it goes. */
public final class OutputFolder {
    /** How names begin that no model has: of files that were being written when a run was killed, and of the lock. */
    public static final String LEFT_OVER = ".rhn4j-";

    private final Path folder;
    private final Set<String> files;
    private final boolean wasThere;

    /** @param files all that a model of the task has */
    public OutputFolder(Path folder, Set<String> files) {
        this.folder = folder;
        this.files = files;
        this.wasThere = Files.exists(folder);
    }

    /**
     * Checks, before any work, that a new model may go here.
     *
     * @param force whether an earlier model may be replaced
     * @throws UserError if the place is not writable, holds a model that may not be replaced, or anything else
     */
    public void requireFree(boolean force) {
        if (!wasThere || !Files.isDirectory(folder) || isEmpty()) {
            AtomicFiles.requireWritableFolder(folder);
            return;
        }
        AtomicFiles.requireReplaceableFolder(folder, files);
        if (force) {
            return;
        }
        if (holdsCheckpoint()) {
            throw new UserError(
                    "The folder %s holds an unfinished run; go on with it by --resume, replace it by --force,"
                                    .formatted(folder)
                            + " or choose another folder.");
        }
        throw new UserError("The folder %s already holds a model; replace it by --force, or choose another folder."
                .formatted(folder));
    }

    /**
     * Checks that there is a run here to go on with.
     *
     * @throws UserError if there is none
     */
    public void requireUnfinished() {
        if (!Files.isDirectory(folder)) {
            throw new UserError(
                    "There is no folder %s to resume a run in; check the name, or leave --resume out to start one."
                            .formatted(folder));
        }
        if (!holdsCheckpoint()) {
            throw new UserError(
                    "There is no checkpoint in %s to resume from; the run has ended, or was never started there."
                            .formatted(folder));
        }
    }

    public boolean holdsCheckpoint() {
        return Files.exists(folder.resolve(TrainingLoop.CHECKPOINT_FILE));
    }

    /** Deletes an earlier model, whose folder was found replaceable. */
    public void deleteEarlierModel() {
        for (String name : files) {
            delete(folder.resolve(name));
        }
        deleteLeftOvers();
    }

    /** Deletes what a killed run was writing. */
    public void deleteLeftOvers() {
        try (DirectoryStream<Path> leftOvers = Files.newDirectoryStream(folder, LEFT_OVER + "*.tmp")) {
            leftOvers.forEach(OutputFolder::delete);
        } catch (IOException e) {
            throw cannotDelete(folder, e);
        }
    }

    /** Takes the folder away again if it was made for a run that could not begin. */
    public void deleteIfNewAndEmpty() {
        if (!wasThere && Files.isDirectory(folder) && isEmpty()) {
            deleteLeftOvers();
            delete(folder);
        }
    }

    private boolean isEmpty() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!String.valueOf(entry.getFileName()).startsWith(LEFT_OVER)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UserError(
                    "Cannot look into the folder %s: %s; choose another folder."
                            .formatted(folder, FileProblems.reason(e)),
                    e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw cannotDelete(path, e);
        }
    }

    private static UserError cannotDelete(Path path, IOException cause) {
        return new UserError(
                "Cannot delete %s, which the new model would replace: %s; delete it by hand or choose another folder."
                        .formatted(path, cause),
                cause);
    }
}
