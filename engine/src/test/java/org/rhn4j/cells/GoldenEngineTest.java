package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.cells.EngineChecks.assertClose;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.golden.GoldenFile;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** The engine against PyTorch: every tensor of every file, in both precisions, on several threads. */
class GoldenEngineTest {
    /** Allowed difference from PyTorch's float64, relative to the tensor's largest value. */
    private static double tolerance(Precision precision) {
        return precision == Precision.F32 ? 1e-5 : 2e-2;
    }

    private static Stream<Arguments> each(String... files) {
        return Stream.of(files)
                .flatMap(file -> Stream.of(Precision.values())
                        .flatMap(precision -> IntStream.rangeClosed(1, 3)
                                .boxed()
                                .flatMap(threads -> Stream.of(false, true)
                                        .map(scalar -> Arguments.of(file, precision, threads, scalar)))));
    }

    static Stream<Arguments> highway() {
        return each("rhn-batch1", "rhn-depth1", "rhn-depth3", "rhn-depth4-dropout", "rhn-depth10");
    }

    static Stream<Arguments> lstm() {
        return each("lstm", "lstm-wide");
    }

    static Stream<Arguments> gru() {
        return each("gru", "gru-wide");
    }

    static Stream<Arguments> languageModel() {
        return each("lm-tied", "lm-tied-dropout");
    }

    /** Compares tensors with the file's, and knows in the end whether any gradient was left out. */
    private static final class Comparison {
        private final GoldenFile golden;
        private final double tolerance;
        private final Set<String> gradients = new LinkedHashSet<>();

        Comparison(GoldenFile golden, Precision precision) {
            this.golden = golden;
            this.tolerance = tolerance(precision);
        }

        void equal(String name, float[] actual) {
            assertClose(name, actual, golden.doubles(name), tolerance);
        }

        void gradientEquals(String name, float[] actual) {
            equal("grad." + name, actual);
            gradients.add("grad." + name);
        }

        void isComplete() {
            assertThat(gradients)
                    .isEqualTo(golden.names().stream()
                            .filter(name -> name.startsWith("grad.")
                                    && !name.equals("grad.states")
                                    && !name.equals("grad.final"))
                            .collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void highway(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] x = golden.shape("x");
        int hiddenSize = golden.shape("s0")[1];
        Cell cell = new RecurrentHighway(Integer.parseInt(golden.metadata("L")), RecurrentHighway.Carry.COUPLED);
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                LoneLayer lone = new LoneLayer(engine, cell, x[2], hiddenSize, x[0], x[1])) {
            lone.parameters().all().forEach(p -> lone.parameters().setValues(p.name(), golden.floats(p.name())));
            lone.layer().setState(new LayerState(golden.floats("s0"), null, x[1], hiddenSize));
            lone.layer().inputMask().set(golden.floats("mask.input"));
            lone.layer().stateMask().set(golden.floats("mask.state"));

            lone.run(golden.floats("x"), golden.floats("grad.states"));

            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("states", lone.states());
            float[] states = golden.floats("states");
            float[] last = Arrays.copyOfRange(states, states.length - x[1] * hiddenSize, states.length);
            assertClose(
                    "carried state", lone.layer().state().state(), EngineChecks.doubles(last), tolerance(precision));
            lone.parameters().all().forEach(p -> comparison.gradientEquals(p.name(), lone.gradient(p.name())));
            comparison.gradientEquals("x", lone.inputGradient());
            comparison.gradientEquals("s0", lone.layer().initialStateGradient().state());
            comparison.isComplete();
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void lstm(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] x = golden.shape("x");
        int hiddenSize = golden.shape("h0")[1];
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                LoneLayer lone = new LoneLayer(engine, new Lstm(), x[2], hiddenSize, x[0], x[1])) {
            lone.parameters()
                    .all()
                    .forEach(p -> lone.parameters().setValues(p.name(), golden.floats(p.name() + "_l0")));
            lone.layer().setState(new LayerState(golden.floats("h0"), golden.floats("c0"), x[1], hiddenSize));

            lone.run(golden.floats("x"), golden.floats("grad.states"));

            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("states", lone.states());
            comparison.equal("cn", lone.layer().state().memory());
            lone.parameters().all().forEach(p -> comparison.gradientEquals(p.name() + "_l0", lone.gradient(p.name())));
            comparison.gradientEquals("x", lone.inputGradient());
            comparison.gradientEquals("h0", lone.layer().initialStateGradient().state());
            comparison.gradientEquals("c0", lone.layer().initialStateGradient().memory());
            comparison.isComplete();
        }
    }

    static Stream<Arguments> lengths() {
        return each("rhn-lengths");
    }

