package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.rhn4j.cells.EngineChecks.assertClose;
import static org.rhn4j.cells.EngineChecks.doubles;
import static org.rhn4j.cells.EngineChecks.floats;
import static org.rhn4j.cells.EngineChecks.uniform;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.golden.GoldenFile;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;

/** Attention against PyTorch, and against finite differences of the plain formula in double precision. */
class AttentionTest {
    private static final Attention.Shape SHAPE = new Attention.Shape(6, 35, 19);
    private static final int POSITIONS = 5;
    private static final int QUERIES = 3;
    private static final int BATCH = 4;
    private static final int[] LENGTHS = {5, 2, 1, 4};

    static Stream<Arguments> engines() {
        return Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(1, 2, 3)
                        .flatMap(threads ->
                                Stream.of(false, true).map(scalar -> Arguments.of(precision, threads, scalar))));
    }

    @ParameterizedTest(name = "{0}, {1} threads, scalar kernels: {2}")
    @MethodSource("engines")
    void attention_isThatOfPyTorch(Precision precision, int threads, boolean scalar) {
        GoldenFile golden = GoldenFile.load("attention");
        double tolerance = precision == Precision.F32 ? 1e-5 : 2e-2;
        int[] query = golden.shape("query.weight");
        int[] keys = golden.shape("keys");
        Attention.Shape shape = new Attention.Shape(query[1], keys[2], query[0]);
        Parameters parameters = new Parameters();
        Attention.addParameters(parameters, shape, threads);
        parameters.allocate();
        parameters.all().forEach(p -> parameters.setValues(p.name(), golden.floats(p.name())));
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                parameters;
                Gradients gradients = new Gradients(parameters).allocate();
                Attention attention =
                        new Attention(engine, parameters, shape, keys[0], WindowShape.of(1, keys[1]), gradients)) {
            attention.allocate();
            attention.setKeys(golden.floats("keys"), golden.ints("lengths"));
            assertClose("context", attention.contexts(golden.floats("query")), golden.doubles("context"), tolerance);
            assertClose("weights", attention.weights(), golden.doubles("weights"), tolerance);
            float[] ofQuery = attention.backward(golden.floats("grad.context"));
            assertClose("query", ofQuery, golden.doubles("grad.query"), tolerance);
            assertClose("keys", attention.keyGradients(), golden.doubles("grad.keys"), tolerance);
            parameters
                    .all()
                    .forEach(p -> assertClose(
                            p.name(), attention.gradient(p.name()), golden.doubles("grad." + p.name()), tolerance));
        }
    }

    /** Keys, queries, parameters; and a loss that is a weighted sum of the contexts, in double precision. */
    private static final class Plain {
        final Map<String, double[]> values = new LinkedHashMap<>();
        final double[] ofContexts;

        Plain(Parameters parameters, SplittableRandom random) {
            parameters.all().forEach(p -> values.put(p.name(), uniform(random, (int) p.count(), 0.5)));
            values.put("keys", uniform(random, POSITIONS * BATCH * SHAPE.keySize(), 1));
            values.put("queries", uniform(random, QUERIES * BATCH * SHAPE.querySize(), 1));
            ofContexts = uniform(random, QUERIES * BATCH * SHAPE.keySize(), 1);
        }

        double loss() {
            double loss = 0;
            for (int t = 0; t < QUERIES; t++) {
                for (int b = 0; b < BATCH; b++) {
                    double[] weights = new double[LENGTHS[b]];
                    for (int s = 0; s < weights.length; s++) {
                        weights[s] = Math.exp(score(t, b, s));
                    }
                    double sum = Arrays.stream(weights).sum();
                    for (int s = 0; s < weights.length; s++) {
                        for (int j = 0; j < SHAPE.keySize(); j++) {
                            loss += weights[s]
                                    / sum
                                    * values.get("keys")[(s * BATCH + b) * SHAPE.keySize() + j]
                                    * ofContexts[(t * BATCH + b) * SHAPE.keySize() + j];
                        }
                    }
                }
            }
            return loss;
        }

        private double score(int t, int b, int s) {
            double score = 0;
            for (int a = 0; a < SHAPE.size(); a++) {
                double sum = values.get("bias")[a];
                for (int j = 0; j < SHAPE.querySize(); j++) {
                    sum += values.get("query.weight")[a * SHAPE.querySize() + j]
                            * values.get("queries")[(t * BATCH + b) * SHAPE.querySize() + j];
                }
                for (int j = 0; j < SHAPE.keySize(); j++) {
                    sum += values.get("key.weight")[a * SHAPE.keySize() + j]
                            * values.get("keys")[(s * BATCH + b) * SHAPE.keySize() + j];
                }
                score += values.get("score.weight")[a] * Math.tanh(sum);
            }
            return score;
        }

        double[] gradient(String name) {
            double[] of = values.get(name);
            double[] gradient = new double[of.length];
            for (int i = 0; i < of.length; i++) {
                double value = of[i];
                of[i] = value + 1e-5;
                double above = loss();
                of[i] = value - 1e-5;
                gradient[i] = (above - loss()) / 2e-5;
                of[i] = value;
            }
            return gradient;
        }
    }

    @ParameterizedTest(name = "{1} threads, scalar kernels: {2}")
    @MethodSource("engines")
    void gradients_agreeWithFiniteDifferences(Precision precision, int threads, boolean scalar) {
        if (precision != Precision.F32) {
            return;
        }
        Parameters parameters = new Parameters();
        Attention.addParameters(parameters.scope("attention."), SHAPE, threads);
        Parameters scope = parameters.scope("attention.");
        parameters.allocate();
        try (Engine engine = EngineChecks.engine(precision, threads, scalar);
                parameters;
                Gradients gradients = new Gradients(parameters).allocate();
                Attention attention =
                        new Attention(engine, scope, SHAPE, POSITIONS, WindowShape.of(QUERIES, BATCH), gradients)) {
            Parameters plainNames = new Parameters();
            Attention.addParameters(plainNames, SHAPE, 1);
            Plain plain = new Plain(plainNames, new SplittableRandom(3));
            plainNames.all().forEach(p -> scope.setValues(p.name(), floats(plain.values.get(p.name()))));
            attention.allocate();
            for (boolean oneByOne : new boolean[] {false, true}) {
                attention.setKeys(floats(plain.values.get("keys")), LENGTHS);
                float[] ofQueries = oneByOne ? oneByOne(attention, plain) : allAtOnce(attention, plain);
                assertClose("queries", ofQueries, plain.gradient("queries"), 2e-5);
                assertClose("keys", attention.keyGradients(), plain.gradient("keys"), 2e-5);
                plainNames
                        .all()
                        .forEach(p ->
                                assertClose(p.name(), attention.gradient(p.name()), plain.gradient(p.name()), 2e-5));
            }
        }
    }

    private static float[] allAtOnce(Attention attention, Plain plain) {
        attention.contexts(floats(plain.values.get("queries")));
        return attention.backward(floats(plain.ofContexts));
    }

    private static float[] oneByOne(Attention attention, Plain plain) {
        float[] queries = floats(plain.values.get("queries"));
        float[] ofQueries = new float[queries.length];
        int query = BATCH * SHAPE.querySize();
        int context = BATCH * SHAPE.keySize();
        for (int t = 0; t < QUERIES; t++) {
            attention.context(t, Arrays.copyOfRange(queries, t * query, (t + 1) * query));
        }
        for (int t = QUERIES - 1; t >= 0; t--) {
            float[] of =
                    attention.backward(t, floats(Arrays.copyOfRange(plain.ofContexts, t * context, (t + 1) * context)));
            System.arraycopy(of, 0, ofQueries, t * query, query);
        }
        attention.endBackward();
        return ofQueries;
    }

    @Test
    void oneByOne_givesTheSameBitsAsAllAtOnce() {
        Parameters parameters = new Parameters();
        Attention.addParameters(parameters, SHAPE, 2);
        parameters.allocate();
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                parameters;
                Attention attention =
                        new Attention(engine, parameters, SHAPE, POSITIONS, WindowShape.of(QUERIES, BATCH), null)) {
            Plain plain = new Plain(parameters, new SplittableRandom(4));
            parameters.all().forEach(p -> parameters.setValues(p.name(), floats(plain.values.get(p.name()))));
            attention.allocate();
            attention.setKeys(floats(plain.values.get("keys")), LENGTHS);
            float[] queries = floats(plain.values.get("queries"));
            float[] contexts = attention.contexts(queries);
            float[] weights = attention.weights();
            int query = BATCH * SHAPE.querySize();
            int context = BATCH * SHAPE.keySize();
            for (int t = 0; t < QUERIES; t++) {
                assertThat(attention.context(t, Arrays.copyOfRange(queries, t * query, (t + 1) * query)))
                        .isEqualTo(Arrays.copyOfRange(contexts, t * context, (t + 1) * context));
            }
            assertThat(attention.weights()).isEqualTo(weights);
            double sum = Arrays.stream(doubles(weights)).sum();
            assertThat(sum).isEqualTo(QUERIES * BATCH, org.assertj.core.api.Assertions.within(1e-5));
        }
    }

    @Test
    void whatDoesNotFit_isRefused() {
        Parameters parameters = new Parameters();
        Attention.addParameters(parameters, SHAPE, 1);
        parameters.allocate();
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                parameters;
                Attention attention =
                        new Attention(engine, parameters, SHAPE, POSITIONS, WindowShape.of(QUERIES, BATCH), null)) {
            attention.allocate();
            float[] keys = new float[POSITIONS * BATCH * SHAPE.keySize()];
            float[] queries = new float[QUERIES * BATCH * SHAPE.querySize()];
            assertThatIllegalStateException()
                    .isThrownBy(() -> attention.contexts(queries))
                    .withMessage("there are no keys to attend to");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.setKeys(keys, new int[] {5, 0, 1, 1}))
                    .withMessage("a sequence has 1 to 5 positions to attend to, not 0");
            assertThatIllegalArgumentException().isThrownBy(() -> attention.setKeys(keys, new int[] {6, 1, 1, 1}));
            assertThatIllegalArgumentException().isThrownBy(() -> attention.setKeys(keys, new int[3]));
            assertThatIllegalArgumentException().isThrownBy(() -> attention.setKeys(new float[3], null));
            attention.setKeys(keys, null);
            assertThatIllegalArgumentException().isThrownBy(() -> attention.contexts(new float[5]));
            assertThatIllegalArgumentException().isThrownBy(() -> attention.context(QUERIES, new float[BATCH * 6]));
            attention.contexts(queries);
            assertThatIllegalStateException()
                    .isThrownBy(() -> attention.backward(new float[QUERIES * BATCH * SHAPE.keySize()]))
                    .withMessage("an attention made for inference has no gradients");
        }
    }

    @Test
    @SuppressWarnings("try") // what a close does is what is tested
    void useAfterClose_isRefused() {
        Parameters parameters = new Parameters();
        Attention.addParameters(parameters, SHAPE, 1);
        parameters.allocate();
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                parameters) {
            Attention attention =
                    new Attention(engine, parameters, SHAPE, POSITIONS, WindowShape.of(QUERIES, BATCH), null);
            attention.allocate();
            attention.setKeys(new float[POSITIONS * BATCH * SHAPE.keySize()], null);
            attention.close();
            attention.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> attention.contexts(new float[QUERIES * BATCH * SHAPE.querySize()]))
                    .withMessage("the attention is closed");
        }
    }
}
