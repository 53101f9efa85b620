package org.rhn4j.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn bench}: how fast this machine trains, steps and detects, and how well it detects. */
@Command(
        name = "bench",
        description = "Measure the speed of training, of single steps and of detection, and the quality of detection.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchTrainCommand.class, BenchStepCommand.class, BenchDetectCommand.class, BenchNabCommand.class
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
