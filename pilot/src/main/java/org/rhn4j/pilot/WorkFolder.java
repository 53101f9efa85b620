package org.rhn4j.pilot;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * A folder for the models of a pilot, gone when it is closed. It is in memory where the system has a place for that
 * (/dev/shm): trainings write checkpoints and wait for the disk each time, for longer than a small network's epoch takes,
 * and equal training time would then be equal waiting.
 *
 * @param path the folder
 */
record WorkFolder(Path path) implements AutoCloseable {
    private static final Path IN_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "rhn4j-pilot-";

    /**
     * Makes one.
     *
     * @param bytes that it will hold, about
     * @throws UserError if there is no place for it
     */
    static WorkFolder make(long bytes) {
        try {
            if (Files.isWritable(IN_MEMORY) && Files.getFileStore(IN_MEMORY).getUsableSpace() > 4 * bytes) {
                return new WorkFolder(Files.createTempDirectory(IN_MEMORY, PREFIX));
            }
        } catch (IOException e) {
            // then on disk
        }
        try {
            return new WorkFolder(Files.createTempDirectory(PREFIX));
        } catch (IOException e) {
            throw new UserError(
                    "Cannot make a folder for models in %s: %s; free some space there, or name another place by RHN4J_JAVA_OPTS=-Djava.io.tmpdir=FOLDER."
                            .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
                    e);
        }
    }

    /** Deletes the folder; what cannot be deleted is left to the system's own cleaning. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
