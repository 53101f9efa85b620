package org.rhn4j.app.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.JsonLines;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingHealth;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench health}: what watching a training costs. */
@Command(
        name = "health",
        description = {
            "Measure what live monitoring costs: training steps with it and without it in turn, on random data,",
            "by the processor time of the thread that trains, which other programs do not lengthen."
        },
        footer = {"", "Example: rhn bench health --hidden 256 --depth 5 --batch 32 --threads 1"},
        mixinStandardHelpOptions = true)
final class BenchHealthCommand implements Callable<Integer> {
    /** Steps with monitoring from one measurement of the layers to the next. */
    private static final int INTERVAL = 20;
    /** After these steps the interval is the one that a run keeps. */
    private static final int FIRST_STEP = 1000;

    @Mixin
    private BenchNetwork sizes;

    @Mixin
    private EngineOptions engineOptions;

    @Option(names = "--batch", defaultValue = "20", description = "Sequences; default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--window", defaultValue = "35", description = "Steps of a window; default: ${DEFAULT-VALUE}.")
    private int window;

    @Mixin
    private ResultOutput output;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long step = FIRST_STEP;

    /**
     * What is printed with {@code --json}.
     *
     * @param overhead time with monitoring over time without, less 1: the median over pairs of ordinary steps and that of
     *     the steps at which the layers are measured, weighed as they occur
     * @param from of its 95 % interval, which assumes nothing of the noise
     * @param to of that interval
     * @param ownShare time that the monitor itself counted, over the time of the steps with it
     */
    record Result(
            String engine,
            long parameters,
            int batch,
            int window,
            int pairs,
            double overhead,
            double from,
            double to,
            double ownShare,
            double stepMilliseconds) {}

    @Override
    public Integer call() {
        if (batch < 1 || window < 1) {
            throw new UserError("--batch and --window must be at least 1.");
        }
        Architecture architecture = sizes.architecture();
        TrainingSettings settings = TrainingSettings.builder()
                .batch(batch)
                .window(window)
                .optimizer(Optimizer.Kind.ADAMW)
                .learningRate(1e-3)
                .schedule(Schedule.decay(20, 1.02))
                .clip(5)
                .dropout(new Dropout(0, 0.3, 0.15, 0.3, 0))
                .build();
        try (TemporaryFolder folder = TemporaryFolder.make();
                Engine engine = engineOptions.open();
                Parameters parameters = BenchNetwork.parameters(architecture, engine.threads());
                Network network = new Network(engine, parameters, architecture, WindowShape.of(window, batch), true);
                Optimizer update = new Optimizer(engine, parameters, settings)) {
            MemoryBudget.require(
                    network.plannedBytes() + update.plannedBytes(),
                    "This benchmark",
                    "use a smaller --batch, --window or --hidden");
            network.allocate();
            update.allocate();
            output.err().println(engine.description());
            HealthMonitor monitor = new HealthMonitor(
                    engine,
                    parameters,
                    network.healthMeters(),
                    window,
                    FIRST_STEP,
                    new JsonLines<>(folder.path().resolve(HealthMonitor.FILE), TrainingHealth.class),
                    TrainingListener.SILENT);
            monitor.begin();
            print(measure(engine, parameters, network, update, settings, monitor));
        }
        return ExitStatus.OK;
    }

    private Result measure(
            Engine engine,
            Parameters parameters,
            Network network,
            Optimizer update,
            TrainingSettings settings,
            HealthMonitor monitor) {
        int vocabulary = parameters.get("embedding.weight").rows();
        Sequences in = Sequences.ofTokens(BenchNetwork.tokens(batch * window, vocabulary, "inputs"));
        int[] targets = BenchNetwork.tokens(batch * window, vocabulary, "targets");
        RandomSource random = new RandomSource(1);
        Step run = watched -> {
            long start = threads.getCurrentThreadCpuTime();
            double loss = network.gradients(in, targets, settings.dropout(), random.split(update.steps())) / window;
            if (watched) {
                monitor.beforeUpdate();
            }
            Optimizer.Outcome outcome = update.step(network, settings.learningRate());
            if (watched) {
                monitor.afterUpdate(++step, loss, settings.learningRate(), outcome.gradientNorm());
            }
            return threads.getCurrentThreadCpuTime() - start;
        };
        for (int i = 0; i < 2 * INTERVAL; i++) { // until the code is compiled
            run.nanoseconds(true);
            run.nanoseconds(false);
        }
        Pairs ordinary = new Pairs();
        Pairs measuring = new Pairs();
        long ownBefore = monitor.nanoseconds();
        long end = System.nanoTime() + (long) (sizes.seconds() * 1e9);
        for (int i = 0; measuring.count < 2 || System.nanoTime() < end; i++) {
            boolean watchedFirst = i % 2 == 0; // neither comes first more often
            double first = run.nanoseconds(watchedFirst);
            double second = run.nanoseconds(!watchedFirst);
            Pairs pairs = step % INTERVAL == 0 ? measuring : ordinary;
            pairs.add(watchedFirst ? first : second, watchedFirst ? second : first);
        }
        double measuringShare = 1.0 / INTERVAL;
        double with = ordinary.with + measuring.with;
        return new Result(
                engine.description(),
                parameters.count(),
                batch,
                window,
                ordinary.count + measuring.count,
                (1 - measuringShare) * ordinary.median() + measuringShare * measuring.median(),
                (1 - measuringShare) * ordinary.from() + measuringShare * measuring.from(),
                (1 - measuringShare) * ordinary.to() + measuringShare * measuring.to(),
                (monitor.nanoseconds() - ownBefore) / with,
                (ordinary.without + measuring.without) * 1e-6 / (ordinary.count + measuring.count));
    }

    /** A step with or without monitoring; tells the nanoseconds that it took. */
    private interface Step {
        double nanoseconds(boolean watched);
    }

    /** Steps with monitoring and those without beside them. */
    private static final class Pairs {
        private double[] ratios = new double[0];
        private int count;
        private double with;
        private double without;

        void add(double watched, double unwatched) {
            if (count == ratios.length) {
                ratios = Arrays.copyOf(ratios, 2 * count + 64);
            }
            ratios[count++] = watched / unwatched - 1;
            with += watched;
            without += unwatched;
        }

        private double[] sorted() {
            double[] sorted = Arrays.copyOf(ratios, count);
            Arrays.sort(sorted);
            return sorted;
        }

        double median() {
            return sorted()[count / 2];
        }

        double from() {
            return sorted()[outside()];
        }

        double to() {
            return sorted()[count - 1 - outside()];
        }

        /** How many on either side lie outside of the 95 % interval of the median, which order statistics give. */
        private int outside() {
            return Math.max(0, (int) Math.floor((count - 1.96 * Math.sqrt(count)) / 2) - 1);
        }
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, batch %d, window %d: a step takes %.1f ms of processor time without monitoring%n",
                    result.parameters,
                    batch,
                    window,
                    result.stepMilliseconds);
            out.printf(
                    Locale.ROOT,
                    "monitoring adds %.2f %% (95 %% interval %.2f to %.2f %%, medians of %d pairs of steps); it"
                            + " counted %.2f %% itself%n",
                    100 * result.overhead,
                    100 * result.from,
                    100 * result.to,
                    result.pairs,
                    100 * result.ownShare);
        });
    }
}
