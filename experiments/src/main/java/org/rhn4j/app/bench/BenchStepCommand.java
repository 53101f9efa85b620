package org.rhn4j.app.bench;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rhn bench step}: one token at a time, the softmax included, as when text is generated. */
@Command(
        name = "step",
        description = {
            "Measure single steps: one sequence, one token at a time, logits over the vocabulary included,",
            "beside the floor: the matrix products of the same shapes alone, in the same run."
        },
        footer = {"", "Example: rhn bench step --hidden 830 --depth 10 --vocabulary 10000"},
        mixinStandardHelpOptions = true)
final class BenchStepCommand implements Callable<Integer> {
    @Mixin
    private BenchNetwork sizes;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ResultOutput output;

    /** What is printed with {@code --json}. */
    record Result(
            String engine,
            long parameters,
            double tokensPerSecond,
            double floorTokensPerSecond,
            double ratio,
            double stepMilliseconds,
            double floorMilliseconds,
            int steps,
            long peakResidentBytes) {}

    @Override
    public Integer call() {
        Architecture architecture = sizes.architecture();
        try (Engine engine = engineOptions.open();
                Parameters parameters = BenchNetwork.parameters(architecture, engine.threads());
                Network network = new Network(engine, parameters, architecture, WindowShape.of(1, 1), false)) {
            MemoryBudget.require(network.plannedBytes(), "This benchmark", "use a smaller --hidden or --vocabulary");
            network.allocate();
            output.err().println(engine.description());
            float[] logits = new float[architecture.outputSize()];
            int[] tokens = BenchNetwork.tokens(4096, architecture.outputSize(), "inputs");
            int[] token = new int[1];
            Sequences in = Sequences.ofTokens(token);
            int[] next = new int[1];
            BenchTimes times = BenchTimes.measure(
                    sizes.seconds(),
                    () -> {
                        token[0] = tokens[next[0]++ & 4095];
                        network.outputs(in, logits);
                    },
                    network::productsOnly,
                    () -> {});
            print(new Result(
                    engine.description(),
                    parameters.count(),
                    1 / times.workSeconds(),
                    1 / times.floorSeconds(),
                    times.ratio(),
                    times.workSeconds() * 1e3,
                    times.floorSeconds() * 1e3,
                    times.count(),
                    BenchTimes.peakResidentBytes()));
        }
        return ExitStatus.OK;
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, one token at a time: %,.0f tokens per second (%.3f ms a step, median of %d)%n",
                    result.parameters,
                    result.tokensPerSecond,
                    result.stepMilliseconds,
                    result.steps);
            out.printf(
                    Locale.ROOT,
                    "bare matrix products:  %,.0f tokens per second (%.3f ms); a step takes %.2f times that%n",
                    result.floorTokensPerSecond,
                    result.floorMilliseconds,
                    result.ratio);
        });
    }
}
