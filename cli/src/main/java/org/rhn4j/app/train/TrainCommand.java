package org.rhn4j.app.train;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn train}: one subcommand for each task. */
@Command(
        name = "train",
        description = "Train a model.",
        subcommands = {
            TrainTextCommand.class,
            TrainAnomalyCommand.class,
            TrainForecastCommand.class,
            TrainFailureCommand.class
        })
public final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
