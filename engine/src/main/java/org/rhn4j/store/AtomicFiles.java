package org.rhn4j.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.rhn4j.UserError;

/**
 * Writes files and folders so that a reader, or a machine that loses power, finds either the earlier content or the
 * whole new one.
 *
 * <p>A file is written under a temporary name in the folder where it will live, forced to the disk, renamed over the
 * earlier file, and the folder is forced to the disk in turn. Whatever fails on the way, the temporary file is removed
 * and the earlier file stays as it was. Temporary names start with {@value #TEMPORARY_PREFIX}; one is left behind only
 * by a process that was killed.
 */
public final class AtomicFiles {
    static final String TEMPORARY_PREFIX = ".rhn4j-";

    private AtomicFiles() {}

    /** Writes the content of a file to a channel. */
    @FunctionalInterface
    public interface Content {
        /** Hands over every byte; {@code channel.write} always takes the whole buffer. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** Fills a new, empty folder. */
    @FunctionalInterface
    public interface FolderContent {
        void writeTo(Path folder) throws IOException;
    }

    /** A channel whose bytes can be forced to the disk; tests put a failing one in its place. */
    interface DurableChannel extends WritableByteChannel {
        void force() throws IOException;
    }

    /** Creates the temporary file. */
    @FunctionalInterface
    interface Opener {
        DurableChannel open(Path newFile) throws IOException;
    }

    /**
     * Writes or replaces a file.
     *
     * @throws UserError if the disk is full, the folder is missing or not writable, or the target is a folder, a device
     *     or write-protected; the earlier file is then untouched
     */
    public static void write(Path target, Content content) {
        write(target, -1, content, AtomicFiles::create);
    }

    /**
     * As {@link #write(Path, Content)}, for a file whose length is known beforehand.
     *
     * @param expectedBytes length of the file in bytes, told when the disk is full
     */
    public static void write(Path target, long expectedBytes, Content content) {
        write(target, expectedBytes, content, AtomicFiles::create);
    }

