package org.rhn4j.app.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ResultOutput;
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
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench train}: whole training steps, with dropout, clipping and update. */
@Command(
        name = "train",
        description = {
            "Measure whole training steps (dropout, loss, gradients, clipping, update) on random data,",
            "beside the floor: the matrix products of the same shapes alone, in the same run."
        },
        footer = {"", "Example: rhn bench train --hidden 830 --depth 10 --vocabulary 10000 --batch 20 --window 35"},
        mixinStandardHelpOptions = true)
final class BenchTrainCommand implements Callable<Integer> {
    @Mixin
    private BenchNetwork sizes;

    @Mixin
    private EngineOptions engineOptions;

    @Option(names = "--batch", defaultValue = "20", description = "Sequences; default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--window", defaultValue = "35", description = "Steps of a window; default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(names = "--optimizer", defaultValue = "sgd", description = "sgd or adamw; default: ${DEFAULT-VALUE}.")
    private Optimizer.Kind optimizer;

    @Mixin
    private ResultOutput output;

    /** What is printed with {@code --json}. */
    record Result(
            String engine,
            long parameters,
            int batch,
            int window,
            double tokensPerSecond,
            double floorTokensPerSecond,
            double ratio,
            Map<String, Double> milliseconds,
            double stepMilliseconds,
            double floorMilliseconds,
            int steps,
            long peakResidentBytes) {}

    @Override
    public Integer call() {
        Architecture architecture = sizes.architecture();
        TrainingSettings settings = TrainingSettings.builder()
                .batch(batch)
                .window(window)
                .optimizer(optimizer)
                .learningRate(optimizer == Optimizer.Kind.SGD ? 0.2 : 1e-3)
                .schedule(Schedule.decay(20, 1.02))
                .clip(10)
                .l2(optimizer == Optimizer.Kind.SGD ? 1e-7 : 0)
                .dropout(new Dropout(0.25, 0.75, 0.25, 0.75, 0))
                .build();
        try (Engine engine = engineOptions.open();
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
            Result result = measure(engine, parameters, network, update, settings);
            print(result);
        }
        return ExitStatus.OK;
    }

    private Result measure(
            Engine engine, Parameters parameters, Network network, Optimizer update, TrainingSettings settings) {
        int vocabulary = parameters.get("embedding.weight").rows();
        Sequences in = Sequences.ofTokens(BenchNetwork.tokens(batch * window, vocabulary, "inputs"));
        int[] targets = BenchNetwork.tokens(batch * window, vocabulary, "targets");
        RandomSource random = new RandomSource(1);
        BenchTimes times = BenchTimes.measure(
                sizes.seconds(),
                () -> {
                    network.gradients(in, targets, settings.dropout(), random.split(update.steps()));
                    update.step(network, settings.learningRate());
                },
                network::productsOnly,
                network::clearTimes);
        Map<String, Double> phases = new LinkedHashMap<>();
        network.times()
                .forEach((phase, nanoseconds) ->
                        phases.put(phase.name().toLowerCase(Locale.ROOT), nanoseconds * 1e-6 / times.count()));
        double tokens = (double) batch * window;
        return new Result(
                engine.description(),
                parameters.count(),
                batch,
                window,
                tokens / times.workSeconds(),
                tokens / times.floorSeconds(),
                times.ratio(),
                phases,
                times.workSeconds() * 1e3,
                times.floorSeconds() * 1e3,
                times.count(),
                BenchTimes.peakResidentBytes());
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, batch %d, window %d: %,.0f tokens per second (%.1f ms a step, median of %d)%n",
                    result.parameters,
                    batch,
                    window,
                    result.tokensPerSecond,
                    result.stepMilliseconds,
                    result.steps);
            out.printf(
                    Locale.ROOT,
                    "bare matrix products:  %,.0f tokens per second (%.1f ms); a step takes %.2f times that%n",
                    result.floorTokensPerSecond,
                    result.floorMilliseconds,
                    result.ratio);
            result.milliseconds.forEach(
                    (phase, ms) -> out.printf(Locale.ROOT, "  %-18s %8.2f ms%n", phase.replace('_', ' '), ms));
            out.printf(Locale.ROOT, "peak memory: %.2f GiB%n", result.peakResidentBytes / (double) (1L << 30));
        });
    }
}
