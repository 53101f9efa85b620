package org.rhn4j.app;

import java.util.List;

/** Commands from another jar, found by {@link java.util.ServiceLoader}: in a clone, the experiments. */
public interface MoreCommands {
    /** Classes that picocli makes subcommands of {@code rhn} of, in the order of the help. */
    List<Class<?>> commands();
}
