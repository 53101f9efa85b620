package org.rhn4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this library, as its build recorded it. */
public final class Version {
    private static final String RESOURCE = "version.properties";

    private Version() {}

    /** The version number alone, such as {@code 0.1.0}. */
    public static String number() {
        Properties properties = new Properties();
        try (InputStream stream = Version.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks org/rhn4j/" + RESOURCE);
            }
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String number = properties.getProperty("version");
        if (number == null) {
            throw new IllegalStateException("org/rhn4j/" + RESOURCE + " names no version");
        }
        return number;
    }
}
