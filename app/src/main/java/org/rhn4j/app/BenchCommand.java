package org.rhn4j.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn bench}: how fast this machine trains and steps, beside the floor that its matrix products set. */
@Command(
        name = "bench",
        description = "Measure the speed of training or of single steps.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchTrainCommand.class, BenchStepCommand.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
