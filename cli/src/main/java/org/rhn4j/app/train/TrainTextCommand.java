package org.rhn4j.app.train;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.NetworkOptions;
import org.rhn4j.app.options.Presets;
import org.rhn4j.app.options.TextTrainingOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhn train text}: trains a language model on a text, or goes on with a run that was stopped. */
@Command(
        name = "text",
        sortOptions = false,
        customSynopsis = {
            "rhn train text --data=PATH --out=FOLDER [OPTION]...",
            "       rhn train text --data=PATH --out=FOLDER --resume"
        },
        description = "Train a language model on a text.")
final class TrainTextCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A folder with files named *train*, *valid* and perhaps *test*, or one file, which is split"
                    + " into 90, 5 and 5 %%.")
    private Path data;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--preset",
            converter = Presets.ByName.class,
            paramLabel = "P",
            description =
                    "Values for all options below that are not given: quick, ptb, ptb-short or paper-ptb (default:"
                            + " quick).")
    private Presets.Preset preset = Presets.QUICK;

    @Option(
            names = "--unit",
            paramLabel = "word|character",
            description = "What a token is: what stands between white space, or a character (default: word).")
    private TextUnit unit = TextUnit.WORD;

    @Option(
            names = "--strip-lines",
            description = "By character: strip lines and write inner spaces as _, as is usual for the Penn Treebank.")
    private boolean stripLines;

    @Option(
            names = "--vocabulary-size",
            paramLabel = "N",
            description = "By word: the most tokens to know; rarer ones become <unk> (default: no limit).")
    private int vocabularySize = Integer.MAX_VALUE;

    @Option(names = "--test", description = "In the end, evaluate the best model on the test part.")
    private boolean test;

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private NetworkOptions network = new NetworkOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TextTrainingOptions training = new TextTrainingOptions();

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    /** What a run needs besides an engine. */
    private record Plan(TextSplits splits, LanguageModelConfiguration configuration, TrainingSettings settings) {}

    @Override
    public Integer call() {
        refuseContradictions();
        @Nullable TrainingSettings chosen = run.resume() ? null : training.over(preset.settings());
        return run.conduct(
                data,
                LanguageModelTrainer.FILES,
                engineOptions,
                (engine, folder) -> train(engine, folder, chosen == null ? resumedPlan() : newPlan(chosen)));
    }

    private int train(Engine engine, OutputFolder folder, Plan plan) {
        if (test && plan.splits().test().isEmpty()) {
            throw new UserError(
                    "--test needs a test part, and %s has none; leave --test out, or add a file with \"test\" in its name."
                            .formatted(data));
        }
        TrainingRun training =
                new TrainingRun(engine, plan.splits(), plan.configuration(), plan.settings(), run.out(), run.err());
        TrainingRun.Outcome outcome = training.run(folder, run.resume(), run.force(), test);
        new TrainingReport(outcome, plan.configuration().unit(), data).print(run);
        return outcome.exitStatus();
    }

    /** Adds the presets to the command's help. */
    @Spec
    void describe(CommandSpec described) {
        described
                .usageMessage()
                .footer(("%n" + Presets.table()
                                + "%nExample:%n"
                                + "  rhn train text --data=ptb --out=model --hidden=128 --minutes=10")
                        .split("%n", -1));
    }

    private Plan newPlan(TrainingSettings settings) {
        TextSplits splits = TextSplits.read(data, new Corpus(unit, stripLines), vocabularySize);
        LanguageModelConfiguration configuration = network.fill(LanguageModelConfiguration.builder(), preset)
                .unit(unit)
                .stripLines(stripLines)
                .vocabularySize(splits.vocabulary().size())
                .build();
        return new Plan(splits, configuration, settings);
    }

    /** Network and settings are in the folder; the text is read as it was then. */
    private Plan resumedPlan() {
        LanguageModelConfiguration configuration = LanguageModel.readConfiguration(run.out());
        TrainingSettings settings = training.resuming(TrainingLoop.settingsOf(run.out()));
        Corpus corpus = new Corpus(configuration.unit(), configuration.stripLines());
        boolean words = configuration.unit() == TextUnit.WORD;
        TextSplits splits = TextSplits.read(data, corpus, words ? configuration.vocabularySize() : Integer.MAX_VALUE);
        return new Plan(splits, configuration, settings);
    }

    private void refuseContradictions() {
        training.refuseWithoutGates(network.hasGates());
        if (run.resume()) {
            return;
        }
        if (stripLines && unit == TextUnit.WORD) {
            throw new UserError("--strip-lines is for characters; add --unit=character or leave --strip-lines out.");
        }
        // Whatever the text, this network must be possible: better told before a large text is read than after.
        network.fill(LanguageModelConfiguration.builder(), preset)
                .vocabularySize(2)
                .build();
    }
}
