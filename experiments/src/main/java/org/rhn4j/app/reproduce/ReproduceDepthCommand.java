package org.rhn4j.app.reproduce;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.Presets;
import org.rhn4j.app.options.TextTrainingOptions;
import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhn reproduce depth}: what recurrence depth is worth, and costs, at one number of parameters. */
@Command(
        name = "depth",
        sortOptions = false,
        description = {
            "Train networks of several depths with equal parameters, and compare them with the paper's.",
            "Each depth takes the units that come nearest to --parameters; all else is the same for all. More depths or"
                    + " seeds are added to a finished experiment by --resume."
        },
        footer = {
            "",
            "Examples:",
            "  rhn reproduce depth --data ptb --out depths --parameters 3360000 --epochs 10",
            "  rhn reproduce depth --data ptb --out depths --parameters 3360000 --epochs 10 \\",
            "      --depths 1,5 --seeds 2,3 --resume"
        })
final class ReproduceDepthCommand implements Callable<Integer> {
    /** The paper's network of depth 10, so that the others have as many parameters as it. */
    private static final long PUBLISHED_PARAMETERS = 23_482_400;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A folder with files named *train*, *valid* and *test*, or one file, which is split.")
    private Path data;

    @Mixin
    private SweepOptions sweep = new SweepOptions();

    @Option(
            names = "--depths",
            split = ",",
            paramLabel = "L",
            description = "Recurrence depths; with --resume others can be added (default: 1,2,3,5,8,10).")
    private List<Integer> depths = List.of(1, 2, 3, 5, 8, 10);

    @Option(names = "--seeds", split = ",", paramLabel = "S", description = "Seeds of every depth (default: 1).")
    private List<Long> seeds = List.of(1L);

    @Option(
            names = "--parameters",
            paramLabel = "N",
            description = "Parameters of every network, embedding tied (default: 23482400, as published).")
    private long parameters = PUBLISHED_PARAMETERS;

    @ArgGroup(validate = false, heading = "%nTraining of every network (what is not given is the preset quick's):%n")
    private TextTrainingOptions training = new TextTrainingOptions();

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    @Spec
    private CommandSpec specification;

    @Override
    public Integer call() {
        depths.forEach(depth -> require(depth >= 1 && depth <= 1000, "--depths", "from 1 to 1000", depth));
        require(parameters >= 1000, "--parameters", "at least 1000", parameters);
        if (specification.commandLine().getParseResult().hasMatchedOption("--seed")) {
            throw new UserError("Every depth is trained with each of --seeds; give that in place of --seed.");
        }
        TrainingSettings settings = training.over(Presets.QUICK.settings());
        TextSplits splits = TextSplits.read(data, new Corpus(TextUnit.WORD, false));
        if (splits.test().isEmpty()) {
            throw new UserError(
                    "%s has no test part to report on; add a file with \"test\" in its name.".formatted(data));
        }
        DepthExperiment.Plan plan = new DepthExperiment.Plan(
                splits.sources().stream().map(TextSplits.Source::sha256).toList(), parameters, settings);
        return sweep.conduct(plan, engineOptions, (engine, folder, run) -> {
            DepthExperiment experiment = new DepthExperiment(engine, splits, plan, folder, run);
            if (!experiment.train(depths, seeds)) {
                return null;
            }
            DepthExperiment.Result result = experiment.result();
            return new SweepOptions.Outcome(result, DepthReport.page(result), DepthReport.text(result));
        });
    }

    private static void require(boolean right, String option, String range, Number value) {
        if (!right) {
            throw new UserError("%s must be %s, not %s.".formatted(option, range, value));
        }
    }
}
