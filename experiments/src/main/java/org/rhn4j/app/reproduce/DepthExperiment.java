package org.rhn4j.app.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.evaluate.WatchedEvaluation;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/** Networks of several depths with equal parameters, each trained with several seeds (Zilly et al., 2017, table 1). */
final class DepthExperiment {
    private static final String RUN = "depth-";
    private static final String RESULT_FILE = "result.json";

    private final Engine engine;
    private final TextSplits splits;
    private final Plan plan;
    private final SweepFolder folder;
    private final SweepRun sweep;

    /** What all networks have in common; the seed in the settings is not used. */
    record Plan(List<String> data, long parameters, TrainingSettings settings) {}

    /**
     * One network that was trained and evaluated.
     *
     * @param validationLoss of its best epoch, nats per word
     * @param testLoss as one stream, nats per word
     * @param secondsPerEpoch of training alone
     * @param secondsPerEvaluation of the test part as one stream
     */
    record Run(
            int depth,
            long seed,
            int units,
            long parameters,
            int epochs,
            double validationLoss,
            double testLoss,
            double secondsPerEpoch,
            double secondsPerEvaluation,
            String engine) {}

    /** What came out: every run in the folder, by depth and seed. */
    record Result(Plan plan, List<Run> runs) {}

    DepthExperiment(Engine engine, TextSplits splits, Plan plan, SweepFolder folder, SweepRun sweep) {
        this.engine = engine;
        this.splits = splits;
        this.plan = plan;
        this.folder = folder;
        this.sweep = sweep;
    }

    /** Runs what is left to run of these depths and seeds; false where a signal ended it. */
    boolean train(List<Integer> depths, List<Long> seeds) {
        int done = 0;
        double share = 1.0 / (depths.size() * seeds.size());
        for (long seed : seeds) {
            for (int depth : depths) {
                if (!run(depth, seed, done++ * share, share)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean run(int depth, long seed, double before, double share) {
        String name = RUN + depth + "-seed-" + seed;
        Path result = folder.run(name).resolve(RESULT_FILE);
        if (Files.exists(result)) {
            return true;
        }
        LanguageModelConfiguration configuration =
                sized(depth, plan.parameters(), splits.vocabulary().size());
        SweepFolder.State state = folder.state(name);
        if (state != SweepFolder.State.DONE) {
            sweep.tell(name + ": " + Descriptions.network(configuration));
            TrainingSettings settings = plan.settings().toBuilder().seed(seed).build();
            TrainingListener listener = sweep.listener(name, before, share);
            try (LanguageModelTrainer trainer =
                    new LanguageModelTrainer(engine, splits, configuration, settings, folder.run(name), listener)) {
                if (state == SweepFolder.State.UNFINISHED) {
                    trainer.resume();
                }
                if (trainer.train().ended() == TrainingRecord.Ended.STOPPED) {
                    return false;
                }
            }
        }
        Json.write(result, evaluated(name, configuration, folder.record(name)));
        return true;
    }

    private Run evaluated(String name, LanguageModelConfiguration configuration, TrainingRecord record) {
        Evaluation test;
        try (LanguageModel model = LanguageModel.load(folder.run(name), engine)) {
            test = WatchedEvaluation.evaluate(model, splits.test().orElseThrow(), 1, sweep.line());
        }
        sweep.tell("%s: perplexity %.2f on validation, %.2f on test"
                .formatted(name, Math.exp(record.validationLoss()), test.perplexity()));
        return new Run(
                configuration.depth(),
                record.settings().seed(),
                configuration.hiddenSize(),
                configuration.parameterCount(),
                record.epochs().size(),
                record.validationLoss(),
                test.loss(),
                splits.train().length / record.timing().itemsPerSecond(),
                test.seconds(),
                record.machine().engine());
    }

    /** The tied network of a depth whose number of parameters comes nearest to one. */
    static LanguageModelConfiguration sized(int depth, long parameters, int vocabulary) {
        int low = 1;
        int high = (int) Math.min(100_000, parameters / vocabulary + 2); // the embedding alone has more
        while (low < high) {
            int middle = (low + high) / 2;
            if (network(depth, middle, vocabulary).parameterCount() < parameters) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        LanguageModelConfiguration above = network(depth, low, vocabulary);
        LanguageModelConfiguration below = network(depth, Math.max(1, low - 1), vocabulary);
        return parameters - below.parameterCount() <= above.parameterCount() - parameters ? below : above;
    }

    private static LanguageModelConfiguration network(int depth, int units, int vocabulary) {
        return LanguageModelConfiguration.builder()
                .vocabularySize(vocabulary)
                .embeddingSize(units)
                .hiddenSize(units)
                .tiedEmbeddings(true)
                .depth(depth)
                .build();
    }

    /** All runs in the folder that have ended. */
    Result result() {
        List<Run> runs = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder.run(""))) {
            for (Path entry : entries.filter(path -> FileProblems.nameOf(path).startsWith(RUN))
                    .toList()) {
                if (Files.exists(entry.resolve(RESULT_FILE))) {
                    runs.add(Json.read(entry.resolve(RESULT_FILE), Run.class));
                }
            }
        } catch (IOException e) {
            throw FileProblems.cannotRead(folder.run(""), e);
        }
        runs.sort(Comparator.comparingInt(Run::depth).thenComparingLong(Run::seed));
        return new Result(plan, runs);
    }
}