    /** Writes or replaces a file of these bytes; throws as {@link #write(Path, Content)} does. */
    public static void writeBytes(Path target, byte[] bytes) {
        write(target, bytes.length, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }

    /** Writes or replaces a UTF-8 file of this text; throws as {@link #write(Path, Content)} does. */
    public static void writeText(Path target, String text) {
        writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(Path target, long expectedBytes, Content content, Opener opener) {
        Path destination = followLink(target);
        requireReplaceableFile(target, destination);
        Path folder = parent(destination);
        Path temporary = folder.resolve(TEMPORARY_PREFIX + UUID.randomUUID() + ".tmp");
        long[] written = {0};
        boolean complete = false;
        try {
            try (DurableChannel channel = opener.open(temporary)) {
                content.writeTo(new WholeBuffers(channel, written));
                channel.force();
            }
            keepPermissions(destination, temporary);
            Files.move(temporary, destination, StandardCopyOption.ATOMIC_MOVE);
            complete = true;
        } catch (IOException e) {
            throw FileProblems.cannotWrite(target, written[0], expectedBytes, e);
        } finally {
            if (!complete) {
                deleteQuietly(temporary);
            }
        }
        forceFolder(folder);
    }

    /**
     * Makes sure, before any work starts, that files can be created in a folder; a missing folder is created.
     *
     * @throws UserError if it is a file, or cannot be created, or is not writable
     */
    public static void requireWritableFolder(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserError("%s is a file where a folder is needed; name another folder.".formatted(folder));
        }
        try {
            Files.createDirectories(folder);
            // Only trying tells: permission bits know nothing of read-only mounts, and root passes every one of them.
            Path probe = folder.resolve(TEMPORARY_PREFIX + UUID.randomUUID() + ".tmp");
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw new UserError(
                    "Cannot write in the folder %s: %s; choose a folder that this user may write in."
                            .formatted(folder, FileProblems.reason(e)),
                    e);
        }
    }

    /**
     * Makes sure, before any work starts, that {@link #replaceFolder} will be able to write or replace a folder.
     *
     * @param ownNames names of the entries that an earlier folder may hold and lose
     * @throws UserError if the place is not writable, or the earlier folder holds anything else
     */
    public static void requireReplaceableFolder(Path target, Set<String> ownNames) {
        if (Files.exists(target)) {
            requireWritableFolder(target);
        }
        Path destination = followLink(target);
        requireWritableFolder(parent(destination));
        requireOnly(target, ownNames);
    }

    /**
     * Writes a whole folder, and puts it in the place of an earlier one only once it is complete and on the disk.
     *
     * <p>Files cannot swap two folders in one step everywhere, so the earlier folder is moved aside under a hidden name
     * and deleted after the new one has its name; should the machine stop between the two renames, the next call puts
     * the earlier folder back first.
     *
     * @param ownNames names of the entries that an earlier folder may hold and lose: a folder that holds anything else
     *     is not replaced, for it may be a person's documents
     * @throws UserError as {@link #requireReplaceableFolder}, and if writing fails; the earlier folder is then
     *     untouched
     */
    public static void replaceFolder(Path target, Set<String> ownNames, FolderContent content) {
        Path destination = followLink(target);
        Path aside = parent(destination).resolve("." + destination.getFileName() + TEMPORARY_PREFIX + "previous");
        recover(destination, aside);
        requireReplaceableFolder(target, ownNames);
        Path temporary = parent(destination).resolve(TEMPORARY_PREFIX + UUID.randomUUID() + ".tmp");
        boolean complete = false;
        try {
            Files.createDirectory(temporary);
            content.writeTo(temporary);
            forceEverythingIn(temporary);
            swap(temporary, destination, aside);
            complete = true;
        } catch (IOException e) {
            throw FileProblems.cannotWrite(target, 0, -1, e);
        } catch (UserError e) {
            // The temporary name means nothing to the person who gave the target.
            throw new UserError(String.valueOf(e.getMessage()).replace(temporary.toString(), target.toString()), e);
        } finally {
            if (!complete) {
                deleteTreeQuietly(temporary);
            }
        }
        forceFolder(parent(destination));
        deleteTreeQuietly(aside);
    }

    private static void swap(Path temporary, Path destination, Path aside) throws IOException {
        boolean earlier = Files.exists(destination);
        if (earlier) {
            Files.move(destination, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(temporary, destination, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (earlier) {
                Files.move(aside, destination, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
    }

    private static void recover(Path destination, Path aside) {
        if (!Files.exists(aside)) {
            return;
        }
        if (Files.exists(destination)) {
            deleteTreeQuietly(aside);
            return;
        }
        try {
            Files.move(aside, destination, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UserError(
                    "Cannot put %s back in place as %s after an interrupted run: %s; rename it by hand."
                            .formatted(aside, destination, FileProblems.reason(e)),
                    e);
        }
    }

    private static void requireOnly(Path target, Set<String> ownNames) {
        if (!Files.exists(target)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!ownNames.contains(name) && !name.startsWith(TEMPORARY_PREFIX)) {
                    throw new UserError(("The folder %s holds %s, which would be lost if it were replaced; "
                                    + "move it away or choose another folder.")
                            .formatted(target, name));
                }
            }
        } catch (IOException e) {
            throw FileProblems.cannotRead(target, e);
        }
    }

    private static void requireReplaceableFile(Path target, Path destination) {
        if (Files.isDirectory(destination)) {
            throw new UserError("%s is a folder where a file is to be written; name a file.".formatted(target));
        }
        Path folder = parent(destination);
        if (!Files.isDirectory(folder)) {
            throw new UserError("Cannot write %s: the folder %s does not exist; create it or write elsewhere."
                    .formatted(target, folder));
        }
        if (!Files.exists(destination, NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(destination)) {
            throw new UserError("%s is not a regular file, so it is not replaced; name another.".formatted(target));
        }
        if (!Files.isWritable(destination)) {
            throw new UserError("%s is write-protected, so it is not replaced; name another.".formatted(target));
        }
    }

    /** A rename would replace a symbolic link itself, where a person expects the file it points to to be written. */
    private static Path followLink(Path target) {
        try {
            return Files.exists(target)
                    ? target.toRealPath()
                    : target.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw FileProblems.cannotRead(target, e);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new UserError("%s is the root of the file system; name a file or folder in it.".formatted(path));
        }
        return parent;
    }

    private static DurableChannel create(Path newFile) throws IOException {
        FileChannel file = FileChannel.open(newFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new DurableChannel() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                return file.write(source);
            }

            @Override
            public void force() throws IOException {
                file.force(true);
            }

            @Override
            public boolean isOpen() {
                return file.isOpen();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    private static void keepPermissions(Path earlier, Path temporary) throws IOException {
        if (!Files.exists(earlier)) {
            return;
        }
        PosixFileAttributeView from = Files.getFileAttributeView(earlier, PosixFileAttributeView.class);
        PosixFileAttributeView to = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        if (from != null && to != null) {
            to.setPermissions(from.readAttributes().permissions());
        }
    }

    private static void forceEverythingIn(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            walk.forEach(entries::add);
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                forceFolder(entry);
            } else {
                try (FileChannel file = FileChannel.open(entry, StandardOpenOption.WRITE)) {
                    file.force(true);
                }
            }
        }
    }

    /** Not every system lets a folder be opened and forced; there the rename is as durable as that system makes it. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            System.getLogger(AtomicFiles.class.getName())
                    .log(System.Logger.Level.DEBUG, "the folder could not be forced to the disk", e);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(AtomicFiles.class.getName())
                    .log(System.Logger.Level.WARNING, "%s is left over and can be deleted".formatted(file), e);
        }
    }

    private static void deleteTreeQuietly(Path folder) {
        if (!Files.exists(folder, NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(AtomicFiles::deleteTreeQuietly);
            } catch (IOException e) {
                System.getLogger(AtomicFiles.class.getName())
                        .log(System.Logger.Level.WARNING, "%s is left over and can be deleted".formatted(folder), e);
                return;
            }
        }
        deleteQuietly(folder);
    }

    /** Writes every buffer to its end, and counts. */
    private record WholeBuffers(WritableByteChannel channel, long[] written) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            int length = source.remaining();
            while (source.hasRemaining()) {
                written[0] += channel.write(source);
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            // The file is closed by the one who opened it, after it has been forced to the disk.
        }
    }
}
