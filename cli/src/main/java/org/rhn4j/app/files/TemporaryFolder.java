package org.rhn4j.app.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.rhn4j.UserError;

/** A folder for models that are only made to be measured; gone when closed. */
public record TemporaryFolder(Path path) implements AutoCloseable {
    public static TemporaryFolder make() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("rhn4j-"));
        } catch (IOException e) {
            throw new UserError("Cannot make a temporary folder: %s; make room for it.".formatted(e), e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UserError("Cannot delete the temporary folder %s: %s; delete it by hand.".formatted(path, e), e);
        }
    }
}
