package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.FailureSentences;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.Shell;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.HistoryOptions;
import org.rhn4j.app.options.StackOptions;
import org.rhn4j.app.options.TrainingOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.failure.FailureData;
import org.rhn4j.tasks.failure.FailureEvaluator;
import org.rhn4j.tasks.failure.FailureModel;
import org.rhn4j.tasks.failure.FailurePlan;
import org.rhn4j.tasks.failure.FailureTrainer;
import org.rhn4j.tasks.histories.HistoryReader;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.histories.HistorySplit;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn train failure}: trains a predictor of failures on histories, or goes on with a run that was stopped. */
@Command(
        name = "failure",
        sortOptions = false,
        customSynopsis = {
            "rhn train failure --data=FILE --unit=COLUMN --out=FOLDER [OPTION]...",
            "       rhn train failure --data=FILE --out=FOLDER --resume"
        },
        description = {
            "Learn from units that ran to failure how long a unit has left, and how likely it fails soon.",
            "The last row of each unit is its failure, but for units that --censored marks."
        },
        footer = {
            "",
            "Examples:",
            "  rhn train failure --data engines.csv --unit engine --time cycle --out model",
            "  rhn train failure --data pumps.csv --unit pump --time hour --cap 500 --within 48 --out model"
        })
final class TrainFailureCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A table, one row for each unit and time, those of a unit in order of time.")
    private Path data;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--cap",
            paramLabel = "N",
            description =
                    "Steps of remaining life above which a unit counts as new, for then no wear shows yet (default:"
                            + " 125).")
    private @Nullable Double cap;

    @Option(names = "--no-life", description = "Do not predict remaining life; --within says what is predicted.")
    private boolean noLife;

    @Option(
            names = "--within",
            paramLabel = "N",
            description = "Predict the probability of a failure in the next N steps, too.")
    private @Nullable Double within;

    @Option(
            names = "--coverage",
            paramLabel = "P",
            description = "Share of the lives that the interval is to hold (default: 0.9).")
    private double coverage = FailurePlan.COVERAGE;

    @Option(
            names = "--smoothing",
            split = ",",
            paramLabel = "N",
            description =
                    "Spans, in rows, of running means that enter beside each feature; 0 for none (default: 10,30).")
    private List<Integer> smoothing = FailurePlan.SMOOTHING;

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            description = "Units that are held back to choose the best epoch and to size intervals (default: 0.2).")
    private double validation = FailurePlan.VALIDATION;

    @ArgGroup(validate = false, heading = "%nReading the table:%n")
    private HistoryOptions table = new HistoryOptions();

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private StackOptions network = new StackOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TrainingOptions training = new TrainingOptions();

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    /** What a run needs besides an engine. */
    private record Plan(HistorySet set, FailureData data, TrainingSettings settings) {}

    /** The result for programs; {@code validation} is absent where no unit was held back or the run was stopped. */
    record Result(
            String model,
            long parameters,
            List<String> features,
            int trainingUnits,
            int validationUnits,
            int epochs,
            int bestEpoch,
            @Nullable Double validationLoss,
            FailureEvaluator.@Nullable Evaluation validation,
            double rowsPerSecond,
            double seconds,
            TrainingRecord.Ended ended) {}

    @Override
    public Integer call() {
        refuseContradictions();
        return run.conduct(data, FailureTrainer.FILES, engineOptions, this::train);
    }

    private int train(Engine engine, OutputFolder folder) {
        Plan plan = run.resume() ? resumedPlan() : newPlan();
        WatchedTraining.Outcome outcome = new TableTraining(folder, run, data, true)
                .train(
                        plan.set().rows(),
                        (sources, listener) ->
                                new FailureTrainer(engine, plan.data(), sources, plan.settings(), run.out(), listener),
                        bytes -> describe(plan, bytes, run.err()));
        boolean validated = !plan.data().split().validation().isEmpty();
        report(
                outcome.record(),
                plan,
                outcome.exitStatus() == ExitStatus.OK && validated ? evaluate(plan, engine) : null);
        return outcome.exitStatus();
    }

    private void refuseContradictions() {
        if (run.resume()) {
            return;
        }
        if (cap != null && !(cap >= 1)) {
            throw new UserError("--cap must be at least 1, not %s.".formatted(Formats.setting(cap)));
        }
        if (within != null && !(within >= 1)) {
            throw new UserError("--within must be at least 1, not %s.".formatted(Formats.setting(within)));
        }
        if (noLife && within == null) {
            throw new UserError("--no-life leaves nothing to predict; add --within, or leave it out.");
        }
        if (noLife && coverage != FailurePlan.COVERAGE) {
            throw new UserError("--coverage is for remaining life, which --no-life leaves out; give one of both.");
        }
        if (noLife && cap != null) {
            throw new UserError("--cap is for remaining life, which --no-life leaves out; give one of both.");
        }
    }

    private Plan newPlan() {
        TrainingSettings settings = training.over(FailurePlan.settings());
        training.refuseWithoutGates(network.hasGates());
        FailurePlan plan = FailurePlan.of(network.over(FailurePlan.NETWORK))
                .withCap(noLife ? 0 : cap == null ? FailurePlan.CAP : cap)
                .withWithin(within == null ? 0 : within)
                .withValidation(validation)
                .withCoverage(coverage)
                .withSmoothing(smoothing.equals(List.of(0)) ? List.of() : smoothing);
        FileProblems.requireReadableFile(data);
        HistorySet set = read(table.schema(), table.reading(), table.fill());
        List<String> counting = set.schema().ignored().stream()
                .filter(column -> !table.schema().ignored().contains(column))
                .toList();
        if (!counting.isEmpty()) {
            run.err().println("left out, for they only count rows or time: " + String.join(", ", counting));
        }
        HistorySplit split = FailurePlan.split(set.units(), validation, settings.seed());
        FailureData prepared = plan.prepare(set, split, table.fill());
        List<String> constant = set.constantFeatures(split.train());
        if (!constant.isEmpty()) {
            run.err().println("left out, for they never change: " + String.join(", ", constant));
        }
        return new Plan(set, prepared, settings);
    }

    /** Network, settings and the way of reading are in the folder. */
    private Plan resumedPlan() {
        TrainingSettings settings = training.resuming(TrainingLoop.settingsOf(run.out()));
        FailureConfiguration c = FailureConfiguration.read(run.out());
        HistorySet set = read(c.trainingSchema(), c.reading(), c.fill());
        HistorySplit split = FailurePlan.split(set.units(), c.validation(), settings.seed());
        return new Plan(set, new FailureData(c, split), settings);
    }

    private HistorySet read(HistorySchema schema, ReadingOptions reading, boolean fill) {
        HistorySet set = new HistoryReader(schema, reading, fill).read(data);
        if (set.known() == 0) {
            throw new UserError(
                    "%s: none of the %d units failed, by the column \"%s\", so there is no failure to learn from; give histories that end with one."
                            .formatted(data, set.units().size(), schema.censored()));
        }
        return set;
    }

    private static void describe(Plan plan, long bytes, PrintWriter err) {
        FailureConfiguration c = plan.data().configuration();
        err.println("network: %s, %s parameters, %s of memory"
                .formatted(
                        Descriptions.stack(c.network()), Formats.count(c.parameterCount()), FileProblems.size(bytes)));
        err.println("data: %s of %s, %d of which failed; %d to train on, %d for validation; %s"
                .formatted(
                        Formats.counted(plan.set().rows(), "row"),
                        Formats.counted(plan.set().units().size(), "unit"),
                        plan.set().known(),
                        plan.data().split().train().size(),
                        plan.data().split().validation().size(),
                        Formats.counted(c.features().size(), "feature")));
        err.println("predicts: %s%s%s"
                .formatted(
                        c.predictsLife()
                                ? "remaining life, up to %s %s".formatted(Formats.setting(c.cap()), c.stepName())
                                : "",
                        c.predictsLife() && c.predictsSoon() ? "; " : "",
                        c.predictsSoon()
                                ? "the probability of a failure within %s %s"
                                        .formatted(Formats.setting(c.within()), c.stepName())
                                : ""));
        err.flush();
    }

    private FailureEvaluator.Evaluation evaluate(Plan plan, Engine engine) {
        try (FailureModel model = FailureModel.load(run.out(), engine)) {
            FailureEvaluator evaluator = new FailureEvaluator(model.configuration());
            evaluator.addAll(
                    plan.data().split().validation(),
                    model.predict(plan.data().split().validation()),
                    1);
            return evaluator.evaluation();
        }
    }

    private void report(TrainingRecord record, Plan plan, FailureEvaluator.@Nullable Evaluation evaluation) {
        Supplier<Object> result = () -> new Result(
                run.out().toString(),
                record.parameters(),
                plan.data().configuration().features(),
                plan.data().split().train().size(),
                plan.data().split().validation().size(),
                record.epochs().size(),
                record.bestEpoch(),
                TableTraining.validationLoss(record),
                evaluation,
                record.timing().itemsPerSecond(),
                record.timing().seconds(),
                record.ended());
        Consumer<PrintWriter> text = stdout -> {
            stdout.println(TableTraining.sentence(record));
            if (evaluation != null) {
                FailureSentences.of(evaluation, "units held back, all rows").forEach(stdout::println);
            }
        };
        run.report(
                record,
                data,
                result,
                text,
                List.of("predict " + Shell.quoted(run.out()) + " --data " + Shell.quoted(data)));
    }
}
