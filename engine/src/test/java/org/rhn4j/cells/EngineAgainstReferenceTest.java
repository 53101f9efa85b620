package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.cells.EngineChecks.assertClose;
import static org.rhn4j.cells.EngineChecks.doubles;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** The engine against the naive reference in double precision, over cells, shapes, threads and precisions. */
class EngineAgainstReferenceTest {
    private static final Dropout ALL = new Dropout(0.2, 0.3, 0.25, 0.4, 0.15);
    private static final Dropout NO_UPDATE = new Dropout(0.2, 0.3, 0.25, 0.4, 0);

    /** A network and a window. */
    record Case(Architecture architecture, int steps, int batch, int threads, Dropout dropout) {
        @Override
        public String toString() {
            Architecture a = architecture;
            return "%s, V %d, E %d, H %d, %d layers%s, window %d × %d, %d threads, %s"
                    .formatted(
                            a.top().cell(),
                            a.outputSize(),
                            a.input().size(),
                            a.top().units(),
                            a.layers().size(),
                            a.outputWeightName().startsWith("embedding") ? ", tied" : "",
                            steps,
                            batch,
                            threads,
                            dropout);
        }
    }

    private static Case tied(Cell cell, int v, int h, int layers, int steps, int batch, int threads, Dropout dropout) {
        return new Case(Architecture.overTokens(cell, v, h, h, layers, true), steps, batch, threads, dropout);
    }

    private static Case untied(
            Cell cell, int v, int e, int h, int layers, int steps, int batch, int threads, Dropout dropout) {
        return new Case(Architecture.overTokens(cell, v, e, h, layers, false), steps, batch, threads, dropout);
    }

    private static Cell coupled(int depth) {
        return new RecurrentHighway(depth, Carry.COUPLED);
    }

    private static Cell free(int depth) {
        return new RecurrentHighway(depth, Carry.FREE);
    }

    /** Every value of every dimension at least twice, and with different partners. */
    static List<Case> cases() {
        return List.of(
                tied(coupled(1), 53, 33, 1, 5, 3, 1, ALL),
                untied(coupled(2), 53, 20, 33, 2, 5, 20, 2, ALL),
                tied(coupled(10), 53, 33, 1, 35, 20, 2, ALL),
                tied(coupled(10), 53, 1, 1, 5, 1, 5, Dropout.NONE),
                untied(coupled(1), 2, 1, 1, 3, 1, 20, 2, ALL),
                untied(coupled(2), 53, 33, 1, 1, 5, 3, 3, NO_UPDATE),
                tied(coupled(3), 53, 48, 3, 5, 3, 2, new Dropout(0, 0, 0, 0, 0.5)),
                tied(coupled(2), 10007, 33, 1, 1, 1, 5, ALL),
                untied(free(1), 53, 7, 33, 3, 5, 1, 5, ALL),
                tied(free(2), 2, 33, 1, 35, 3, 2, ALL),
                untied(free(10), 53, 50, 33, 2, 1, 20, 3, ALL),
                tied(free(10), 53, 40, 1, 5, 1, 1, Dropout.NONE),
                tied(new Lstm(), 53, 33, 1, 35, 3, 1, ALL),
                untied(new Lstm(), 53, 50, 33, 2, 5, 20, 5, ALL),
                untied(new Lstm(), 2, 3, 1, 3, 5, 1, 3, ALL),
                tied(new Lstm(), 53, 33, 2, 1, 1, 2, Dropout.NONE),
                tied(new Gru(), 53, 33, 1, 35, 3, 1, ALL),
                untied(new Gru(), 53, 50, 33, 2, 5, 20, 5, ALL),
                untied(new Gru(), 2, 3, 1, 3, 5, 1, 3, ALL),
                tied(new Gru(), 53, 33, 2, 1, 1, 2, Dropout.NONE),
                untied(new Lstm(), 10007, 20, 33, 1, 1, 3, 3, ALL),
                tied(new DeepTransition(1), 53, 33, 1, 5, 3, 3, NO_UPDATE),
                untied(new DeepTransition(2), 53, 20, 33, 3, 5, 20, 2, NO_UPDATE),
                tied(new DeepTransition(10), 53, 33, 1, 5, 3, 1, NO_UPDATE),
                untied(new DeepTransition(2), 2, 33, 1, 1, 35, 1, 5, Dropout.NONE));
    }

    static Stream<Arguments> windows() {
        return cases().stream()
                .flatMap(c -> Stream.of(Precision.values())
                        .flatMap(
                                precision -> Stream.of(false, true).map(scalar -> Arguments.of(c, precision, scalar))));
    }

