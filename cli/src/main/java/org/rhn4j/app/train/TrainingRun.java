package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.evaluate.WatchedEvaluation;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/** One run of a trainer as the command line conducts it: told beforehand, watched, stopped by a signal, tested. */
public final class TrainingRun {
    private final Engine engine;
    private final TextSplits splits;
    private final LanguageModelConfiguration configuration;
    private final TrainingSettings settings;
    private final Path out;
    private final PrintWriter err;
    private final ProgressLine line;
    private final TrainingProgress.Comparison comparison;

    /**
     * How it came out.
     *
     * @param test what the best model makes of the test part, where that was asked for
     */
    public record Outcome(TrainingRecord record, @Nullable Evaluation test, int exitStatus) {}

    public TrainingRun(
            Engine engine,
            TextSplits splits,
            LanguageModelConfiguration configuration,
            TrainingSettings settings,
            Path out,
            PrintWriter err) {
        this(engine, splits, configuration, settings, out, err, epoch -> "");
    }

    /**
     * A run that is watched.
     *
     * @param comparison what is said of each epoch beside its figures
     */
    public TrainingRun(
            Engine engine,
            TextSplits splits,
            LanguageModelConfiguration configuration,
            TrainingSettings settings,
            Path out,
            PrintWriter err,
            TrainingProgress.Comparison comparison) {
        this.comparison = comparison;
        this.engine = engine;
        this.splits = splits;
        this.configuration = configuration;
        this.settings = settings;
        this.out = out;
        this.err = err;
        this.line = ProgressLine.on(err);
    }

    /**
     * Trains.
     *
     * @param replace whether an earlier model in the folder is to go, now that nothing stands in the way of a new one
     * @param test whether the best model is evaluated on the test part in the end
     */
    public Outcome run(OutputFolder folder, boolean resume, boolean replace, boolean test) {
        WatchedTraining training =
                new WatchedTraining(out, err, LossMeasure.of(configuration.unit()), comparison, line, true);
        WatchedTraining.Outcome outcome = training.run(
                listener -> new LanguageModelTrainer(engine, splits, configuration, settings, out, listener),
                this::describe,
                folder,
                resume,
                replace);
        boolean tested = test && outcome.exitStatus() == ExitStatus.OK;
        return new Outcome(outcome.record(), tested ? evaluateTest() : null, outcome.exitStatus());
    }

    private void describe(long plannedBytes) {
        LanguageModelConfiguration c = configuration;
        boolean tied = c.tiedEmbeddings();
        err.println("network: " + Descriptions.network(c) + ", " + FileProblems.size(plannedBytes) + " of memory");
        if (!tied && c.embeddingSize() != c.hiddenSize()) {
            err.println("note: an embedding of " + c.embeddingSize() + " beside a state of " + c.hiddenSize()
                    + " cannot be tied to the decoder, so each has weights of its own");
        }
        StringBuilder data = new StringBuilder("data: ")
                .append(Formats.count(splits.train().length))
                .append(" tokens to train on, ")
                .append(Formats.count(splits.validation().length))
                .append(" for validation");
        splits.test()
                .ifPresent(ids ->
                        data.append(", ").append(Formats.count(ids.length)).append(" for test"));
        String noun = c.unit() == TextUnit.WORD ? "word" : "character";
        data.append("; vocabulary of ").append(Formats.counted(c.vocabularySize(), noun));
        err.println(data);
        err.flush();
    }

    private Evaluation evaluateTest() {
        try (LanguageModel model = LanguageModel.load(out, engine)) {
            return WatchedEvaluation.evaluate(model, splits.test().orElseThrow(), 1, line);
        }
    }
}
