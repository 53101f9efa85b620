package org.rhn4j.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rhn4j.UserError;
import org.rhn4j.store.OwnedFolder;

/**
 * A folder for the models of a pilot, gone when it is closed; a later pilot removes that of one that was killed. It is in
 * memory where the system has a place for that (/dev/shm): trainings write checkpoints and wait for the disk each time,
 * for longer than a small network's epoch takes, and equal training time would then be equal waiting.
 */
final class WorkFolder implements AutoCloseable {
    private static final Path IN_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "rhn4j-pilot-";

    private final OwnedFolder folder;

    private WorkFolder(OwnedFolder folder) {
        this.folder = folder;
    }

    /**
     * Makes one.
     *
     * @param bytes that it will hold, about
     * @throws UserError if there is no place for it
     */
    static WorkFolder make(long bytes) {
        try {
            if (Files.isWritable(IN_MEMORY) && Files.getFileStore(IN_MEMORY).getUsableSpace() > 4 * bytes) {
                return new WorkFolder(OwnedFolder.make(IN_MEMORY, PREFIX));
            }
        } catch (IOException e) {
            // then on disk
        }
        Path onDisk = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return new WorkFolder(OwnedFolder.make(onDisk, PREFIX));
        } catch (IOException e) {
            throw new UserError(
                    "Cannot make a folder for models in %s: %s; free some space there, or name another place by RHN4J_JAVA_OPTS=-Djava.io.tmpdir=FOLDER."
                            .formatted(onDisk, e.getMessage()),
                    e);
        }
    }

    /** Where it is. */
    Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        folder.close();
    }
}
