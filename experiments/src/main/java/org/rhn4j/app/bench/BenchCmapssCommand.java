package org.rhn4j.app.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.FailureSentences;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.StackOptions;
import org.rhn4j.app.options.TrainingOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.failure.FailureData;
import org.rhn4j.tasks.failure.FailurePlan;
import org.rhn4j.tasks.failure.FailurePrediction;
import org.rhn4j.tasks.failure.FailureTrainer;
import org.rhn4j.tasks.failure.LifeScore;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistorySplit;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench cmapss}: remaining life of NASA's turbofan engines. */
@Command(
        name = "cmapss",
        sortOptions = false,
        description = {
            "Predict the remaining life of NASA's simulated turbofan engines (C-MAPSS).",
            "A model for each seed learns from the engines that ran to failure, and is scored on the test engines at"
                    + " their last cycle. Lives are capped, those of the test engines too, as is customary."
        },
        footer = {
            "",
            "Examples:",
            "  rhn bench cmapss --data cmapss --seeds 1,2,3",
            "  rhn bench cmapss --data cmapss --folds 5 --hidden 24"
        })
final class BenchCmapssCommand implements Callable<Integer> {
    /** The shortest history of a test engine of FD001. */
    private static final int SEEN = 31;

    /** The longest remaining life of a test engine of FD001, so that folds are scored on lives like those. */
    private static final double LONGEST = 145;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "train_PART.txt, test_PART.txt and RUL_PART.txt.")
    private Path data;

    @Option(names = "--part", paramLabel = "PART", description = "Part of the data (default: FD001).")
    private String part = "FD001";

    @Option(names = "--seeds", split = ",", paramLabel = "S", description = "A run for each (default: 1).")
    private List<Long> seeds = List.of(1L);

    @Option(
            names = "--folds",
            paramLabel = "K",
            description = "Score on the training engines alone, each by a model that was trained on others, in K parts;"
                    + " test engines are not looked at.")
    private int folds;

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            description = "Training engines that choose the epoch and calibrate intervals (default: 0.2).")
    private double validation = FailurePlan.VALIDATION;

    @Option(
            names = "--cap",
            paramLabel = "N",
            description = "Cycles above which an engine counts as new (default: 125).")
    private double cap = FailurePlan.CAP;

    @Option(
            names = "--smoothing",
            split = ",",
            paramLabel = "N",
            description = "Spans of the running means beside each sensor, in cycles; 0 for none (default: 10,30).")
    private List<Integer> smoothing = FailurePlan.SMOOTHING;

    @Option(names = "--parameters", paramLabel = "N", description = "Size the layers to so many trainable numbers.")
    private long parameters;

    @Mixin
    private ResultOutput output;

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private StackOptions stack = new StackOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private EngineOptions engineOptions;

    /** One model: {@code fold} where it was scored on training engines. */
    record Run(
            long seed,
            @Nullable Integer fold,
            long parameters,
            int bestEpoch,
            int epochs,
            double validationLoss,
            double seconds,
            LifeScore score) {}

    /** What is printed with {@code --json}; {@code ensemble} is the mean of the runs' predictions, {@code pooled} all folds'. */
    record Result(
            String part,
            List<Run> runs,
            @Nullable LifeScore pooled,
            @Nullable LifeScore ensemble) {}

    @Override
    public Integer call() {
        if (folds == 1 || folds < 0) {
            throw new UserError(
                    "--folds must be 2 or more, or 0 to score on the test engines, not %d.".formatted(folds));
        }
        FailurePlan plan = FailurePlan.of(stack.over(FailurePlan.NETWORK))
                .withCap(cap)
                .withSmoothing(smoothing.equals(List.of(0)) ? List.of() : smoothing)
                .sizedTo(parameters);
        TrainingSettings settings = training.over(FailurePlan.settings());
        CmapssCorpus corpus = CmapssCorpus.read(data, part);
        PrintWriter err = output.err();
        ProgressLine line = ProgressLine.on(err);
        try (Engine engine = engineOptions.open();
                TemporaryFolder work = TemporaryFolder.make()) {
            err.println(engine.description());
            Runs runs = new Runs(engine, corpus, plan, settings, work.path(), line);
            Result result = folds > 0 ? runs.folds() : runs.test();
            line.clear();
            print(result);
        }
        return ExitStatus.OK;
    }

    /** The runs of one call. */
    private final class Runs {
        private final Engine engine;
        private final CmapssCorpus corpus;
        private final FailurePlan plan;
        private final TrainingSettings settings;
        private final Path work;
        private final ProgressLine line;
        private final List<Run> done = new ArrayList<>();

        Runs(
                Engine engine,
                CmapssCorpus corpus,
                FailurePlan plan,
                TrainingSettings settings,
                Path work,
                ProgressLine line) {
            this.engine = engine;
            this.corpus = corpus;
            this.plan = plan;
            this.settings = settings;
            this.work = work;
            this.line = line;
        }

        /** A model for each seed, scored on the test engines. */
        Result test() {
            List<FailurePrediction[]> all = new ArrayList<>();
            for (long seed : seeds) {
                HistorySplit split = FailurePlan.split(corpus.train().units(), validation, seed);
                train(seed, null, split, (trainer, data) -> {
                    List<FailurePrediction> last = trainer.model()
                            .predictLast(data.select(corpus.test()).units());
                    all.add(last.toArray(FailurePrediction[]::new));
                    return score(last);
                });
            }
            return new Result(part, done, null, seeds.size() < 2 ? null : score(mean(all)));
        }

        /** Models that are scored on training engines that they were not trained on. */
        Result folds() {
            LifeScore.Counter pooled = new LifeScore.Counter();
            for (long seed : seeds) {
                for (int fold = 0; fold < folds; fold++) {
                    HistorySplit split = HistorySplit.fold(corpus.train().units(), fold, folds, source(seed));
                    train(seed, fold, split, (trainer, data) -> {
                        LifeScore.Counter own = new LifeScore.Counter();
                        List<History> held = data.split().validation();
                        List<FailurePrediction[]> predictions = trainer.model().predict(held);
                        for (int i = 0; i < held.size(); i++) {
                            for (int row = SEEN - 1; row < held.get(i).length(); row++) {
                                double left = held.get(i).left(row);
                                if (left <= LONGEST) {
                                    own.add(predictions.get(i)[row], Math.min(left, cap));
                                    pooled.add(predictions.get(i)[row], Math.min(left, cap));
                                }
                            }
                        }
                        return own.score();
                    });
                }
            }
            return new Result(part, done, pooled.score(), null);
        }

        private static RandomSource source(long seed) {
            return new RandomSource(seed).split("units");
        }

        /** Scores a trained model. */
        private interface Scorer {
            LifeScore score(FailureTrainer trainer, FailureData data);
        }

        private void train(long seed, @Nullable Integer fold, HistorySplit split, Scorer scorer) {
            FailureData data = plan.prepare(corpus.train(), split, false);
            TrainingSettings own = settings.toBuilder().seed(seed).build();
            int number = done.size() + 1;
            int wanted = seeds.size() * Math.max(1, folds);
            TrainingListener listener = new TrainingListener() {
                @Override
                public Decision afterWindow(Progress progress) {
                    line.update(() -> "run %d of %d, epoch %d/%d, %s rows/s, %s left in this run"
                            .formatted(
                                    number,
                                    wanted,
                                    progress.epoch() + 1,
                                    progress.epochs(),
                                    Formats.count(Math.round(progress.items() / progress.seconds())),
                                    Formats.about(progress.seconds() * (1 / Math.max(1e-9, progress.progress()) - 1))));
                    return Decision.CONTINUE;
                }
            };
            try (FailureTrainer trainer =
                    new FailureTrainer(engine, data, List.of(), own, work.resolve("run" + number), listener)) {
                TrainingRecord record = trainer.train();
                LifeScore score = scorer.score(trainer, data);
                done.add(new Run(
                        seed,
                        fold,
                        record.parameters(),
                        record.bestEpoch(),
                        record.epochs().size(),
                        record.validationLoss(),
                        record.timing().seconds(),
                        score));
                line.line(text(done.getLast()));
            }
        }

        private LifeScore score(List<FailurePrediction> last) {
            LifeScore.Counter counter = new LifeScore.Counter();
            for (int i = 0; i < last.size(); i++) {
                counter.add(last.get(i), Math.min(corpus.lives()[i], cap));
            }
            return counter.score();
        }
    }

    private static List<FailurePrediction> mean(List<FailurePrediction[]> runs) {
        List<FailurePrediction> means = new ArrayList<>();
        for (int i = 0; i < runs.getFirst().length; i++) {
            int unit = i;
            means.add(new FailurePrediction(
                    runs.stream().mapToDouble(run -> run[unit].life()).average().orElseThrow(),
                    runs.stream()
                            .mapToDouble(run -> run[unit].lower())
                            .average()
                            .orElseThrow(),
                    runs.stream()
                            .mapToDouble(run -> run[unit].upper())
                            .average()
                            .orElseThrow(),
                    Double.NaN));
        }
        return means;
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.println("%s, lives capped at %s cycles, those of the scored engines too"
                    .formatted(part, Formats.setting(cap)));
            result.runs.forEach(run -> out.println(text(run)));
            if (result.runs.size() > 1 && result.pooled == null) {
                out.println(String.format(
                        Locale.ROOT,
                        "mean of %d: RMSE %.2f (spread %.2f), NASA score %.0f",
                        result.runs.size(),
                        mean(result.runs, true),
                        deviation(result.runs),
                        mean(result.runs, false)));
            }
            if (result.pooled != null) {
                out.println("all folds: " + FailureSentences.of(result.pooled));
            }
            if (result.ensemble != null) {
                out.println("ensemble, the mean of the %d models' predictions: %s"
                        .formatted(result.runs.size(), FailureSentences.of(result.ensemble)));
            }
        });
    }

    private static double mean(List<Run> runs, boolean error) {
        return runs.stream()
                .mapToDouble(run -> error ? run.score.rootMeanSquare() : run.score.nasa())
                .average()
                .orElseThrow();
    }

    /** Standard deviation over the runs, over n − 1. */
    private static double deviation(List<Run> runs) {
        double mean = mean(runs, true);
        double squares = runs.stream()
                .mapToDouble(run -> Math.pow(run.score.rootMeanSquare() - mean, 2))
                .sum();
        return Math.sqrt(squares / (runs.size() - 1));
    }

    private static String text(Run run) {
        return String.format(
                Locale.ROOT,
                "seed %d%s: %s (%,d parameters, epoch %d of %d, validation loss %.5f, %s)",
                run.seed,
                run.fold == null ? "" : ", fold " + (run.fold + 1),
                FailureSentences.of(run.score),
                run.parameters,
                run.bestEpoch,
                run.epochs,
                run.validationLoss,
                Formats.duration(run.seconds));
    }
}
