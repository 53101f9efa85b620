package org.rhn4j.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder of this process, for its user alone. It is gone when it is closed; where the process is killed
 * before that, a later one that makes a folder of the same prefix beside it removes it.
 *
 * <p>As long as the process lives it holds a lock on a file in the folder, which ends with it however it ends. A folder
 * gets its name only when the lock is held.
 */
public final class OwnedFolder implements AutoCloseable {
    /** The number of the owner follows. */
    private static final String LOCK = ".owner-";

    private static final String NAMELESS = ".new-";
    /** Folders without a lock are another version's, or were left in the moment of making: none is made for so long. */
    private static final Duration LONG_ENOUGH = Duration.ofDays(1);

    private final Path path;
    private final FileChannel lock;

    private OwnedFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes a folder, and removes those of the same prefix whose owners are gone.
     *
     * @param parent where
     * @param prefix what its name begins with
     * @throws IOException if it cannot be made; what cannot be removed is left
     */
    public static OwnedFolder make(Path parent, String prefix) throws IOException {
        removeAbandoned(parent, prefix);
        // made for the user alone, where there are modes
        Path nameless = Files.createTempDirectory(parent, NAMELESS + prefix);
        FileChannel channel = FileChannel.open(
                nameless.resolve(LOCK + ProcessHandle.current().pid()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        try {
            holdLock(channel);
            String name = nameless.getFileName().toString().substring(NAMELESS.length());
            return new OwnedFolder(
                    Files.move(nameless, nameless.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE), channel);
        } catch (IOException e) {
            channel.close();
            delete(nameless);
            throw e;
        }
    }

    /** Holds the lock until the channel is closed; on a file system without locks, none is held and nothing removed. */
    private static void holdLock(FileChannel channel) {
        try {
            var _ = channel.lock();
        } catch (IOException e) {
            // as said
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    private static void removeAbandoned(Path parent, String prefix) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(
                parent, entry -> isNamed(entry, prefix) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            for (Path folder : folders) {
                if (isAbandoned(folder)) {
                    delete(folder);
                }
            }
        } catch (IOException | RuntimeException e) {
            // left to a later run: nobody waits for it
        }
    }

    private static boolean isNamed(Path entry, String prefix) {
        String name = entry.getFileName().toString();
        return name.startsWith(prefix) || name.startsWith(NAMELESS + prefix);
    }

    private static boolean isAbandoned(Path folder) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(folder, LOCK + "*")) {
            for (Path file : locks) {
                // a process that opened and closed the file of its own lock would lose it
                return !file.getFileName()
                                .toString()
                                .equals(LOCK + ProcessHandle.current().pid())
                        && isFree(file);
            }
        } catch (IOException e) {
            return false; // another user's, or gone meanwhile
        }
        Instant changed =
                Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toInstant();
        return changed.isBefore(Instant.now().minus(LONG_ENOUGH));
    }

    private static boolean isFree(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    /** Deletes a folder with all that is in it, links as links; what cannot be deleted is left to the system's cleaning. */
    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
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
            // as said
        }
    }

    /** Deletes the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // the folder goes all the same
        }
        delete(path);
    }
}
