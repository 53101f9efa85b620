package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.JsonLines;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingHealth;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

class LanguageModelTrainerTest {
    @TempDir
    private Path folder;

    private TextSplits splits;
    private LanguageModelConfiguration configuration;
    private final List<String> notes = new ArrayList<>();
    private final List<HealthWarning> warnings = new ArrayList<>();
    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void warning(HealthWarning warning) {
            warnings.add(warning);
        }

        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }
    };

    @BeforeEach
    void makeText() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat\nthe dog sat on the log\n".repeat(80));
        splits = TextSplits.read(text, new Corpus(TextUnit.WORD, false));
        configuration = LanguageModelConfiguration.builder()
                .vocabularySize(splits.vocabulary().size())
                .embeddingSize(8)
                .hiddenSize(8)
                .tiedEmbeddings(true)
                .depth(2)
                .build();
    }

    /** The penalty multiplies weights by 1 − rate · l2 a step: they overflow within 100 steps at 7, and shrink at 3.5. */
    private static TrainingSettings diverging(double rate) {
        return TrainingSettings.builder()
                .batch(1)
                .window(5)
                .epochs(2)
                .optimizer(Optimizer.Kind.SGD)
                .schedule(Schedule.decay(10, 1))
                .learningRate(rate)
                .l2(0.5)
                .clip(0)
                .build();
    }

    @Test
    void train_whenTheGradientOverflows_goesBackAndHalvesTheRate() {
        try (Engine engine = Engine.builder().threads(1).build();
                LanguageModelTrainer trainer = new LanguageModelTrainer(
                        engine, splits, configuration, diverging(7), folder.resolve("model"), listener)) {
            TrainingRecord record = trainer.train();

            assertThat(notes).hasSize(1);
            assertThat(notes.getFirst()).contains("not finite", "half the learning rate");
            assertThat(record.ended()).isEqualTo(TrainingRecord.Ended.EPOCHS);
            assertThat(record.validationLoss()).isFinite();
            assertThat(record.epochs().getLast().learningRate()).isEqualTo(3.5);
        }
    }

    @Test
    void train_whenNoRateHelps_saysSoAndKeepsTheCheckpoint() {
        Path model = folder.resolve("model");
        try (Engine engine = Engine.builder().threads(1).build();
                LanguageModelTrainer trainer =
                        new LanguageModelTrainer(engine, splits, configuration, diverging(9e5), model, listener)) {
            assertThatExceptionOfType(UserError.class)
                    .isThrownBy(trainer::train)
                    .withMessageContaining("infinite or undefined")
                    .satisfies(refusal -> assertThat(refusal.settings()).contains("learning-rate"));
        }
        assertThat(model.resolve(TrainingLoop.CHECKPOINT_FILE)).exists();
        assertThat(TrainingLoop.settingsOf(model)).isEqualTo(diverging(9e5));
    }

    @Test
    void train_withAnAverageOfTheWeights_savesTheAverage() {
        Path plain = folder.resolve("plain");
        Path averaged = folder.resolve("averaged");
        TrainingSettings settings =
                TrainingSettings.builder().batch(2).window(5).epochs(2).build();
        try (Engine engine = Engine.builder().threads(1).build()) {
            float[] last = lastWeights(engine, settings, plain);
            float[] lastWithAverage =
                    lastWeights(engine, settings.toBuilder().average(0.99).build(), averaged);

            // the same steps are taken, but what is saved is their mean
            assertThat(lastWithAverage).containsExactly(last);
            try (LanguageModel saved = LanguageModel.load(averaged, engine)) {
                assertThat(saved.parameters().values("embedding.weight")).isNotEqualTo(last);
            }
        }
    }

    @Test
    void train_warnsBeforeItDiverges_andWritesDownBoth() {
        Path model = folder.resolve("model");
        try (Engine engine = Engine.builder().threads(1).build();
                LanguageModelTrainer trainer =
                        new LanguageModelTrainer(engine, splits, configuration, diverging(7), model, listener)) {
            trainer.train();
        }

        HealthWarning diverged = health(model).stream()
                .flatMap(line -> line.warnings().stream())
                .filter(warning -> warning.kind() == HealthWarning.Kind.NOT_FINITE)
                .findFirst()
                .orElseThrow();
        assertThat(warnings.getFirst().kind()).isEqualTo(HealthWarning.Kind.UPDATES_TOO_LARGE);
        assertThat(warnings.getFirst().step()).isLessThan((long) diverged.value());
    }

    @Test
    void train_writesItsHealth_andOnResumingGoesOnWithIt() {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        TrainingSettings settings =
                TrainingSettings.builder().batch(2).window(5).epochs(2).build();
        TrainingListener stopping = new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                return progress.step() == 33 ? Decision.STOP : Decision.CONTINUE;
            }
        };
        try (Engine engine = Engine.builder().threads(2).build()) {
            lastWeights(engine, settings, whole);
            try (LanguageModelTrainer trainer =
                    new LanguageModelTrainer(engine, splits, configuration, settings, parts, stopping)) {
                assertThat(trainer.train().ended()).isEqualTo(TrainingRecord.Ended.STOPPED);
            }
            // as if the run had gone on and been killed: what it wrote after its checkpoint is of no worth
            healthFile(parts).append(health(whole).getLast());
            try (LanguageModelTrainer trainer =
                    new LanguageModelTrainer(engine, splits, configuration, settings, parts, TrainingListener.SILENT)) {
                trainer.resume();
                trainer.train();
            }
        }

        List<TrainingHealth> lines = health(whole);
        assertThat(lines.subList(0, 3)).extracting(TrainingHealth::step).containsExactly(5L, 10L, 15L);
        assertThat(health(parts)).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            TrainingHealth line = health(parts).get(i);
            assertThat(line.step()).isEqualTo(lines.get(i).step());
            assertThat(line.updateRatio()).isEqualTo(lines.get(i).updateRatio());
            assertThat(line.layers()).isEqualTo(lines.get(i).layers());
            assertThat(line.learningRate()).isEqualTo(lines.get(i).learningRate());
        }
    }

    private static JsonLines<TrainingHealth> healthFile(Path model) {
        return new JsonLines<>(model.resolve(HealthMonitor.FILE), TrainingHealth.class);
    }

    private static List<TrainingHealth> health(Path model) {
        return healthFile(model).read();
    }

    private float[] lastWeights(Engine engine, TrainingSettings settings, Path out) {
        try (LanguageModelTrainer trainer =
                new LanguageModelTrainer(engine, splits, configuration, settings, out, listener)) {
            trainer.train();
            return trainer.model().parameters().values("embedding.weight");
        }
    }

    /** Every option that has something to remember. The rate is so high that validation goes up and down. */
    private static final TrainingSettings EVERY_OPTION = TrainingSettings.builder()
            .batch(2)
            .window(9)
            .windowDeviation(3)
            .epochs(6)
            .optimizer(Optimizer.Kind.SGD)
            .schedule(Schedule.decay(2, 1.1))
            .learningRate(2)
            .clip(1)
            .average(0.999)
            .averageTrigger(1)
            .labelSmoothing(0.1)
            .dropout(new org.rhn4j.cells.Dropout(0.1, 0.2, 0.1, 0.2, 0.1))
            .stateReset(0.1)
            .build();

    @org.junit.jupiter.params.ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(ints = {3, 100, 260})
    void resume_withEveryOption_goesOnBitForBit(int stoppedAfter) throws IOException {
        Path whole = folder.resolve("whole");
        Path parted = folder.resolve("parted");
        try (Engine engine = Engine.builder().threads(1).build()) {
            float[] expected = lastWeights(engine, EVERY_OPTION, whole);
            assertThat(notes).anyMatch(note -> note.contains("running average of the weights begins"));
            int[] seen = {0};
            TrainingListener stops = new TrainingListener() {
                @Override
                public Decision afterWindow(Progress progress) {
                    return ++seen[0] == stoppedAfter ? Decision.STOP : Decision.CONTINUE;
                }
            };
            try (LanguageModelTrainer trainer =
                    new LanguageModelTrainer(engine, splits, configuration, EVERY_OPTION, parted, stops)) {
                assertThat(trainer.train().ended()).isEqualTo(TrainingRecord.Ended.STOPPED);
            }
            try (LanguageModelTrainer trainer =
                    new LanguageModelTrainer(engine, splits, configuration, EVERY_OPTION, parted, listener)) {
                trainer.resume();
                assertThat(trainer.train().ended()).isEqualTo(TrainingRecord.Ended.EPOCHS);
                assertThat(trainer.model().parameters().values("embedding.weight"))
                        .isEqualTo(expected);
            }
        }
        assertThat(parted.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }

    @Test
    void train_beforeTheAverageBegins_savesTheWeightsThemselves() {
        TrainingSettings never =
                EVERY_OPTION.toBuilder().averageTrigger(6).epochs(1).build();
        TrainingSettings plain = never.toBuilder().average(0).averageTrigger(0).build();
        try (Engine engine = Engine.builder().threads(1).build()) {
            lastWeights(engine, plain, folder.resolve("plain"));
            lastWeights(engine, never, folder.resolve("never"));
        }
        assertThat(folder.resolve("never/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("plain/model.safetensors"));
    }

    /** A step of AdamW does not grow with the window, so its rate must; that of SGD on the summed loss does. */
    @Test
    void rate_growsWithTheWindowForAdamWAlone() {
        TrainingSettings settings =
                EVERY_OPTION.toBuilder().average(0).averageTrigger(0).epochs(1).build();
        try (Engine engine = Engine.builder().threads(1).build()) {
            assertThat(rateFactors(engine, settings)).containsOnly(1.0);
            TrainingSettings adamw =
                    settings.toBuilder().optimizer(Optimizer.Kind.ADAMW).build();
            WindowLengths lengths = new WindowLengths(adamw, splits.train().length / 2 - 1);
            List<Double> factors = rateFactors(engine, adamw);
            assertThat(factors).hasSize(lengths.count(0)).hasSizeGreaterThan(10);
            for (int i = 0; i < factors.size(); i++) {
                assertThat(factors.get(i)).isEqualTo(lengths.length(0, i) / 9.0);
            }
        }
    }

    private List<Double> rateFactors(Engine engine, TrainingSettings settings) {
        try (LanguageModelTrainer trainer =
                new LanguageModelTrainer(engine, splits, configuration, settings, folder.resolve("rates"), listener)) {
            var task = trainer.task();
            List<Double> factors = new ArrayList<>();
            for (int i = 0; i < task.windows(0); i++) {
                factors.add(task.rateFactor(0, i));
            }
            return factors;
        }
    }
}
