package org.rhn4j.app.options;

import java.util.List;
import java.util.Set;
import org.rhn4j.UserError;
import picocli.CommandLine.Model.CommandSpec;

/** What may be given with --resume: a resumed run keeps everything else as it was. */
public final class ResumedOptions {
    private static final Set<String> CHANGEABLE = Set.of(
            "--data",
            "--out",
            "--resume",
            "--epochs",
            "--minutes",
            "--patience",
            "--checkpoint-seconds",
            "--precision",
            "--threads",
            "--test",
            "--test-rows", // the fingerprint tells whether it is as it was
            "--validation-rows",
            "--horizon",
            "--network-alone",
            "--verbose",
            "--json",
            "--debug");

    private ResumedOptions() {}

    /**
     * Checks what was given on the command line.
     *
     * @throws UserError if an option is among it that would change the run
     */
    public static void check(CommandSpec specification) {
        List<String> others = specification.commandLine().getParseResult().matchedOptions().stream()
                .map(option -> option.longestName())
                .filter(name -> !CHANGEABLE.contains(name))
                .sorted()
                .toList();
        if (!others.isEmpty()) {
            throw new UserError("A resumed run keeps its network and settings, so %s cannot be given with --resume;"
                            .formatted(String.join(", ", others))
                    + " leave " + (others.size() == 1 ? "it" : "them") + " out, or start anew without --resume.");
        }
    }
}
