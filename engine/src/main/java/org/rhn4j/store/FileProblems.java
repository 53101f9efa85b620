package org.rhn4j.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.rhn4j.UserError;

/** Turns what can go wrong with a file into a sentence about that file. */
public final class FileProblems {
    private FileProblems() {}

    /**
     * Checks that a path names a regular file that may be read.
     *
     * @throws UserError if it is missing (a similarly named file of that folder is suggested), a folder, a device or
     *     not readable
     */
    public static void requireReadableFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserError("%s is a folder where a file is needed; name a file in it.".formatted(file));
        }
        if (!Files.exists(file)) {
            throw missing(file);
        }
        if (!Files.isRegularFile(file)) {
            throw new UserError("%s is not a regular file; copy its content to a file and name that.".formatted(file));
        }
        if (!Files.isReadable(file)) {
            throw new UserError("%s may not be read by this user; change its permissions.".formatted(file));
        }
    }

    /** The sentence for an {@link IOException} that came up while {@code file} was being read. */
    public static UserError cannotRead(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return missing(file);
        }
        return new UserError("Cannot read %s: %s; check the disk and try again.".formatted(file, reason(cause)), cause);
    }

    /**
     * The sentence for an {@link IOException} that came up while {@code file} was being written.
     *
     * @param written bytes that had been handed over by then
     * @param expected bytes that the file was to have, or a negative number where that is not known
     */
    static UserError cannotWrite(Path file, long written, long expected, IOException cause) {
        String earlier = Files.isDirectory(file) ? "the earlier folder is untouched" : "the earlier file is untouched";
        String fate = Files.exists(file) ? earlier : "nothing was left behind";
        if (isDiskFull(file, cause)) {
            String amount = expected < 0 ? size(written) : size(written) + " of " + size(expected);
            return new UserError(
                    "Cannot write %s: the disk is full after %s; %s; free some space or write elsewhere."
                            .formatted(file, amount, fate),
                    cause);
        }
        return new UserError(
                "Cannot write %s: %s; %s; check the folder or write elsewhere.".formatted(file, reason(cause), fate),
                cause);
    }

    /** A number of bytes as a person reads it: {@code 512 bytes}, {@code 1.5 MB} (decimal units). */
    public static String size(long bytes) {
        if (bytes < 1000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.95 && unit < 4) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %sB", amount, " kMGT".charAt(unit));
    }

    private static UserError missing(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return new UserError("%s does not exist, nor does its folder; check the path.".formatted(file));
        }
        Path name = file.getFileName();
        Optional<String> similar = name == null ? Optional.empty() : NearestName.of(name.toString(), namesIn(folder));
        String hint = similar.map(s -> "did you mean %s?".formatted(file.resolveSibling(s)))
                .orElse("check the path.");
        return new UserError("%s does not exist; %s".formatted(file, hint));
    }

    private static List<String> namesIn(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .limit(10_000)
                    .toList();
        } catch (IOException e) {
            return List.of(); // Only a hint is lost.
        }
    }

    /** What the system gave as the reason, in words that fit into a sentence. */
    public static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission is denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        if (cause instanceof ClosedByInterruptException) {
            return "the work was interrupted";
        }
        if (cause instanceof FileSystemLoopException) {
            return "its links lead in a circle";
        }
        if (cause instanceof NotDirectoryException) {
            return "a part of its path is no folder";
        }
        if (cause instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "something of that name exists already";
        }
        String said = cause instanceof FileSystemException problem ? problem.getReason() : cause.getMessage();
        return said == null || said.isBlank() ? "the system gave no reason" : said.strip();
    }

    /** The system's own wording may be in any language, so that a volume with no room left counts as well. */
    private static boolean isDiskFull(Path file, IOException cause) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("No space left") || said.contains("not enough space") || said.contains("quota exceeded")) {
            return true;
        }
        if (cause instanceof AccessDeniedException || cause instanceof NoSuchFileException) {
            return false;
        }
        Path folder = file.toAbsolutePath().getParent();
        try {
            return folder != null && Files.getFileStore(folder).getUsableSpace() < 4096;
        } catch (IOException e) {
            return false;
        }
    }

    /** The last part of a path, to name a file by. */
    public static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}
