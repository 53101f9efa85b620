package org.rhn4j.app.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhn bench}: how fast this machine trains, steps, detects and forecasts, and how well it does the latter two. */
@Command(
        name = "bench",
        description = {
            "Measure the speed of training, of single steps, of detection and of forecasts, the quality of the latter"
                    + " two and of predicted lives, and what watching a training costs."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchTrainCommand.class,
            BenchHealthCommand.class,
            BenchStepCommand.class,
            BenchDetectCommand.class,
            BenchForecastCommand.class,
            BenchNabCommand.class,
            BenchM4Command.class,
            BenchEtth1Command.class,
            BenchCarpartsCommand.class,
            BenchZooCommand.class,
            BenchCmapssCommand.class
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec specification;

    @Override
    public void run() {
        specification.commandLine().usage(specification.commandLine().getOut());
    }
}
