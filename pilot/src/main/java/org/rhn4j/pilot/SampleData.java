package org.rhn4j.pilot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.rhn4j.store.AtomicFiles;

/**
 * The series that a pilot runs on where no other is given: births per day in the United States, 2000 to 2014, with
 * weekly and yearly season, holidays and trend. U.S. Social Security Administration; contents CC0 1.0 (see NOTICE).
 */
public final class SampleData {
    /** The name of its file. */
    public static final String FILE = "us-births.csv";

    /** The column that is forecast. */
    public static final String TARGET = "births";

    /** Rows to forecast at once: four weeks. */
    public static final int HORIZON = 28;

    private SampleData() {}

    /** Copies it into a folder, as {@link #FILE}. */
    public static Path copyTo(Path folder) {
        Path file = folder.resolve(FILE);
        try (InputStream stream = SampleData.class.getResourceAsStream(FILE)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks " + FILE);
            }
            AtomicFiles.writeBytes(file, stream.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return file;
    }
}
