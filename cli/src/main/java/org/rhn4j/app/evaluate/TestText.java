package org.rhn4j.app.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/** The text that a trained model is measured on. */
public final class TestText {
    private TestText() {}

    /**
     * The file itself, or a folder's one file named {@code *test*}.
     *
     * @throws UserError if it is missing, or a folder does not have exactly one
     */
    public static Path of(Path data) {
        Path file = Files.isDirectory(data) ? inFolder(data, "test") : data;
        FileProblems.requireReadableFile(file);
        return file;
    }

    /** A folder's one file whose name holds a word. */
    static Path inFolder(Path folder, String word) {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(Files::isRegularFile)
                    .filter(file -> nameOf(file).contains(word))
                    .filter(file -> !nameOf(file).startsWith("."))
                    .sorted()
                    .toList();
            if (files.size() == 1) {
                return files.getFirst();
            }
            throw new UserError("The folder %s has %s with \"%s\" in %s; name the file."
                    .formatted(
                            folder,
                            files.isEmpty() ? "no file" : files.size() + " files",
                            word,
                            files.isEmpty() ? "its name" : "their names"));
        } catch (IOException e) {
            throw FileProblems.cannotRead(folder, e);
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }
}
