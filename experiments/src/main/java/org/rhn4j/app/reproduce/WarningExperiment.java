package org.rhn4j.app.reproduce;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Choices;
import org.rhn4j.cells.CellKind;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

/**
 * Whether training warns in time: small networks on a text, made unstable on purpose in three ways, and healthy ones,
 * over several seeds. Each run ends when it diverges, or after some steps.
 */
final class WarningExperiment {
    /** What a run keeps in its folder. */
    private static final String OUTCOME_FILE = "outcome.json";

    private static final int HIDDEN = 64;
    private static final int DEPTH = 6;

    private final Engine engine;
    private final TextSplits splits;
    private final Plan plan;
    private final SweepFolder folder;
    private final SweepRun sweep;
    private final double constantLoss;

    /** What all runs have in common. */
    record Plan(String data, List<Long> seeds, int steps) {}

    /** How a network is trained: the first three on purpose so that it diverges, the others soundly. */
    enum Condition {
        /** {@link #HEALTHY_SGD} at five times the rate. */
        RATE_TOO_HIGH("RHN of depth 6", CellKind.RHN, DEPTH, Optimizer.Kind.SGD, 1, -2),
        /** The same at its own rate with its gates begun open. */
        GATES_OPEN("RHN of depth 6", CellKind.RHN, DEPTH, Optimizer.Kind.SGD, 0.2, 2),
        /** The same without gates, at half the rate; at the whole one it diverges at the third step. */
        NO_GATES("DT-RNN of depth 6", CellKind.DT_RNN, DEPTH, Optimizer.Kind.SGD, 0.1, 0),
        /** A highway network by plain SGD without clipping, its gates begun shut. */
        HEALTHY_SGD("RHN of depth 6", CellKind.RHN, DEPTH, Optimizer.Kind.SGD, 0.2, -2),
        /** A highway network by AdamW. */
        HEALTHY_ADAMW("RHN of depth 6", CellKind.RHN, DEPTH, Optimizer.Kind.ADAMW, 3e-3, -2),
        /** An LSTM by AdamW. */
        HEALTHY_LSTM("LSTM", CellKind.LSTM, 1, Optimizer.Kind.ADAMW, 3e-3, -2),
        /** A network without gates, of depth 1, by plain SGD at a low rate. */
        HEALTHY_SHALLOW("DT-RNN of depth 1", CellKind.DT_RNN, 1, Optimizer.Kind.SGD, 0.02, 0);

        final String network;
        final CellKind cell;
        final int depth;
        final Optimizer.Kind optimizer;
        final double rate;
        final double transformBias;

        Condition(
                String network, CellKind cell, int depth, Optimizer.Kind optimizer, double rate, double transformBias) {
            this.network = network;
            this.cell = cell;
            this.depth = depth;
            this.optimizer = optimizer;
            this.rate = rate;
            this.transformBias = transformBias;
        }

        boolean healthy() {
            return name().startsWith("HEALTHY");
        }

        /** Its name in files. */
        String tag() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * How one run came out.
     *
     * @param diverged the step at which it did; null if it did not
     * @param warning the first warning; null if there was none
     * @param loss of the last window, nats per token
     */
    record Outcome(
            String condition,
            long seed,
            int steps,
            @Nullable Long diverged,
            @Nullable HealthWarning warning,
            double loss) {
        /** Whether a warning came before the loss diverged. */
        boolean warnedInTime() {
            return lead() > 0;
        }

        /** Steps from the first warning to the divergence; 0 where there were not both. */
        long lead() {
            return diverged == null || warning == null ? 0 : diverged - warning.step();
        }
    }

    /**
     * The runs of one condition.
     *
     * @param diverged how many did
     * @param warnedInTime how many of these were warned of before
     * @param flagged how many were warned of at all
     * @param medianLead steps from the first warning to the divergence, median of those warned of in time; null of none
     */
    record Summary(
            String condition,
            String network,
            String optimizer,
            double rate,
            double transformBias,
            boolean healthy,
            int runs,
            int diverged,
            int warnedInTime,
            int flagged,
            @Nullable Double medianLead) {
        static Summary of(Condition condition, List<Outcome> runs) {
            double[] leads = runs.stream()
                    .filter(Outcome::warnedInTime)
                    .mapToDouble(Outcome::lead)
                    .sorted()
                    .toArray();
            int n = leads.length;
            return new Summary(
                    condition.tag(),
                    condition.network,
                    Choices.name(condition.optimizer),
                    condition.rate,
                    condition.transformBias,
                    condition.healthy(),
                    runs.size(),
                    (int) runs.stream().filter(run -> run.diverged() != null).count(),
                    n,
                    (int) runs.stream().filter(run -> run.warning() != null).count(),
                    n == 0 ? null : Double.valueOf((leads[(n - 1) / 2] + leads[n / 2]) / 2));
        }
    }

