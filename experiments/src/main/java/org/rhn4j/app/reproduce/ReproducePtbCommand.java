package org.rhn4j.app.reproduce;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.console.Shell;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.Presets;
import org.rhn4j.app.reproduce.Published.Figure;
import org.rhn4j.app.reproduce.Published.Perplexity;
import org.rhn4j.app.train.RunOptions;
import org.rhn4j.app.train.TrainingRun;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn reproduce ptb}: the paper's network for the Penn Treebank, by our recipe or by the published one. */
@Command(
        name = "ptb",
        sortOptions = false,
        description = {
            "Train the paper's network of depth 10 on the Penn Treebank by word, and set its figures beside published"
                    + " ones.",
            "The recipe best ends within --minutes: its settings are those of the preset ptb where products are of"
                + " bf16, and of ptb-short, made for few epochs, where they are of f32. The recipe paper keeps to the"
                + " published settings and takes days."
        },
        footer = {
            "",
            "Examples:",
            "  rhn reproduce ptb --data ptb --out ptb-120",
            "  rhn reproduce ptb --data ptb --out ptb-120 --resume",
            "  rhn reproduce ptb --data ptb --out ptb-paper --recipe paper --epochs 5"
        })
public final class ReproducePtbCommand implements Callable<Integer> {
    private static final double USUAL_MINUTES = 120;

    /** Where the settings come from. */
    enum Recipe {
        /** Our preset for two hours on two cores, of those for fast and for slow products. */
        BEST,
        /** The published settings to the letter. */
        PAPER;

        Presets.Preset preset(Precision precision) {
            if (this == PAPER) {
                return Presets.PAPER_PTB;
            }
            return precision == Precision.BF16 ? Presets.PTB : Presets.PTB_SHORT;
        }
    }

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "A folder with the Penn Treebank's *train*, *valid* and *test* texts.")
    private Path data;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--recipe", paramLabel = "best|paper", description = "Settings (default: best).")
    private Recipe recipe = Recipe.BEST;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Time for training, resumed parts together; 0 for no limit (default: 120; paper: 0).")
    private @Nullable Double minutes;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the text at most (default: the recipe's).")
    private @Nullable Integer epochs;

    @Option(names = "--hidden", paramLabel = "N", description = "Units (default: 830, as published).")
    private @Nullable Integer hidden;

    @Option(names = "--depth", paramLabel = "L", description = "Recurrence depth (default: 10, as published).")
    private @Nullable Integer depth;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of everything random (default: 1).")
    private @Nullable Long seed;

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    /** The result for programs; a perplexity is absent where there is none. */
    record Result(
            String model,
            long parameters,
            int epochs,
            int bestEpoch,
            @Nullable Double validationPerplexity,
            @Nullable Double testPerplexity,
            double seconds,
            TrainingRecord.Ended ended,
            List<Figure> published) {}

    @Override
    public Integer call() {
        return run.conduct(data, LanguageModelTrainer.FILES, engineOptions, this::train);
    }

    private int train(Engine engine, OutputFolder folder) {
        Presets.Preset preset = recipe.preset(engine.precision());
        TextSplits splits = TextSplits.read(data, new Corpus(TextUnit.WORD, false));
        if (splits.test().isEmpty()) {
            throw new UserError(
                    "%s has no test part to report on; add a file with \"test\" in its name.".formatted(data));
        }
        TrainingSettings settings =
                run.resume() ? resumed(TrainingLoop.settingsOf(run.out())) : settings(preset.settings());
        LanguageModelConfiguration configuration = run.resume()
                ? LanguageModel.readConfiguration(run.out())
                : network(preset, splits.vocabulary().size());
        TrainingRun training = new TrainingRun(
                engine, splits, configuration, settings, run.out(), run.err(), ReproducePtbCommand::besideThePublished);
        TrainingRun.Outcome outcome = training.run(folder, run.resume(), run.force(), true);
        report(outcome);
        return outcome.exitStatus();
    }

    private TrainingSettings settings(TrainingSettings base) {
        return base.toBuilder()
                .minutes(minutes == null ? recipe == Recipe.BEST ? USUAL_MINUTES : 0 : minutes)
                .epochs(epochs == null ? base.epochs() : epochs)
                .seed(seed == null ? base.seed() : seed)
                .build();
    }

    private TrainingSettings resumed(TrainingSettings base) {
        return base.toBuilder()
                .minutes(minutes == null ? base.minutes() : minutes)
                .epochs(epochs == null ? base.epochs() : epochs)
                .build();
    }

    private LanguageModelConfiguration network(Presets.Preset preset, int vocabulary) {
        int units = hidden == null ? preset.hidden() : hidden;
        return LanguageModelConfiguration.builder()
                .vocabularySize(vocabulary)
                .embeddingSize(units)
                .hiddenSize(units)
                .tiedEmbeddings(true)
                .depth(depth == null ? preset.depth() : depth)
                .build();
    }

    /** Papers publish where training ended, not its epochs: so each epoch is set beside the end. */
    private static String besideThePublished(EpochMetrics epoch) {
        double ours = epoch.validationPerplexity();
        double published = Published.HEADLINE.validation();
        return String.format(
                Locale.ROOT,
                ours > published ? "  (%.1f above the published %.1f)" : "  (%.1f below the published %.1f)",
                Math.abs(ours - published),
                published);
    }

    private void report(TrainingRun.Outcome outcome) {
        TrainingRecord record = outcome.record();
        @Nullable Evaluation test = outcome.test();
        Supplier<Object> result = () -> new Result(
                run.out().toString(),
                record.parameters(),
                record.epochs().size(),
                record.bestEpoch(),
                record.bestEpoch() == 0 ? null : Double.valueOf(Math.exp(record.validationLoss())),
                test == null ? null : Double.valueOf(test.perplexity()),
                record.timing().seconds(),
                record.ended(),
                Published.SINGLE_MODELS);
        Consumer<PrintWriter> text = stdout -> stdout.print(
                record.ended() == TrainingRecord.Ended.STOPPED
                        ? "stopped after %s%n"
                                .formatted(Formats.duration(record.timing().seconds()))
                        : table(outcome).text());
        String model = Shell.quoted(run.out());
        run.report(record, data, result, text, List.of("generate " + model, "info " + model));
    }

    private ResultTable table(TrainingRun.Outcome outcome) {
        TrainingRecord record = outcome.record();
        List<List<String>> rows = new ArrayList<>();
        String ours = String.format(
                Locale.ROOT,
                "ours: %s parameters, %d epochs in %s",
                Formats.count(record.parameters()),
                record.epochs().size(),
                Formats.duration(record.timing().seconds()));
        String test =
                outcome.test() == null ? "-" : Published.shown(outcome.test().perplexity());
        rows.add(List.of(ours, Published.shown(Math.exp(record.validationLoss())), test));
        for (Figure figure : Published.SINGLE_MODELS) {
            Perplexity perplexity = figure.perplexity();
            rows.add(List.of(
                    figure.model(), Published.shown(perplexity.validation()), Published.shown(perplexity.test())));
        }
        return new ResultTable(
                "Penn Treebank by word", "Perplexity of single models.", List.of("model", "validation", "test"), rows);
    }
}
