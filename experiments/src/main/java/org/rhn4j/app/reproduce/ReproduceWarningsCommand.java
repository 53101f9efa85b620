package org.rhn4j.app.reproduce;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.pages.ResultPage;
import org.rhn4j.app.reproduce.WarningExperiment.Outcome;
import org.rhn4j.app.reproduce.WarningExperiment.Result;
import org.rhn4j.app.reproduce.WarningExperiment.Summary;
import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn reproduce warnings}: does training warn before it diverges, and only then? */
@Command(
        name = "warnings",
        sortOptions = false,
        description = {
            "Does training warn before it diverges, and only then?",
            "Small networks on a text by character, made unstable on purpose (rate too high; gates begun open; deep"
                    + " transitions without gates), and healthy ones, over several seeds."
        },
        footer = {"", "Example:", "  rhn reproduce warnings --data tinyshakespeare.txt --out warnings --threads 1"})
final class ReproduceWarningsCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FILE", description = "A text.")
    private Path data;

    @Mixin
    private SweepOptions sweep = new SweepOptions();

    @Option(names = "--seeds", paramLabel = "N", description = "Runs of each condition (default: 10).")
    private int seeds = 10;

    @Option(names = "--first-seed", paramLabel = "S", description = "Seed of the first of them (default: 1).")
    private long firstSeed = 1;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of each run at most (default: 500).")
    private int steps = 500;

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    @Override
    public Integer call() {
        if (seeds < 1 || steps < Divergence.SUSTAINED) {
            throw new UserError(
                    seeds < 1
                            ? "--seeds must be at least 1, not " + seeds + "."
                            : "--steps must be at least " + Divergence.SUSTAINED + ", not " + steps + ".");
        }
        TextSplits splits = TextSplits.read(data, new Corpus(TextUnit.CHARACTER, false));
        WarningExperiment.Plan plan = new WarningExperiment.Plan(
                splits.sources().getFirst().sha256(),
                LongStream.range(firstSeed, firstSeed + seeds).boxed().toList(),
                steps);
        return sweep.conduct(plan, engineOptions, (engine, folder, run) -> {
            WarningExperiment experiment = new WarningExperiment(engine, splits, plan, folder, run);
            if (!experiment.train()) {
                return null;
            }
            Result result = experiment.result();
            return new SweepOptions.Outcome(
                    result, page(result), summary(result).text());
        });
    }

    private static ResultTable summary(Result result) {
        return new ResultTable(
                "Warnings by condition",
                "Diverged: ten windows in a row above the loss of predicting by frequency alone (%.3f nats) and above %.1f times the best ten so far, or a loss that is not finite, within %d steps. In time: the first warning came at an earlier step."
                        .formatted(
                                result.constantLoss(),
                                Divergence.RISE,
                                result.plan().steps()),
                List.of(
                        "condition",
                        "network",
                        "optimizer",
                        "rate",
                        "gate bias",
                        "runs",
                        "diverged",
                        "warned in time",
                        "warned",
                        "median lead, steps"),
                result.summaries().stream().map(ReproduceWarningsCommand::row).toList());
    }

    private static List<String> row(Summary s) {
        Double lead = s.medianLead();
        return List.of(
                s.condition(),
                s.network(),
                s.optimizer(),
                Formats.rate(s.rate()),
                String.format(Locale.ROOT, "%.0f", s.transformBias()),
                Integer.toString(s.runs()),
                Integer.toString(s.diverged()),
                Integer.toString(s.warnedInTime()),
                Integer.toString(s.flagged()),
                lead == null ? "-" : String.format(Locale.ROOT, "%.1f", lead));
    }

    private static String page(Result result) {
        ResultTable runs = new ResultTable(
                "Every run",
                "The step at which it diverged, and the first warning.",
                List.of("condition", "seed", "steps", "diverged at", "warned at", "warning", "last loss"),
                result.outcomes().stream().map(ReproduceWarningsCommand::row).toList());
        return ResultPage.html(
                "Does training warn before it diverges?",
                "Networks of 64 units on a text by character, windows of 16 × 25, no clipping.",
                List.of(),
                List.of(summary(result), runs));
    }

    private static List<String> row(Outcome run) {
        Long diverged = run.diverged();
        return List.of(
                run.condition(),
                Long.toString(run.seed()),
                Integer.toString(run.steps()),
                diverged == null ? "-" : diverged.toString(),
                run.warning() == null ? "-" : Long.toString(run.warning().step()),
                run.warning() == null ? "-" : Choices.name(run.warning().kind()),
                Formats.loss(run.loss()));
    }
}
