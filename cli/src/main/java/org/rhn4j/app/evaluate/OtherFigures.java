package org.rhn4j.app.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.DynamicEvaluation;
import org.rhn4j.tasks.text.DynamicEvaluation.Rule;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.MonteCarloDropout;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.tasks.text.UnknownTokens;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Option;

/** Ways of evaluating whose figures are not comparable with plain ones, and are told beside them. */
final class OtherFigures {
    private static final long SEED = 1;

    @Option(
            names = "--mc-dropout",
            paramLabel = "N",
            description = "Mean of N passes with the dropout of training (Monte-Carlo dropout).")
    private @Nullable Integer mcDropout;

    @Option(
            names = "--dynamic",
            arity = "0..1",
            fallbackValue = "rms",
            paramLabel = "rms|sgd",
            description = "Weights that follow the text: a step after each window that was predicted. rms, which is"
                    + " meant where nothing is said, scales steps by the gradients on training text; sgd does not.")
    private @Nullable Rule dynamic;

    @Option(
            names = "--dynamic-rate",
            paramLabel = "R",
            description = "Size of the steps; for sgd it acts on the loss summed over a window.")
    private @Nullable Double rate;

    @Option(
            names = "--dynamic-decay",
            paramLabel = "X",
            description = "Pull back to the trained weights in each step, from 0 to 1.")
    private @Nullable Double decay;

    @Option(names = "--dynamic-window", paramLabel = "T", description = "Tokens predicted between two steps.")
    private @Nullable Integer window;

    @Option(
            names = "--training-data",
            paramLabel = "FILE",
            description =
                    "The text that the model was trained on, for rms (default: the file of --data named *train*).")
    private @Nullable Path trainingData;

    /** The mean of passes with dropout, for programs. */
    record MonteCarlo(int samples, long seed, double loss, double perplexity, double bitsPerCharacter, double seconds) {
        String sentence(TextUnit unit) {
            return String.format(
                    Locale.ROOT,
                    "mean of %d passes with dropout, seed %d: %s, loss %s nats (%s)",
                    samples,
                    seed,
                    Formats.quality(unit, loss),
                    Formats.loss(loss),
                    Formats.duration(seconds));
        }
    }

    /** Weights that follow the text, for programs. */
    record Dynamic(
            Rule rule,
            double rate,
            double decay,
            int window,
            double loss,
            double perplexity,
            double bitsPerCharacter,
            double seconds) {
        String sentence(TextUnit unit) {
            return String.format(
                    Locale.ROOT,
                    "dynamic (%s, rate %s, decay %s, windows of %d): %s, loss %s nats (%s)",
                    Choices.name(rule),
                    Formats.setting(rate),
                    Formats.setting(decay),
                    window,
                    Formats.quality(unit, loss),
                    Formats.loss(loss),
                    Formats.duration(seconds));
        }
    }

    /** What was asked for, found to be possible. */
    record Plan(
            @Nullable MonteCarloDropout sampling,
            @Nullable DynamicEvaluation following,
            @SuppressWarnings("ArrayRecordComponent") int @Nullable [] training) {
        @Nullable
        MonteCarlo monteCarlo(LanguageModel model, int[] ids, int streams, ProgressLine line) {
            if (sampling == null) {
                return null;
            }
            Evaluation e = WatchedEvaluation.evaluate(
                    "passes with dropout:", line, watcher -> model.evaluate(ids, streams, sampling, watcher));
            return new MonteCarlo(
                    sampling.samples(), sampling.seed(), e.loss(), e.perplexity(), e.bitsPerToken(), e.seconds());
        }

        @Nullable
        Dynamic dynamic(LanguageModel model, int[] ids, ProgressLine line) {
            if (following == null) {
                return null;
            }
            Evaluation e = WatchedEvaluation.evaluate(
                    "dynamic evaluation:",
                    line,
                    watcher -> model.evaluateDynamically(ids, training, following, watcher));
            return new Dynamic(
                    following.rule(),
                    following.rate(),
                    following.decay(),
                    following.window(),
                    e.loss(),
                    e.perplexity(),
                    e.bitsPerToken(),
                    e.seconds());
        }
    }

    /**
     * Checks what was asked for, before anything is computed.
     *
     * @param data where the text comes from: of a folder the training text is taken too
     * @throws UserError if a value is out of its range, options contradict one another, the record of the training that
     *     dropout comes from is missing, or the training text is
     */
    Plan plan(LanguageModel model, Path folder, Path data, UnknownTokens unknown) {
        @Nullable MonteCarloDropout sampling = mcDropout == null ? null : sampling(folder, mcDropout);
        if (dynamic == null) {
            refuseWithoutDynamic("--dynamic-rate", rate);
            refuseWithoutDynamic("--dynamic-decay", decay);
            refuseWithoutDynamic("--dynamic-window", window);
            refuseWithoutDynamic("--training-data", trainingData);
            return new Plan(sampling, null, null);
        }
        DynamicEvaluation usual = DynamicEvaluation.usual(dynamic);
        DynamicEvaluation following = new DynamicEvaluation(
                dynamic,
                rate == null ? usual.rate() : rate,
                decay == null ? usual.decay() : decay,
                window == null ? usual.window() : window);
        int @Nullable [] training =
                dynamic == Rule.SGD ? null : model.corpus().encode(trainingText(data), model.vocabulary(), unknown);
        return new Plan(sampling, following, training);
    }

    private Path trainingText(Path data) {
        if (trainingData != null) {
            return trainingData;
        }
        if (!Files.isDirectory(data)) {
            throw new UserError("--dynamic=rms measures gradients on the text that the model was trained on; name it by"
                    + " --training-data, or take --dynamic=sgd.");
        }
        return TestText.inFolder(data, "train");
    }

    private static MonteCarloDropout sampling(Path folder, int samples) {
        Path record = folder.resolve(TrainingRecord.FILE);
        if (!Files.exists(record)) {
            throw new UserError("%s is missing, which says what dropout the model was trained with; leave --mc-dropout"
                            .formatted(record)
                    + " out.");
        }
        TrainingSettings settings = Json.read(record, TrainingRecord.class).settings();
        return new MonteCarloDropout(samples, settings.dropout(), settings.window(), SEED);
    }

    private static void refuseWithoutDynamic(String option, @Nullable Object given) {
        if (given != null) {
            throw new UserError(
                    "%s belongs to dynamic evaluation; add --dynamic or leave %s out.".formatted(option, option));
        }
    }
}
