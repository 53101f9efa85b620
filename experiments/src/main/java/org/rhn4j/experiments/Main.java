package org.rhn4j.experiments;

/** The command {@code rhn} with all that a clone adds to it; a module's main class must be its own. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        org.rhn4j.app.Main.main(arguments);
    }
}
