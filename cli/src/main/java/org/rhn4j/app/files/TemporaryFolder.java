package org.rhn4j.app.files;

import java.io.IOException;
import java.nio.file.Path;
import org.rhn4j.UserError;
import org.rhn4j.store.OwnedFolder;

/** A folder for what is only made to be measured or read at once; gone when closed, or, if killed, with a later run. */
public final class TemporaryFolder implements AutoCloseable {
    private static final String PREFIX = "rhn4j-work-";

    private final OwnedFolder folder;

    private TemporaryFolder(OwnedFolder folder) {
        this.folder = folder;
    }

    /**
     * Makes one.
     *
     * @throws UserError if there is no place for it
     */
    public static TemporaryFolder make() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return new TemporaryFolder(OwnedFolder.make(parent, PREFIX));
        } catch (IOException e) {
            throw new UserError(
                    "Cannot make a temporary folder in %s: %s; make room there.".formatted(parent, e.getMessage()), e);
        }
    }

    /** Where it is. */
    public Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        folder.close();
    }
}
