package org.rhn4j.app.reproduce;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Choices;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.chorales.ChoraleTrainer;
import org.rhn4j.tasks.chorales.Chorales;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * How well deep transitions with and without gates can be optimised: a random search over rate and first weights for
 * each cell and depth, by plain SGD (Zilly et al., 2017, section 5.1), and what dropout adds for the best RHN.
 */
final class OptimisationExperiment {
    private static final int BATCH = 8;
    private static final List<CellKind> CELLS = List.of(CellKind.RHN, CellKind.DT_RNN);

    private final Engine engine;
    private final Chorales chorales;
    private final Plan plan;
    private final SweepFolder folder;
    private final SweepRun sweep;

    /** What is searched. */
    record Plan(
            String data,
            List<Integer> depths,
            long parameters,
            int trials,
            int epochs,
            int regularisedTrials,
            int regularisedEpochs,
            long seed) {}

    /**
     * One trial, losses in nats per time step.
     *
     * @param trainingLoss mean over its last epoch
     * @param validationLoss of its best epoch
     */
    record Trial(
            CellKind cell,
            int depth,
            int units,
            long parameters,
            double learningRate,
            double initialRange,
            double transformBias,
            Dropout dropout,
            double trainingLoss,
            double validationLoss,
            int bestEpoch,
            double seconds) {}

    /**
     * The search of one cell and depth.
     *
     * @param best the trial of the lowest final training loss
     * @param testLoss of the best epoch of the trial that validates best, in nats per time step
     */
    record Search(CellKind cell, int depth, Trial best, Trial bestOnValidation, double testLoss, List<Trial> trials) {}

    /** What came out. */
    record Result(
            Plan plan, List<Search> searches, @Nullable Search regularised) {
        /** As lines for a terminal. */
        String text() {
            return OptimisationReport.text(this);
        }

        /** As a page. */
        String page() {
            return OptimisationReport.page(this);
        }
    }

    OptimisationExperiment(Engine engine, Chorales chorales, Plan plan, SweepFolder folder, SweepRun sweep) {
        this.engine = engine;
        this.chorales = chorales;
        this.plan = plan;
        this.folder = folder;
        this.sweep = sweep;
    }

    /** Runs what is left to run; false where a signal ended it. */
    boolean train() {
        double done = 0;
        double all = CELLS.size() * plan.depths().size() * plan.trials() * (double) plan.epochs()
                + plan.regularisedTrials() * (double) plan.regularisedEpochs();
        for (CellKind cell : CELLS) {
            for (int depth : plan.depths()) {
                RecurrentStack stack = ChoraleTrainer.sized(cell, depth, plan.parameters());
                for (int trial = 1; trial <= plan.trials(); trial++) {
                    if (!run(
                            name(cell, depth, trial),
                            stack,
                            searched(cell, depth, trial),
                            done / all,
                            plan.epochs() / all)) {
                        return false;
                    }
                    done += plan.epochs();
                }
            }
        }
        for (int trial = 1; trial <= plan.regularisedTrials(); trial++) {
            RecurrentStack stack = ChoraleTrainer.sized(CellKind.RHN, bestDepth(), plan.parameters());
            if (!run(regularisedName(trial), stack, regularised(trial), done / all, plan.regularisedEpochs() / all)) {
                return false;
            }
            done += plan.regularisedEpochs();
        }
        return true;
    }

    private boolean run(String name, RecurrentStack stack, TrainingSettings settings, double before, double share) {
        SweepFolder.State state = folder.state(name);
        if (state == SweepFolder.State.DONE) {
            return true;
        }
        try (ChoraleTrainer trainer = new ChoraleTrainer(
                engine, chorales, stack, settings, folder.run(name), sweep.listener(name, before, share))) {
            if (state == SweepFolder.State.UNFINISHED) {
                trainer.resume();
            } else if (settings.optimizer() == Optimizer.Kind.ADAMW) {
                trainer.startOutputsAtFrequencies();
            }
            return trainer.train().ended() != TrainingRecord.Ended.STOPPED;
        }
    }

    private static String name(CellKind cell, int depth, int trial) {
        return Choices.name(cell) + "-depth-" + depth + "-trial-" + trial;
    }

    private static String regularisedName(int trial) {
        return "regularised-trial-" + trial;
    }

