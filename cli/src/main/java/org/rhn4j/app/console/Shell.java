package org.rhn4j.app.console;

import java.nio.file.Path;

/** Arguments as a shell takes them. */
public final class Shell {
    private Shell() {}

    /** A path, in quotes where it needs them. */
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** An argument, in quotes where it needs them. */
    public static String quoted(String text) {
        return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
