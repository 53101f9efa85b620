package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.Evaluator.LossSink;
import org.rhn4j.tasks.text.Evaluator.Watcher;

/**
 * Evaluations that sample masks or change weights while they read must predict every token from the tokens before it
 * alone. A prediction that saw its own token would give the tokens that could stand there more than 1 in all; one that
 * saw a later token would change with it.
 */
class EvaluationLeakTest {
    private static final int WORDS = 7;
    private static final Dropout RATES = new Dropout(0.2, 0.3, 0.2, 0.4, 0.1);

    private Engine engine;
    private LanguageModel model;
    private final SplittableRandom random = new SplittableRandom(3);

    /** One way of evaluating: the losses of all targets of a text, by place. */
    private interface Way {
        double[] losses(int[] text);
    }

    @BeforeEach
    void makeModel() {
        engine = Engine.builder().threads(2).precision(Precision.F32).build();
        List<String> tokens = new ArrayList<>(List.of(Vocabulary.END_OF_LINE));
        IntStream.range(1, WORDS).forEach(i -> tokens.add("w" + i));
        LanguageModelConfiguration configuration = LanguageModelConfiguration.builder()
                .vocabularySize(WORDS)
                .embeddingSize(20)
                .hiddenSize(20)
                .tiedEmbeddings(true)
                .depth(2)
                .build();
        model = new LanguageModel(engine, configuration, Vocabulary.of(tokens));
        for (var parameter : model.parameters().all()) {
            float[] values = new float[(int) parameter.count()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-0.5, 0.5);
            }
            model.parameters().setValues(parameter.name(), values);
        }
    }

    @AfterEach
    void close() {
        model.close();
        engine.close();
    }

    private Way dynamic(DynamicEvaluation.Rule rule) {
        // a rate so high that a leak would show
        DynamicEvaluation settings =
                new DynamicEvaluation(rule, rule == DynamicEvaluation.Rule.SGD ? 0.1 : 0.02, 0.01, 5);
        return text -> {
            double[] losses = new double[text.length];
            try (DynamicEvaluator evaluator = new DynamicEvaluator(model, settings)) {
                evaluator.evaluate(text, training(), Watcher.SILENT, sink(losses));
            }
            return losses;
        };
    }

    private Way monteCarlo(int streams) {
        MonteCarloDropout settings = new MonteCarloDropout(3, RATES, 5, 1);
        return text -> {
            double[] losses = new double[text.length];
            try (Evaluator evaluator = new Evaluator(model, streams, text.length, settings)) {
                evaluator.evaluate(text, Watcher.SILENT, sink(losses));
            }
            return losses;
        };
    }

    private static LossSink sink(double[] losses) {
        return (position, loss) -> {
            assertThat(losses[position])
                    .as("the loss at %d comes once", position)
                    .isZero();
            losses[position] = loss;
        };
    }

    private int[] training() {
        return new SplittableRandom(8).ints(400, 0, WORDS).toArray();
    }

    private int[] text(int length) {
        return random.ints(length, 0, WORDS).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void dynamic_noTokenSeesItselfOrALaterOne(DynamicEvaluation.Rule rule) {
        // places within a window, at its start and at its end
        checkNoLeak(dynamic(rule), text(23), 11, 12, 15, 22);
    }

    @Test
    void monteCarlo_noTokenSeesItselfOrALaterOne() {
        checkNoLeak(monteCarlo(1), text(23), 11, 12, 15, 22);
    }

    @Test
    void monteCarlo_inSeveralStreams_noTokenSeesItselfOrALaterOne() {
        checkNoLeak(monteCarlo(2), text(2 * 2 * Evaluator.CONTEXT + 40), 200, 260, 400);
    }

    private static void checkNoLeak(Way way, int[] text, int... places) {
        double[] losses = way.losses(text);
        for (int place : places) {
            double total = 0;
            for (int word = 0; word < WORDS; word++) {
                int[] other = text.clone();
                other[place] = word;
                double[] changed = way.losses(other);
                total += Math.exp(-changed[place]);
                for (int before = 1; before < place; before++) {
                    assertThat(changed[before])
                            .as("the loss at %d when the token at %d is another", before, place)
                            .isEqualTo(losses[before]);
                }
            }
            assertThat(total)
                    .as("what the tokens that could stand at %d get in all", place)
                    .isEqualTo(1, within(1e-5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void dynamic_followsTheTextAndSetsTheWeightsBack(DynamicEvaluation.Rule rule) {
        int[] monotonous = new int[200];
        float[] before = model.parameters().values("embedding.weight");
        double plain = model.evaluate(monotonous).loss();

        double followed = model.evaluateDynamically(
                        monotonous, training(), DynamicEvaluation.usual(rule), Watcher.SILENT)
                .loss();

        assertThat(followed).isLessThan(plain - 0.01);
        assertThat(model.parameters().values("embedding.weight")).isEqualTo(before);
        assertThat(model.evaluate(monotonous).loss()).isEqualTo(plain);
    }

    @Test
    void dynamic_atRateZero_isThePlainFigure() {
        int[] text = text(103);
        DynamicEvaluation still = new DynamicEvaluation(DynamicEvaluation.Rule.SGD, 0, 0.5, 7);
        Evaluation evaluation = model.evaluateDynamically(text, null, still, Watcher.SILENT);
        assertThat(evaluation.tokens()).isEqualTo(102);
        assertThat(evaluation.loss()).isEqualTo(model.evaluate(text).loss(), within(1e-5));
    }

    @Test
    void dynamic_withFullDecay_forgetsEachStep() {
        // the step of a window is added after the pull, so w = w₀ − rate · g of the last window alone
        int[] text = text(60);
        DynamicEvaluation held = new DynamicEvaluation(DynamicEvaluation.Rule.SGD, 1e-7, 1, 10);
        assertThat(model.evaluateDynamically(text, null, held, Watcher.SILENT).loss())
                .isEqualTo(model.evaluate(text).loss(), within(1e-4));
    }

    @Test
    void dynamic_byRootMeanSquares_needsTrainingText() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> model.evaluateDynamically(
                        text(30), null, DynamicEvaluation.usual(DynamicEvaluation.Rule.RMS), Watcher.SILENT))
                .withMessageContaining("the text that the model was trained on");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void monteCarlo_isDecidedByItsSeed(int samples) {
        int[] text = text(31);
        MonteCarloDropout settings = new MonteCarloDropout(samples, RATES, 35, 5);
        double[] mean = new double[text.length];
        double[] single = new double[text.length];
        try (Evaluator evaluator = new Evaluator(model, 1, text.length, settings);
                Evaluator again = new Evaluator(model, 1, text.length, settings);
                Evaluator other = new Evaluator(model, 1, text.length, new MonteCarloDropout(samples, RATES, 35, 6))) {
            double loss = evaluator.evaluate(text, Watcher.SILENT, sink(mean)).loss();
            assertThat(again.evaluate(text, Watcher.SILENT).loss()).isEqualTo(loss);
            assertThat(other.evaluate(text, Watcher.SILENT, sink(single)).loss())
                    .isNotEqualTo(loss);
        }
        assertThat(mean).isNotEqualTo(single);
    }

    @Test
    void lossOfMean_isThatOfTheMeanProbability() {
        float[] losses = {9, (float) -Math.log(0.2), (float) -Math.log(0.4), 100, 200};
        assertThat(Evaluator.lossOfMean(losses, 1, 2)).isEqualTo(-Math.log(0.3), within(1e-6));
        assertThat(Evaluator.lossOfMean(losses, 3, 2)).isEqualTo(100 + Math.log(2), within(1e-9));
        assertThat(Evaluator.lossOfMean(losses, 0, 1)).isEqualTo(9);
    }

    @Test
    void monteCarlo_withManyPasses_nearsTheLossWithoutSamplingNoise() {
        // more passes help: the loss of a mean is at most the mean of the losses (Jensen)
        int[] text = text(60);
        double one = 0;
        for (int seed = 0; seed < 8; seed++) {
            one += model.evaluate(text, 1, new MonteCarloDropout(1, RATES, 10, seed), Watcher.SILENT)
                            .loss()
                    / 8;
        }
        double many = model.evaluate(text, 1, new MonteCarloDropout(64, RATES, 10, 1), Watcher.SILENT)
                .loss();
        assertThat(many).isLessThan(one);
    }

    @Test
    void monteCarlo_withoutDropout_isRefused() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new MonteCarloDropout(5, Dropout.NONE, 10, 1))
                .withMessageContaining("without dropout");
        assertThatExceptionOfType(UserError.class).isThrownBy(() -> new MonteCarloDropout(0, RATES, 10, 1));
    }
}
