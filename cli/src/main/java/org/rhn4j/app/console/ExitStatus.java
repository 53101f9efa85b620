package org.rhn4j.app.console;

/** How a command ends. */
public final class ExitStatus {
    /** The command did what was asked. */
    public static final int OK = 0;

    /** A fault in the program itself. */
    public static final int INTERNAL_ERROR = 1;

    /** Something that the user can put right: an argument, a file, the memory given. */
    public static final int USER_ERROR = 2;

    private ExitStatus() {}
}