    static Stream<Arguments> classify() {
        return each("rhn-classify");
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void lengths(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] x = golden.shape("x");
        int hiddenSize = golden.shape("s0")[1];
        Architecture architecture = new Architecture(
                new Architecture.Values(x[2]),
                Architecture.alike(highway(golden), hiddenSize, 1),
                new Architecture.States());
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                Parameters parameters = Network.parameters(architecture, threads);
                Network network = new Network(engine, parameters, architecture, WindowShape.of(x[0], x[1]), true)) {
            parameters.allocate();
            parameters.all().forEach(p -> parameters.setValues(p.name(), golden.floats(shortName(p.name()))));
            network.allocate();
            network.setStates(List.of(new LayerState(golden.floats("s0"), null, x[1], hiddenSize)));

            network.forward(
                    Sequences.ofValues(golden.floats("x")).withLengths(golden.ints("lengths")),
                    Dropout.NONE,
                    new RandomSource(0));
            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("states", network.outputs());
            comparison.equal("final", network.states().getFirst().state());
            network.backward(
                    (float[]) null, List.of(new LayerState(golden.floats("grad.final"), null, x[1], hiddenSize)));

            parameters.all().forEach(p -> comparison.gradientEquals(shortName(p.name()), network.gradient(p.name())));
            comparison.gradientEquals("x", network.inputGradients());
            comparison.gradientEquals(
                    "s0", network.initialGradients().getFirst().state());
            comparison.isComplete();
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void classify(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] x = golden.shape("x");
        int[] output = golden.shape("output.weight");
        Architecture architecture = new Architecture(
                new Architecture.Values(x[2]),
                Architecture.alike(highway(golden), output[1], 1),
                new Architecture.Softmax(output[0]));
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                Parameters parameters = Network.parameters(architecture, threads);
                Network network = new Network(
                        engine,
                        parameters,
                        architecture,
                        WindowShape.of(x[0], x[1]).withOutputSteps(1),
                        true)) {
            parameters.allocate();
            parameters.all().forEach(p -> parameters.setValues(p.name(), golden.floats(p.name())));
            network.allocate();
            Sequences in = Sequences.ofValues(golden.floats("x")).withLengths(golden.ints("lengths"));
            float[] logits = new float[x[1] * output[0]];
            network.outputs(in, logits);
            network.clearStates();

            double loss = network.gradients(in, golden.ints("labels"), Dropout.NONE, new RandomSource(0));

            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("logits", logits);
            comparison.equal("loss", new float[] {(float) loss});
            parameters.all().forEach(p -> comparison.gradientEquals(p.name(), network.gradient(p.name())));
            comparison.isComplete();
        }
    }

    private static Cell highway(GoldenFile golden) {
        return new RecurrentHighway(Integer.parseInt(golden.metadata("L")), RecurrentHighway.Carry.COUPLED);
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void gru(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] x = golden.shape("x");
        int hiddenSize = golden.shape("h0")[1];
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                LoneLayer lone = new LoneLayer(engine, new Gru(), x[2], hiddenSize, x[0], x[1])) {
            lone.parameters()
                    .all()
                    .forEach(p -> lone.parameters().setValues(p.name(), golden.floats(p.name() + "_l0")));
            lone.layer().setState(new LayerState(golden.floats("h0"), null, x[1], hiddenSize));

            lone.run(golden.floats("x"), golden.floats("grad.states"));

            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("states", lone.states());
            lone.parameters().all().forEach(p -> comparison.gradientEquals(p.name() + "_l0", lone.gradient(p.name())));
            comparison.gradientEquals("x", lone.inputGradient());
            comparison.gradientEquals("h0", lone.layer().initialStateGradient().state());
            comparison.isComplete();
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads, scalar kernels: {3}")
    @MethodSource
    void languageModel(String file, Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load(file);
        int[] embedding = golden.shape("embedding.weight");
        int batch = golden.shape("tokens")[1];
        int steps = golden.shape("tokens")[0] - 1;
        Cell cell = new RecurrentHighway(Integer.parseInt(golden.metadata("L")), RecurrentHighway.Carry.COUPLED);
        Architecture architecture = Architecture.overTokens(cell, embedding[0], embedding[1], embedding[1], 1, true);
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                Parameters parameters = Network.parameters(architecture, threads);
                Network network = new Network(engine, parameters, architecture, WindowShape.of(steps, batch), true)) {
            parameters.allocate();
            parameters.all().forEach(p -> parameters.setValues(p.name(), golden.floats(shortName(p.name()))));
            network.allocate();
            network.setStates(List.of(new LayerState(golden.floats("s0"), null, batch, embedding[1])));
            network.layer(0).inputMask().set(golden.floats("mask.input"));
            network.layer(0).stateMask().set(golden.floats("mask.state"));
            network.outputMask().set(golden.floats("mask.output"));
            int[] tokens = golden.ints("tokens");

            double loss = network.gradientsWithSetMasks(
                    Sequences.ofTokens(Arrays.copyOf(tokens, steps * batch)),
                    Arrays.copyOfRange(tokens, batch, tokens.length));

            Comparison comparison = new Comparison(golden, precision);
            comparison.equal("loss", new float[] {(float) loss});
            parameters.all().forEach(p -> comparison.gradientEquals(shortName(p.name()), network.gradient(p.name())));
            comparison.gradientEquals(
                    "s0", network.layer(0).initialStateGradient().state());
            comparison.isComplete();
        }
    }

    private static String shortName(String parameter) {
        return parameter.replaceFirst("^layers\\.0\\.", "");
    }
}