    /** What came out. */
    record Result(Plan plan, double constantLoss, List<Summary> summaries, List<Outcome> outcomes) {}

    WarningExperiment(Engine engine, TextSplits splits, Plan plan, SweepFolder folder, SweepRun sweep) {
        this.engine = engine;
        this.splits = splits;
        this.plan = plan;
        this.folder = folder;
        this.sweep = sweep;
        constantLoss = constantLoss(splits.train(), splits.vocabulary().size());
    }

    /** The entropy of the tokens' frequencies: what predicting them by these alone costs. */
    static double constantLoss(int[] ids, int vocabularySize) {
        long[] counts = new long[vocabularySize];
        for (int id : ids) {
            counts[id]++;
        }
        return Arrays.stream(counts)
                .filter(count -> count > 0)
                .mapToDouble(count -> -(double) count / ids.length * Math.log((double) count / ids.length))
                .sum();
    }

    /** Runs what is left to run; false where a signal ended it. */
    boolean train() {
        int runs = Condition.values().length * plan.seeds().size();
        int done = 0;
        for (Condition condition : Condition.values()) {
            for (long seed : plan.seeds()) {
                Path run = folder(condition, seed);
                if (!Files.exists(run.resolve(OUTCOME_FILE))) {
                    Watch watch = new Watch(condition, seed, done / (double) runs, 1.0 / runs);
                    train(condition, seed, run, watch);
                    if (sweep.signals().isRaised()) {
                        return false;
                    }
                    Json.write(run.resolve(OUTCOME_FILE), watch.outcome());
                }
                done++;
            }
        }
        return true;
    }

    private void train(Condition condition, long seed, Path run, TrainingListener watch) {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.builder()
                .unit(TextUnit.CHARACTER)
                .vocabularySize(splits.vocabulary().size())
                .cell(condition.cell)
                .embeddingSize(HIDDEN)
                .hiddenSize(HIDDEN)
                .depth(condition.depth)
                .tiedEmbeddings(false)
                .build();
        TrainingSettings settings = TrainingSettings.builder()
                .batch(16)
                .window(25)
                .epochs(1)
                .optimizer(condition.optimizer)
                .learningRate(condition.rate)
                .schedule(Schedule.decay(1, 1))
                .clip(0)
                .transformBias(condition.transformBias)
                .checkpointSeconds(1e6)
                .seed(seed)
                .build();
        try (LanguageModelTrainer trainer =
                new LanguageModelTrainer(engine, splits, configuration, settings, run, watch)) {
            trainer.train();
        }
    }

    /** What came out, after {@link #train}. */
    Result result() {
        List<Summary> summaries = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            List<Outcome> runs = plan.seeds().stream()
                    .map(seed -> Json.read(folder(condition, seed).resolve(OUTCOME_FILE), Outcome.class))
                    .toList();
            summaries.add(Summary.of(condition, runs));
            outcomes.addAll(runs);
        }
        return new Result(plan, constantLoss, summaries, outcomes);
    }

    private Path folder(Condition condition, long seed) {
        return folder.run(condition.tag() + "-seed-" + seed);
    }

    /** Watches one run: its windows' losses, the first warning, and when it diverges. */
    private final class Watch implements TrainingListener {
        private final Condition condition;
        private final long seed;
        private final TrainingListener shown;
        private final Divergence divergence =
                new Divergence(constantLoss, Math.log(splits.vocabulary().size()));
        private @Nullable HealthWarning first;
        private double lossSum;
        private double loss;
        private int steps;

        Watch(Condition condition, long seed, double before, double share) {
            this.condition = condition;
            this.seed = seed;
            shown = sweep.listener(condition.tag() + ", seed " + seed, before, share);
        }

        @Override
        public Decision afterWindow(Progress progress) {
            if (progress.step() <= steps) {
                divergence.notFinite(); // the run went back to its last checkpoint
                return Decision.STOP;
            }
            steps = progress.step();
            double sum = progress.loss() * steps;
            loss = sum - lossSum;
            lossSum = sum;
            divergence.add(loss);
            boolean over = steps >= plan.steps() || divergence.step().isPresent();
            return over || shown.afterWindow(progress) == Decision.STOP ? Decision.STOP : Decision.CONTINUE;
        }

        @Override
        public void warning(HealthWarning warning) {
            if (first == null) {
                first = warning;
            }
        }

        Outcome outcome() {
            OptionalLong diverged = divergence.step();
            return new Outcome(
                    condition.tag(),
                    seed,
                    steps,
                    diverged.isPresent() ? Long.valueOf(diverged.getAsLong()) : null,
                    first,
                    loss);
        }
    }
}