    /** Rate and range are drawn uniform in their logarithm; the same trial of every cell and depth has the same. */
    private TrainingSettings searched(CellKind cell, int depth, int trial) {
        RandomSource random = new RandomSource(plan.seed()).split("search").split(trial);
        return TrainingSettings.builder()
                .batch(BATCH)
                .epochs(plan.epochs())
                .optimizer(Optimizer.Kind.SGD)
                .learningRate(logUniform(random, 0, 0.03, 3))
                .schedule(Schedule.decay(Integer.MAX_VALUE, 1))
                .clip(0)
                .weightDecay(0)
                .initialRange(logUniform(random, 1, 0.03, 0.3))
                .transformBias(cell == CellKind.RHN ? 1 - 4 * random.uniformDouble(2) : 0)
                .checkpointSeconds(60)
                .seed(new RandomSource(plan.seed()).split(depth).split(trial).bits(0) >>> 1)
                .build();
    }

    private TrainingSettings regularised(int trial) {
        RandomSource random = new RandomSource(plan.seed()).split("regularised").split(trial);
        double rate = 0.1 + 0.4 * random.uniformDouble(0);
        return TrainingSettings.builder()
                .batch(BATCH)
                .epochs(plan.regularisedEpochs())
                .optimizer(Optimizer.Kind.ADAMW)
                .learningRate(logUniform(random, 1, 1e-3, 6e-3))
                .schedule(Schedule.cosine(0.05, 0.01))
                .clip(5)
                .weightDecay(logUniform(random, 2, 1e-3, 1e-1))
                .dropout(new Dropout(0, rate * random.uniformDouble(3), rate / 2, rate, 0))
                .checkpointSeconds(60)
                .seed(trial)
                .build();
    }

    private static double logUniform(RandomSource random, int index, double low, double high) {
        return low * Math.pow(high / low, random.uniformDouble(index));
    }

    /** The depth whose RHN validates best in the search. */
    private int bestDepth() {
        return plan.depths().stream()
                .min(Comparator.comparingDouble(depth -> trials(CellKind.RHN, depth).stream()
                        .mapToDouble(Trial::validationLoss)
                        .min()
                        .orElseThrow()))
                .orElseThrow();
    }

    private List<Trial> trials(CellKind cell, int depth) {
        List<Trial> trials = new ArrayList<>();
        for (int trial = 1; trial <= plan.trials(); trial++) {
            trials.add(trial(name(cell, depth, trial), ChoraleTrainer.sized(cell, depth, plan.parameters())));
        }
        return trials;
    }

    private Trial trial(String name, RecurrentStack stack) {
        TrainingRecord record = folder.record(name);
        TrainingSettings settings = record.settings();
        return new Trial(
                stack.cell(),
                stack.depth(),
                stack.hiddenSize(),
                record.parameters(),
                record.epochs().getLast().learningRate(),
                settings.initialRange(),
                settings.transformBias(),
                settings.dropout(),
                record.epochs().getLast().trainingLoss(),
                record.validationLoss(),
                record.bestEpoch(),
                record.timing().seconds());
    }

    /** What came out, after {@link #train}. Of each search one model, which validation chose, meets the test part. */
    Result result() {
        List<Search> searches = new ArrayList<>();
        for (int depth : plan.depths()) {
            for (CellKind cell : CELLS) {
                searches.add(search(cell, depth, trials(cell, depth), trial -> name(cell, depth, trial)));
            }
        }
        @Nullable Search regularised = null;
        if (plan.regularisedTrials() > 0) {
            int depth = bestDepth();
            RecurrentStack stack = ChoraleTrainer.sized(CellKind.RHN, depth, plan.parameters());
            List<Trial> trials = new ArrayList<>();
            for (int trial = 1; trial <= plan.regularisedTrials(); trial++) {
                trials.add(trial(regularisedName(trial), stack));
            }
            regularised = search(CellKind.RHN, depth, trials, OptimisationExperiment::regularisedName);
        }
        return new Result(plan, searches, regularised);
    }

    private Search search(
            CellKind cell, int depth, List<Trial> trials, java.util.function.IntFunction<String> nameOfTrial) {
        Trial best = trials.stream()
                .min(Comparator.comparingDouble(Trial::trainingLoss))
                .orElseThrow();
        Trial validated = trials.stream()
                .min(Comparator.comparingDouble(Trial::validationLoss))
                .orElseThrow();
        String name = nameOfTrial.apply(trials.indexOf(validated) + 1);
        double testLoss = ChoraleTrainer.testLoss(engine, chorales, folder.run(name));
        return new Search(cell, depth, best, validated, testLoss, trials);
    }
}
