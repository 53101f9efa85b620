package org.rhn4j.app.reproduce;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn reproduce}: the experiments of the RHN paper, and that of the warnings, one command each. */
@Command(
        name = "reproduce",
        description = "Repeat an experiment: those of the paper, with the published figures beside them, and that of"
                + " training's warnings.",
        subcommands = {
            ReproducePtbCommand.class,
            ReproduceDepthCommand.class,
            ReproduceOptimisationCommand.class,
            ReproduceWarningsCommand.class
        })
public final class ReproduceCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
