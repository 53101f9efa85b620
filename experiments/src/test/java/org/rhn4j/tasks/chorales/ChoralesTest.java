package org.rhn4j.tasks.chorales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

class ChoralesTest {
    @TempDir
    private Path folder;

    private static final TrainingSettings SETTINGS = TrainingSettings.builder()
            .batch(4)
            .epochs(30)
            .optimizer(Optimizer.Kind.SGD)
            .learningRate(0.1)
            .schedule(Schedule.decay(1000, 1))
            .clip(0)
            .initialRange(0.1)
            .build();

    private Chorales read(String json) throws IOException {
        return Chorales.read(Files.writeString(folder.resolve("music.json"), json));
    }

    /** Scales up and down, from another key in each piece. */
    private Chorales scales() throws IOException {
        StringBuilder pieces = new StringBuilder();
        for (int p = 0; p < 10; p++) {
            pieces.append(p == 0 ? "" : ", ").append('[');
            for (int t = 0; t < 12 + p; t++) {
                int note = 50 + Math.floorMod(t + p, 12);
                pieces.append(t == 0 ? "" : ", ").append("[%d, %d]".formatted(note, note + 12));
            }
            pieces.append(']');
        }
        return read("{\"train\": [%s], \"valid\": [%s], \"test\": [%s]}".formatted(pieces, pieces, pieces));
    }

