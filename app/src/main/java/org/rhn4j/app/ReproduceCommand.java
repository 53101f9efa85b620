package org.rhn4j.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn reproduce}: the experiments of the RHN paper, one command each. */
@Command(
        name = "reproduce",
        description = "Repeat an experiment of the paper, and see its figures beside the published ones.",
        subcommands = {ReproducePtbCommand.class, ReproduceDepthCommand.class, ReproduceOptimisationCommand.class})
final class ReproduceCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
