package org.rhn4j.app.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * The files that a command reads and writes, by which option: none that is written may be another of them, whatever it is
 * called there. A file goes by several names through {@code ./}, symbolic links and hard links.
 */
public final class CommandFiles {
    private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

    private final List<Use> read = new ArrayList<>();
    private final List<Use> written = new ArrayList<>();

    private record Use(String option, Path path) {}

    /** A file that is read, or a folder whose files are; null where the option is not given. */
    public CommandFiles reads(String option, @Nullable Path path) {
        if (path != null && Files.isDirectory(path)) {
            filesIn(path).forEach(file -> read.add(new Use(option, file)));
        } else if (path != null) {
            read.add(new Use(option, path));
        }
        return this;
    }

    /** Standard input, which may be a file. */
    public CommandFiles readsStandardInput() {
        return reads("standard input", STANDARD_INPUT);
    }

    /** A file that is written; null where the option is not given. */
    public CommandFiles writes(String option, @Nullable Path path) {
        if (path != null) {
            written.add(new Use(option, path));
        }
        return this;
    }

    /** Files of these names that are written in a folder. */
    public CommandFiles writes(String option, Path folder, Collection<String> names) {
        names.forEach(name -> written.add(new Use(option, folder.resolve(name))));
        return this;
    }

    /**
     * Checks before anything is written.
     *
     * @throws UserError if a file is written that is read, or two are the same
     */
    public void requireApart() {
        for (int i = 0; i < written.size(); i++) {
            Use output = written.get(i);
            for (Use input : read) {
                if (isSame(output.path, input.path)) {
                    throw new UserError("%s would overwrite %s, which is read as %s; name another file."
                            .formatted(output.option, input.path, input.option));
                }
            }
            for (Use other : written.subList(0, i)) {
                if (isSame(output.path, other.path)) {
                    throw new UserError("%s and %s name the same file, %s; give two."
                            .formatted(other.option, output.option, output.path));
                }
            }
        }
    }

    private static List<Path> filesIn(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            entries.forEach(files::add);
        } catch (IOException e) {
            return List.of(); // reading it will tell
        }
        return files;
    }

    private static boolean isSame(Path a, Path b) {
        try {
            if (Files.exists(a) && Files.exists(b)) {
                return Files.isSameFile(a, b);
            }
        } catch (IOException e) {
            // then by their names
        }
        return real(a).equals(real(b));
    }

    /** Where a file that is not there yet would come to lie: its folder may go by another name too. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        try {
            return folder == null ? absolute : folder.toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            return absolute;
        }
    }
}