    @Test
    void read_keepsPartsAndTurnsNotesIntoKeys() throws IOException {
        Chorales chorales =
                read("{\"train\": [[[21, 108], []]], \"valid\": [[[60], [61], [62]]], \"test\": [[[30], [31]]]}");
        assertThat(chorales.train().getFirst()).isDeepEqualTo(new int[][] {{0, 87}, {}});
        assertThat(chorales.longest()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[[20], [30]]] | the note 20, which is not on a piano",
                "[[[30], [109]]] | the note 109",
                "[[[30]]] | fewer than 2 steps",
                "[] | no piece in the part train",
                "3 | train",
            })
    void read_whatIsNoMusic_isRefused(String train, String said) {
        String json = "{\"train\": %s, \"valid\": [[[60], [61]]], \"test\": [[[30], [31]]]}".formatted(train);
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> read(json))
                .withMessageContaining("music.json")
                .withMessageContaining(said);
    }

    @Test
    void bernoulli_isTheLikelihoodAndItsGradient() {
        float[] logits = {0.5f, -2, 3, 0};
        int[] sounding = {2, 0};
        float[] gradient = new float[4];
        double loss = ChoraleBatch.bernoulli(logits, sounding, gradient, 1);
        double byHand = 0;
        for (int k = 0; k < 4; k++) {
            double p = 1 / (1 + Math.exp(-logits[k]));
            byHand -= Math.log(k == 2 || k == 0 ? p : 1 - p);
        }
        assertThat(loss).isEqualTo(byHand, within(1e-12));
        for (int k = 0; k < 4; k++) {
            float[] up = logits.clone();
            float[] down = logits.clone();
            up[k] += 0.01f;
            down[k] -= 0.01f;
            double slope = (ChoraleBatch.bernoulli(up, sounding, new float[4], 1)
                            - ChoraleBatch.bernoulli(down, sounding, new float[4], 1))
                    / ((double) up[k] - down[k]);
            assertThat((double) gradient[k]).isEqualTo(slope, within(1e-4));
        }
        assertThat(ChoraleBatch.bernoulli(new float[] {200, -200}, new int[] {1}, new float[2], 1))
                .isEqualTo(400, within(1e-9));
    }

    @Test
    void loss_countsEachPredictedStepOnceAndNoPadding() {
        int[][][] pieces = {{{1}, {2}, {3}}, {{4}, {5}}};
        ChoraleBatch batch = new ChoraleBatch(pieces, 4, 3);
        assertThat(batch.predictedSteps()).isEqualTo(3);
        int counted = 0;
        for (int row = 0; row < 12; row++) {
            float[] gradient = new float[Chorales.KEYS];
            Arrays.fill(gradient, 7);
            if (batch.loss(1).apply(row, new float[Chorales.KEYS], gradient) > 0) {
                counted++;
                // the key of the next step, and no other, is pushed up
                int next = row == 0 ? 2 : row == 3 ? 3 : 5;
                assertThat(gradient[next]).isEqualTo(-0.5f);
            } else {
                assertThat(gradient).containsOnly(0);
            }
        }
        assertThat(counted).isEqualTo(3);
    }

    @Test
    void order_isAPermutation() {
        int[] order = ChoraleTrainer.order(50, new RandomSource(4));
        assertThat(order).isNotEqualTo(ChoraleTrainer.order(50, new RandomSource(5)));
        assertThat(Arrays.stream(order).sorted().toArray())
                .isEqualTo(java.util.stream.IntStream.range(0, 50).toArray());
    }

    @ParameterizedTest
    @CsvSource({"RHN, 1", "RHN, 6", "DT_RNN, 1", "DT_RNN, 6"})
    void sized_comesNearTheNumberOfParameters(CellKind cell, int depth) {
        RecurrentStack stack = ChoraleTrainer.sized(cell, depth, 60_000);
        assertThat((double) stack.parameterCount(88, 88, 0)).isEqualTo(60_000, within(60_000 * 0.02));
    }

    @Test
    void train_learnsScalesAndTestsTheBestWeights() throws IOException {
        Chorales chorales = scales();
        RecurrentStack stack = new RecurrentStack(CellKind.DT_RNN, 36, 1, 1);
        TrainingSettings settings = SETTINGS.toBuilder()
                .optimizer(Optimizer.Kind.ADAMW)
                .learningRate(1e-2)
                .batch(2)
                .initialRange(0.3)
                .epochs(100)
                .build();
        try (Engine engine =
                        Engine.builder().threads(1).precision(Precision.F32).build();
                ChoraleTrainer trainer = new ChoraleTrainer(
                        engine, chorales, stack, settings, folder.resolve("model"), TrainingListener.SILENT)) {
            TrainingRecord record = trainer.train();
            assertThat(record.settings().window()).isEqualTo(20);
            assertThat(record.epochs().getFirst().trainingLoss()).isGreaterThan(20);
            assertThat(record.epochs().getLast().trainingLoss())
                    .as("independent keys at their own rates would give 6.9")
                    .isLessThan(4);
            // the same pieces, so the same figure
            assertThat(ChoraleTrainer.testLoss(engine, chorales, folder.resolve("model")))
                    .isEqualTo(record.validationLoss(), within(1e-9));
        }
    }

    @Test
    void startOutputsAtFrequencies_beginsNearTheEntropyOfEachKeyAlone() throws IOException {
        RecurrentStack stack = new RecurrentStack(CellKind.RHN, 8, 1, 1);
        TrainingSettings still =
                SETTINGS.toBuilder().epochs(1).learningRate(1e-9).build();
        try (Engine engine =
                        Engine.builder().threads(1).precision(Precision.F32).build();
                ChoraleTrainer trainer = new ChoraleTrainer(
                        engine, scales(), stack, still, folder.resolve("model"), TrainingListener.SILENT)) {
            trainer.startOutputsAtFrequencies();
            // 24 keys, each sounding in one step of twelve
            double entropy = -24 * (Math.log(1 / 12.0) / 12 + Math.log(11 / 12.0) * 11 / 12);
            assertThat(trainer.train().validationLoss()).isEqualTo(entropy, within(0.5));
        }
    }

    @Test
    void evaluate_doesNotSeeTheStepThatItPredicts() throws IOException {
        Chorales chorales = scales();
        RecurrentStack stack = new RecurrentStack(CellKind.RHN, 16, 2, 1);
        var architecture = stack.architecture(Chorales.KEYS, Chorales.KEYS, 0);
        SplittableRandom random = new SplittableRandom(2);
        try (Engine engine =
                        Engine.builder().threads(1).precision(Precision.F32).build();
                var parameters = org.rhn4j.cells.Network.parameters(architecture, 1)) {
            parameters.allocate();
            for (var parameter : parameters.all()) {
                float[] values = new float[(int) parameter.count()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(-0.6, 0.6);
                }
                parameters.setValues(parameter.name(), values);
            }
            try (ChoraleEvaluator evaluator = new ChoraleEvaluator(engine, parameters, architecture, 9)) {
                int[][] piece = Arrays.copyOf(chorales.train().getFirst(), 9);
                double silent = loss(evaluator, piece, 8, new int[] {});
                // each key is independent of the others: what it adds or takes is log p − log(1 − p) alone
                double all = 0;
                for (int key = 0; key < Chorales.KEYS; key++) {
                    double logit = silent - loss(evaluator, piece, 8, new int[] {key});
                    all += Math.log1p(Math.exp(logit));
                }
                double before = 7 * evaluator.evaluate(java.util.List.<int[][]>of(Arrays.copyOf(piece, 8)));
                assertThat(silent - before).isEqualTo(all, within(1e-3));
            }
        }
    }

    private static double loss(ChoraleEvaluator evaluator, int[][] piece, int step, int[] keys) {
        int[][] changed = piece.clone();
        changed[step] = keys;
        return (piece.length - 1) * evaluator.evaluate(java.util.List.<int[][]>of(changed));
    }
}
