package org.rhn4j.app.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/** Keeps two runs from writing into one folder at once. The system lets go of it when the process ends, however that is. */
public final class FolderLock implements AutoCloseable {
    private static final String NAME = OutputFolder.LEFT_OVER + "lock";

    private final Path file;
    private final @Nullable FileChannel channel;

    private FolderLock(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock of a folder that is there.
     *
     * @throws UserError if another run has it
     */
    public static FolderLock take(Path folder) {
        Path file = folder.resolve(NAME);
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw taken(folder);
            }
            return new FolderLock(file, channel);
        } catch (OverlappingFileLockException e) {
            throw taken(folder);
        } catch (IOException e) {
            return new FolderLock(file, channel); // not every network drive has locks
        }
    }

    private static UserError taken(Path folder) {
        return new UserError("Another run is writing into the folder %s; wait for its end or choose another folder."
                .formatted(folder));
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger(FolderLock.class.getName())
                    .log(System.Logger.Level.DEBUG, "the lock stays behind, which does no harm", e);
        }
    }
}
