package org.rhn4j.app.reproduce;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.tasks.chorales.Chorales;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn reproduce optimisation}: are deep transitions hard to train, with gates and without? */
@Command(
        name = "optimisation",
        sortOptions = false,
        description = {
            "The paper's first experiment: JSB chorales, RHN against plain deep transitions (DT-RNN), at equal"
                    + " parameters.",
            "A random search over rate and first weights for each cell and depth, with plain SGD; then, with dropout"
                    + " and AdamW, the best that an RHN does on this data."
        },
        footer = {
            "",
            "Example:",
            "  rhn reproduce optimisation --data jsb-chorales-quarter.json --out chorales --threads 1"
        })
final class ReproduceOptimisationCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "JSON with the keys train, valid and test: pieces of steps of MIDI notes.")
    private Path data;

    @Mixin
    private SweepOptions sweep = new SweepOptions();

    @Option(names = "--depths", split = ",", paramLabel = "L", description = "Transition depths (default: 1,2,4,6).")
    private List<Integer> depths = List.of(1, 2, 4, 6);

    @Option(
            names = "--parameters",
            paramLabel = "N",
            description = "Parameters of every network; widths are chosen to come nearest (default: 60000).")
    private long parameters = 60_000;

    @Option(names = "--trials", paramLabel = "N", description = "Trials for each cell and depth (default: 10).")
    private int trials = 10;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs of each trial (default: 100).")
    private int epochs = 100;

    @Option(
            names = "--regularised-trials",
            paramLabel = "N",
            description = "Trials with dropout and AdamW for the best figure of an RHN (default: 8).")
    private int regularisedTrials = 8;

    @Option(names = "--regularised-epochs", paramLabel = "N", description = "Epochs of each of those (default: 200).")
    private int regularisedEpochs = 200;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the search (default: 1).")
    private long seed = 1;

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    @Override
    public Integer call() {
        requirePositive("--trials", trials);
        requirePositive("--epochs", epochs);
        requirePositive("--regularised-epochs", regularisedEpochs);
        depths.forEach(depth -> requirePositive("--depths", depth));
        if (regularisedTrials < 0 || parameters < 1000) {
            throw new UserError(
                    regularisedTrials < 0
                            ? "--regularised-trials must be 0 or more, not " + regularisedTrials + "."
                            : "--parameters must be at least 1000, not " + parameters + ".");
        }
        Chorales chorales = Chorales.read(data);
        OptimisationExperiment.Plan plan = new OptimisationExperiment.Plan(
                chorales.sha256(),
                List.copyOf(depths),
                parameters,
                trials,
                epochs,
                regularisedTrials,
                regularisedEpochs,
                seed);
        return sweep.conduct(plan, engineOptions, (engine, folder, run) -> {
            OptimisationExperiment experiment = new OptimisationExperiment(engine, chorales, plan, folder, run);
            if (!experiment.train()) {
                return null;
            }
            OptimisationExperiment.Result result = experiment.result();
            return new SweepOptions.Outcome(result, result.page(), result.text());
        });
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new UserError("%s must be at least 1, not %d.".formatted(option, value));
        }
    }
}
