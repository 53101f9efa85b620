package org.rhn4j.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.anomaly.AnomalyPlan;
import org.rhn4j.tasks.anomaly.Detection;
import org.rhn4j.tasks.anomaly.GrowingDetection;
import org.rhn4j.tasks.anomaly.Lookahead;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench nab}: the Numenta Anomaly Benchmark, beside its windowed Gaussian. */
@Command(
        name = "nab",
        description = {
            "Score detection on series of the Numenta Anomaly Benchmark by its own formula, standard profile.",
            "Each series is streamed; a detector is trained on its probation, and anew whenever the rows have doubled."
        },
        footer = {"", "Example: rhn bench nab --data nab --cell rhn --depth 3 --hidden 32 --seeds 1,2,3"},
        mixinStandardHelpOptions = true)
final class BenchNabCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "CSV files beside combined_windows.json.")
    private Path data;

    @Option(
            names = "--cell",
            defaultValue = "rhn",
            completionCandidates = Choices.Cells.class,
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private CellKind cell;

    @Option(names = "--hidden", defaultValue = "32", description = "Units; default: ${DEFAULT-VALUE}.")
    private int hidden;

    @Option(names = "--depth", defaultValue = "3", description = "Micro-layers in a step; default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(
            names = "--parameters",
            defaultValue = "0",
            description = "Size the layers to so many trainable numbers rather than by --hidden.")
    private long parameters;

    @Option(names = "--seeds", split = ",", defaultValue = "1", description = "A run for each; default: 1.")
    private List<Long> seeds;

    @Option(names = "--epochs", defaultValue = "15", description = "Epochs of each training; default: 15.")
    private int epochs;

    @Option(names = "--learning-rate", defaultValue = "0.004", description = "Default: ${DEFAULT-VALUE}.")
    private double learningRate;

    @Option(
            names = "--lookaheads",
            split = ",",
            paramLabel = "N",
            description = "Rows that predictions look ahead; 0 for none: the usual values (default: 0,1,8,96).")
    private @Nullable List<Integer> lookaheads;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /** A detector's score, and those of the series at the common threshold. */
    record Run(String detector, @Nullable Long seed, double score, double threshold, List<SeriesScore> series) {
        static Run of(String detector, @Nullable Long seed, NabScore.Result result) {
            return new Run(
                    detector,
                    seed,
                    result.score(),
                    result.threshold(),
                    result.series().stream().map(SeriesScore::of).toList());
        }
    }

    /** A series' part. */
    record SeriesScore(String name, double score, int windows, int found, int falseAlarms) {
        static SeriesScore of(NabScore.Outcome outcome) {
            return new SeriesScore(
                    outcome.name(), outcome.normalized(), outcome.windows(), outcome.found(), outcome.falseAlarms());
        }
    }

    /** What is printed with {@code --json}. */
    record Result(double seconds, List<Run> runs) {}

    @Override
    public Integer call() {
        List<NabCorpus.Labelled> corpus = NabCorpus.read(data);
        ProgressLine line = ProgressLine.on(output.err());
        long start = System.nanoTime();
        List<Run> runs = new ArrayList<>();
        runs.add(Run.of("windowed Gaussian", null, NabScore.best(gaussian(corpus))));
        try (Engine engine = engineOptions.open();
                TemporaryFolder work = TemporaryFolder.make()) {
            output.err().println(engine.description());
            for (int i = 0; i < seeds.size(); i++) {
                runs.add(run(engine, corpus, i, work.path(), line, start));
            }
        } finally {
            line.clear();
        }
        print(new Result((System.nanoTime() - start) * 1e-9, runs));
        return ExitStatus.OK;
    }

    private static List<NabScore.Scored> gaussian(List<NabCorpus.Labelled> corpus) {
        return corpus.stream()
                .map(each -> new NabScore.Scored(
                        each.name(), WindowedGaussian.scores(each.series().targets()[0]), each.windows()))
                .toList();
    }

    private Run run(
            Engine engine, List<NabCorpus.Labelled> corpus, int index, Path work, ProgressLine line, long start) {
        long seed = seeds.get(index);
        int micro = cell.depth(depth);
        AnomalyPlan plan =
                AnomalyPlan.of(new RecurrentStack(cell, hidden, micro, 1)).sizedTo(parameters);
        if (lookaheads != null) {
            plan = plan.withLookaheads(lookaheads.stream().map(Lookahead::of).toList());
        }
        TrainingSettings settings = AnomalyPlan.settings().toBuilder()
                .epochs(epochs)
                .learningRate(learningRate)
                .seed(seed)
                .build();
        GrowingDetection detection = new GrowingDetection(engine, plan, settings, work, TrainingListener.SILENT);
        List<NabScore.Scored> scored = new ArrayList<>();
        for (NabCorpus.Labelled each : corpus) {
            int done = index * corpus.size() + scored.size();
            double spent = (System.nanoTime() - start) * 1e-9;
            String left = done == 0
                    ? ""
                    : ", " + Formats.about(spent / done * (seeds.size() * corpus.size() - done)) + " left";
            line.now("seed %d: %s, series %d of %d%s"
                    .formatted(seed, each.name(), scored.size() + 1, corpus.size(), left));
            @Nullable
            Detection[] detections = detection.detect(
                    each.set(), NabScore.probation(each.series().length()));
            double[] scores = new double[detections.length];
            for (int row = 0; row < scores.length; row++) {
                Detection found = detections[row];
                scores[row] = found == null ? 0 : found.onset();
            }
            scored.add(new NabScore.Scored(each.name(), scores, each.windows()));
        }
        return Run.of(Choices.name(cell) + " of depth " + micro, seed, NabScore.best(scored));
    }

    private void print(Result result) {
        output.print(result, out -> {
            for (Run run : result.runs) {
                out.printf(
                        Locale.ROOT,
                        "%s%s: %.1f (threshold %.4f)%n",
                        run.detector,
                        run.seed == null ? "" : ", seed " + run.seed,
                        run.score,
                        run.threshold);
                for (SeriesScore each : run.series) {
                    out.printf(
                            Locale.ROOT,
                            "  %-42s %6.1f  %d of %d windows, %d false alarms%n",
                            each.name,
                            each.score,
                            each.found,
                            each.windows,
                            each.falseAlarms);
                }
            }
        });
    }
}
