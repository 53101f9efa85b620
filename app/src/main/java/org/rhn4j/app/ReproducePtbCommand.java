package org.rhn4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.Published.Figure;
import org.rhn4j.app.Published.Perplexity;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.Corpus;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhn reproduce ptb}: the paper's network for the Penn Treebank, by our recipe or by the published one. */
@Command(
        name = "ptb",
        sortOptions = false,
        description = {
            "Train the paper's network of depth 10 on the Penn Treebank by word, and set its figures beside published"
                    + " ones.",
            "The recipe best ends within --minutes; the recipe paper keeps to the published settings and takes days."
        },
        footer = {
            "",
            "Examples:",
            "  rhn reproduce ptb --data ptb --out ptb-120",
            "  rhn reproduce ptb --data ptb --out ptb-120 --resume",
            "  rhn reproduce ptb --data ptb --out ptb-paper --recipe paper --epochs 5"
        })
final class ReproducePtbCommand implements Callable<Integer> {
    private static final double USUAL_MINUTES = 120;

    /** Where the settings come from. */
    enum Recipe {
        /** Our preset for two hours on two cores. */
        BEST,
        /** The published settings to the letter. */
        PAPER;

        Presets.Preset preset() {
            return this == BEST ? Presets.PTB : Presets.PAPER_PTB;
        }
    }

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "A folder with the Penn Treebank's *train*, *valid* and *test* texts.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the model goes.")
    private Path out;

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

    @Option(names = "--resume", description = "Go on with the unfinished run in --out; its time adds up.")
    private boolean resume;

    @Option(names = "--force", description = "Replace the model in --out.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    @Spec
    private CommandSpec specification;

    /** The result for programs; losses in nats per word, {@code test} absent where the run was stopped. */
    record Result(
            String model,
            long parameters,
            int epochs,
            int bestEpoch,
            double validationPerplexity,
            @Nullable Double testPerplexity,
            double seconds,
            TrainingRecord.Ended ended,
            List<Figure> published) {}

    @Override
    @SuppressWarnings("try") // the lock is held, not used
    public Integer call() {
        PrintWriter err = specification.commandLine().getErr();
        OutputFolder folder = new OutputFolder(out, LanguageModelTrainer.FILES);
        @Nullable
        TrainingSettings chosen = resume ? null : settings(recipe.preset().settings());
        if (resume) {
            refuseWithResume();
            folder.requireUnfinished();
        } else {
            folder.requireFree(force);
        }
        try (FolderLock lock = FolderLock.take(out);
                Engine engine = engineOptions.open()) {
            err.println(engine.description());
            TextSplits splits = TextSplits.read(data, new Corpus(TextUnit.WORD, false));
            if (splits.test().isEmpty()) {
                throw new UserError(
                        "%s has no test part to report on; add a file with \"test\" in its name.".formatted(data));
            }
            TrainingSettings settings = chosen == null ? resumed(TrainingLoop.settingsOf(out)) : chosen;
            LanguageModelConfiguration configuration = resume
                    ? LanguageModel.readConfiguration(out)
                    : network(splits.vocabulary().size());
            TrainingRun run = new TrainingRun(
                    engine, splits, configuration, settings, out, err, ReproducePtbCommand::besideThePublished);
            TrainingRun.Outcome outcome = run.run(folder, resume, force, true);
            report(outcome);
            return outcome.exitStatus();
        } finally {
            folder.deleteIfNewAndEmpty();
        }
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

    private LanguageModelConfiguration network(int vocabulary) {
        Presets.Preset preset = recipe.preset();
        int units = hidden == null ? preset.hidden() : hidden;
        return LanguageModelConfiguration.builder()
                .vocabularySize(vocabulary)
                .embeddingSize(units)
                .hiddenSize(units)
                .tiedEmbeddings(true)
                .depth(depth == null ? preset.depth() : depth)
                .build();
    }

    private void refuseWithResume() {
        boolean others = hidden != null || depth != null || seed != null || recipe != Recipe.BEST || force;
        if (others) {
            throw new UserError(
                    "A resumed run keeps its network and settings, so only --minutes and --epochs can be given"
                            + " with --resume; leave the others out.");
        }
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
        PrintWriter stdout = specification.commandLine().getOut();
        TrainingRecord record = outcome.record();
        if (json) {
            stdout.print(Json.toText(new Result(
                    out.toString(),
                    record.parameters(),
                    record.epochs().size(),
                    record.bestEpoch(),
                    Math.exp(record.validationLoss()),
                    outcome.test() == null
                            ? null
                            : Double.valueOf(outcome.test().perplexity()),
                    record.timing().seconds(),
                    record.ended(),
                    Published.SINGLE_MODELS)));
        } else if (record.ended() == TrainingRecord.Ended.STOPPED) {
            stdout.println("stopped after " + Formats.duration(record.timing().seconds())
                    + "; go on with the same --data and --out, and --resume");
        } else {
            stdout.print(table(outcome).text());
        }
        stdout.flush();
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