    /**
     * Allowed difference relative to the tensor's largest value. A bf16 operand is rounded by up to 2^-9; sums over many
     * units average that, which one unit cannot, and each layer of a stack adds to it.
     */
    private static double tolerance(Precision precision, Architecture a) {
        if (precision == Precision.F32) {
            return 2e-5;
        }
        return a.top().units() == 1 ? 1e-1 : a.layers().size() > 1 ? 4e-2 : 2e-2;
    }

    @ParameterizedTest(name = "{0}, {1}, scalar kernels: {2}")
    @MethodSource
    void windows(Case c, Precision precision, boolean scalar) {
        try (Engine engine = EngineChecks.engine(precision, c.threads, scalar);
                ComparedNetwork compared = new ComparedNetwork(engine, c.architecture, c.steps, c.batch, true, 4)) {
            compared.assertWindow(c.dropout, tolerance(precision, c.architecture), 1);
            compared.assertWindow(
                    c.dropout, tolerance(precision, c.architecture), 2); // nothing is left over from the first
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void paperSize_equalsReference(Precision precision) {
        Architecture architecture = Architecture.overTokens(coupled(10), 53, 830, 830, 1, true);
        try (Engine engine = EngineChecks.engine(precision, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 3, 2, true, 7)) {
            compared.assertWindow(ALL, tolerance(precision, architecture), 3);
        }
    }

    /** 1001 rows of 10007 logits do not fit the softmax's buffer, nor are they whole blocks. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void softmaxInSeveralBlocks_equalsReference(Precision precision) {
        Architecture architecture = Architecture.overTokens(coupled(1), 10007, 9, 17, 1, false);
        try (Engine engine = EngineChecks.engine(precision, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 77, 13, true, 11)) {
            compared.assertWindow(ALL, tolerance(precision, architecture), 4);
        }
    }

    /** Every tensor of a run that ignores all targets after some step is that of the shorter window. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ignoredEnd_equalsShorterWindow(int threads) {
        int steps = 7;
        int batch = 3;
        int counted = 4;
        Architecture architecture = Architecture.overTokens(coupled(2), 53, 20, 33, 2, false);
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, steps, batch, true, 13)) {
            SplittableRandom random = new SplittableRandom(5);
            int[] tokens = compared.randomTokens(random);
            List<double[][]> states = compared.randomStates(random);
            compared.setStates(states);
            int[] targets = compared.targets(tokens);
            Arrays.fill(targets, counted * batch, steps * batch, Network.IGNORED);

            double loss = compared.network().gradients(compared.inputs(tokens), targets, ALL, new RandomSource(1));

            int[] head = Arrays.copyOf(tokens, (counted + 1) * batch);
            ReferenceLanguageModel.Run run =
                    compared.reference().run(head, states, compared.masks(compared.inputs(tokens), ALL));
            assertClose("loss", new float[] {(float) loss}, new double[] {run.loss()}, 2e-5);
            float[] losses = compared.network().lastLosses();
            assertThat(Arrays.copyOfRange(losses, counted * batch, steps * batch))
                    .containsOnly(0);
            assertClose("losses", Arrays.copyOf(losses, counted * batch), run.losses(), 2e-5);
            run.backward()
                    .parameters()
                    .forEach((name, gradient) ->
                            assertClose(name, compared.network().gradient(name), gradient, 2e-5));
        }
    }

    /** The loss is a sum over rows, so what two halves of the targets give adds up to what all give. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void ignoredTargets_splitTheGradient(Precision precision) {
        int steps = 5;
        int batch = 4;
        Architecture architecture = Architecture.overTokens(new Lstm(), 53, 33, 33, 1, true);
        try (Engine engine = EngineChecks.engine(precision, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, steps, batch, true, 17)) {
            SplittableRandom random = new SplittableRandom(6);
            int[] tokens = compared.randomTokens(random);
            int[] all = compared.targets(tokens);
            int[] some = all.clone();
            int[] others = all.clone();
            for (int row = 0; row < all.length; row++) {
                (random.nextBoolean() ? some : others)[row] = Network.IGNORED;
            }
            Network network = compared.network();
            double lossOfSome = lossFromZero(network, compared.inputs(tokens), some);
            List<float[]> gradientsOfSome = gradients(compared);
            double lossOfOthers = lossFromZero(network, compared.inputs(tokens), others);
            List<float[]> gradientsOfOthers = gradients(compared);
            double loss = lossFromZero(network, compared.inputs(tokens), all);
            List<float[]> gradients = gradients(compared);

            assertThat(lossOfSome).isPositive();
            assertThat(lossOfOthers).isPositive();
            assertClose("loss", new float[] {(float) (lossOfSome + lossOfOthers)}, new double[] {loss}, 1e-6);
            for (int i = 0; i < gradients.size(); i++) {
                float[] sum = gradientsOfSome.get(i).clone();
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += gradientsOfOthers.get(i)[j];
                }
                double tolerance = precision == Precision.F32 ? 1e-5 : 2e-2;
                assertClose("gradient " + i, sum, doubles(gradients.get(i)), tolerance);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void allTargetsIgnored_giveZeroLossAndZeroGradients(Precision precision) {
        Architecture architecture = Architecture.overTokens(coupled(2), 53, 33, 33, 1, true);
        try (Engine engine = EngineChecks.engine(precision, 3, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 5, 3, true, 19)) {
            int[] tokens = compared.randomTokens(new SplittableRandom(7));
            int[] none = new int[15];
            Arrays.fill(none, Network.IGNORED);
            lossFromZero(compared.network(), compared.inputs(tokens), compared.targets(tokens));

            double loss = lossFromZero(compared.network(), compared.inputs(tokens), none);

            assertThat(loss).isZero();
            for (float[] gradient : gradients(compared)) {
                assertThat(gradient).containsOnly(0);
            }
        }
    }

    private static double lossFromZero(Network network, Sequences inputs, int[] targets) {
        network.clearStates();
        return network.gradients(inputs, targets, Dropout.NONE, new RandomSource(0));
    }

    private static List<float[]> gradients(ComparedNetwork compared) {
        return compared.parameters().all().stream()
                .map(p -> compared.network().gradient(p.name()))
                .toList();
    }

    static Stream<Arguments> networksForEvaluation() {
        return Stream.of(coupled(1), coupled(2), free(3), new Lstm(), new Gru(), new DeepTransition(3))
                .flatMap(cell ->
                        Stream.of(Arguments.of(cell, 1, 1), Arguments.of(cell, 3, 4), Arguments.of(cell, 5, 1)));
    }

    /** An evaluation network keeps two operands and no factors, so its chain runs through other memory. */
    @ParameterizedTest(name = "{0}, window {1} × {2}")
    @MethodSource("networksForEvaluation")
    void evaluation_equalsReferenceOverSeveralWindows(Cell cell, int steps, int batch) {
        Architecture architecture = Architecture.overTokens(cell, 53, 20, 33, 2, false);
        for (Precision precision : Precision.values()) {
            double tolerance = tolerance(precision, architecture);
            try (Engine engine = EngineChecks.engine(precision, 2, false);
                    ComparedNetwork compared = new ComparedNetwork(engine, architecture, steps, batch, false, 23)) {
                SplittableRandom random = new SplittableRandom(8);
                List<double[][]> states = compared.randomStates(random);
                compared.setStates(states);
                for (int window = 0; window < 3; window++) {
                    int[] tokens = compared.randomTokens(random);

                    float[] losses = compared.network().losses(compared.inputs(tokens), compared.targets(tokens));

                    ReferenceLanguageModel.Run run = compared.reference().run(tokens, states);
                    compared.assertLosses(losses, run, tolerance);
                    compared.assertStates(run, tolerance);
                    states = run.finalStates();
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}, window {1} × {2}")
    @MethodSource("networksForEvaluation")
    void logits_areThoseOfTheReference(Cell cell, int steps, int batch) {
        Architecture architecture = Architecture.overTokens(cell, 53, 33, 33, 1, true);
        try (Engine engine = EngineChecks.engine(Precision.F32, 3, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, steps, batch, false, 29)) {
            SplittableRandom random = new SplittableRandom(9);
            int[] tokens = compared.randomTokens(random);
            List<double[][]> states = compared.randomStates(random);
            double[] expected = compared.reference().run(tokens, states).logProbabilities();
            float[] all = new float[steps * batch * 53];
            for (int row = 0; row < steps * batch; row++) {
                compared.setStates(states);

                compared.network().outputs(compared.inputs(tokens), all);
                float[] logits = Arrays.copyOfRange(all, row * 53, row * 53 + 53);

                float[] actual = EngineChecks.floats(ComparedNetwork.logSoftmax(logits));
                assertClose("row " + row, actual, Arrays.copyOfRange(expected, row * 53, row * 53 + 53), 2e-5);
            }
        }
    }

    @Test
    void evaluationInSeveralBlocks_equalsReference() {
        Architecture architecture = Architecture.overTokens(coupled(1), 10007, 9, 17, 1, false);
        try (Engine engine = EngineChecks.engine(Precision.F32, 3, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 1001, 1, false, 31)) {
            SplittableRandom random = new SplittableRandom(10);
            int[] tokens = compared.randomTokens(random);

            float[] losses = compared.network().losses(compared.inputs(tokens), compared.targets(tokens));

            ReferenceLanguageModel.Run run =
                    compared.reference().run(tokens, compared.reference().zeroStates(1));
            compared.assertLosses(losses, run, 2e-5);
        }
    }

    /** A training network that last drew masks evaluates without them all the same. */
    @Test
    void lossesOfATrainingNetwork_areWithoutDropout() {
        Architecture architecture = Architecture.overTokens(coupled(2), 53, 33, 33, 1, true);
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 5, 3, true, 37)) {
            SplittableRandom random = new SplittableRandom(11);
            int[] tokens = compared.randomTokens(random);
            compared.network().gradients(compared.inputs(tokens), compared.targets(tokens), ALL, new RandomSource(2));
            List<double[][]> states = compared.randomStates(random);
            compared.setStates(states);

            float[] losses = compared.network().losses(compared.inputs(tokens), compared.targets(tokens));

            compared.assertLosses(losses, compared.reference().run(tokens, states), 2e-5);
        }
    }

    @Test
    void clearState_forgetsOneSequenceOnly() {
        int batch = 3;
        Architecture architecture = Architecture.overTokens(new Lstm(), 53, 33, 33, 2, true);
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, 4, batch, false, 47)) {
            SplittableRandom random = new SplittableRandom(14);
            List<double[][]> states = compared.randomStates(random);
            compared.setStates(states);

            compared.network().clearState(1);

            for (double[][] layer : states) {
                for (double[] part : layer) {
                    Arrays.fill(part, 33, 66, 0);
                }
            }
            int[] tokens = compared.randomTokens(random);
            float[] losses = compared.network().losses(compared.inputs(tokens), compared.targets(tokens));
            compared.assertLosses(losses, compared.reference().run(tokens, states), 2e-5);
        }
    }

    /** An optimiser packs each parameter as soon as it has changed it. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void packOfEachParameter_equalsPackOfAll(Precision precision) {
        for (boolean tied : new boolean[] {false, true}) {
            Architecture architecture = Architecture.overTokens(coupled(2), 53, 33, 33, 2, tied);
            try (Engine engine = EngineChecks.engine(precision, 2, false);
                    ComparedNetwork compared = new ComparedNetwork(engine, architecture, 5, 3, true, 43)) {
                int[] tokens = compared.randomTokens(new SplittableRandom(13));
                Network network = compared.network();
                double before = lossFromZero(network, compared.inputs(tokens), compared.targets(tokens));
                compared.parameters().all().forEach(p -> {
                    float[] values = compared.parameters().values(p.name());
                    for (int i = 0; i < values.length; i++) {
                        values[i] = values[i] * 0.5f + 0.01f;
                    }
                    compared.parameters().setValues(p.name(), values);
                });

                engine.team().run(worker -> {
                    compared.parameters().all().forEach(p -> network.pack(worker, p));
                    network.packDerived(worker);
                });

                double each = lossFromZero(network, compared.inputs(tokens), compared.targets(tokens));
                List<float[]> gradientsOfEach = gradients(compared);
                network.pack();
                double all = lossFromZero(network, compared.inputs(tokens), compared.targets(tokens));
                assertThat(each).isEqualTo(all).isNotEqualTo(before);
                assertThat(gradientsOfEach).usingRecursiveComparison().isEqualTo(gradients(compared));
            }
        }
    }

    static Stream<Cell> cells() {
        return Stream.of(coupled(3), free(2), new Lstm(), new Gru(), new DeepTransition(2));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void windowsWithCarriedState_equalOneLongWindow(Cell cell) {
        int batch = 3;
        int steps = 20;
        int parts = 4;
        int each = steps / parts;
        Architecture architecture = Architecture.overTokens(cell, 53, 33, 33, 2, true);
        for (boolean training : new boolean[] {false, true}) {
            try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                    ComparedNetwork whole = new ComparedNetwork(engine, architecture, steps, batch, training, 41);
                    ComparedNetwork part = new ComparedNetwork(engine, architecture, each, batch, training, 41)) {
                int[] tokens = whole.randomTokens(new SplittableRandom(12));
                Sequences inputs = whole.inputs(tokens);
                int[] targets = whole.targets(tokens);
                float[] expected = window(whole.network(), inputs, targets, training);
                for (int i = 0; i < parts; i++) {
                    int from = i * each * batch;
                    int to = from + each * batch;

                    float[] losses = window(
                            part.network(),
                            Sequences.ofTokens(Arrays.copyOfRange(tokens, from, to)),
                            Arrays.copyOfRange(targets, from, to),
                            training);

                    assertClose("losses of part " + i, losses, doubles(Arrays.copyOfRange(expected, from, to)), 1e-6);
                }
                for (int k = 0; k < 2; k++) {
                    assertClose(
                            "state of layer " + k,
                            part.network().states().get(k).state(),
                            doubles(whole.network().states().get(k).state()),
                            1e-6);
                }
            }
        }
    }

    private static float[] window(Network network, Sequences inputs, int[] targets, boolean training) {
        if (training) {
            network.gradients(inputs, targets, Dropout.NONE, new RandomSource(0));
            return Arrays.copyOf(network.lastLosses(), targets.length);
        }
        return Arrays.copyOf(network.losses(inputs, targets), targets.length);
    }
}
