package org.rhn4j.tasks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

/** Two channels, a wave and its noisy double, that an anomaly sets apart. */
class AnomalyDetectorTest {
    private static final SeriesSchema SCHEMA = SeriesSchema.of("a", "b").withRowNumbers();
    private static final int ROWS = 1200;
    private static final int TRAINED = 800;
    private static final int ANOMALY = 1000;

    @TempDir
    private static Path folder;

    private static Series series;

    @BeforeAll
    static void train() {
        series = waves();
        trainInto(folder, series);
    }

    private static Series waves() {
        RandomSource random = new RandomSource(11);
        double[][] channels = new double[2][ROWS];
        for (int t = 0; t < ROWS; t++) {
            channels[0][t] = 100 + 10 * Math.sin(t * 0.3) + random.uniformDouble(t);
            channels[1][t] = 5 - 2 * Math.sin(t * 0.3) + 0.2 * random.uniformDouble(ROWS + t);
        }
        channels[0][50] = Double.NaN;
        channels[1][51] = Double.NaN;
        for (int t = ANOMALY; t < ANOMALY + 5; t++) {
            channels[1][t] += 6;
        }
        return new Series("", TimeAxis.rows(0), channels, new double[0][], new double[0][]);
    }

    private static void trainInto(Path folder, Series series) {
        AnomalyPlan plan = AnomalyPlan.of(new RecurrentStack(CellKind.RHN, 12, 2, 1));
        AnomalyConfiguration configuration = plan.configuration(SCHEMA, ReadingOptions.AUTOMATIC, series, TRAINED);
        TrainingSettings settings = TrainingSettings.builder()
                .batch(8)
                .window(32)
                .epochs(12)
                .learningRate(1e-2)
                .clip(1)
                .build();
        try (Engine engine = Engine.builder().threads(1).build();
                AnomalyTrainer trainer = new AnomalyTrainer(
                        engine, series, List.of(), configuration, settings, folder, TrainingListener.SILENT)) {
            trainer.train();
        }
    }

    private static double[] row(Series series, int t) {
        return new double[] {series.targets()[0][t], series.targets()[1][t]};
    }

    private List<Detection> detect(AnomalyDetector detector, Series rows, int from, int to) {
        List<Detection> detections = new ArrayList<>();
        for (int t = from; t < to; t++) {
            detections.add(detector.add(t, row(rows, t), null));
        }
        return detections;
    }

    @Test
    void findsTheAnomalyAndItsChannel() {
        try (Engine engine = Engine.builder().threads(1).build();
                AnomalyModel model = AnomalyModel.load(folder, engine);
                AnomalyDetector detector = model.detector()) {
            List<Detection> detections = detect(detector, series, 0, ROWS);
            Detection first = detections.get(ANOMALY);
            assertThat(first.alarm()).isTrue();
            assertThat(first.score()).isGreaterThan(0.5);
            assertThat(first.mainChannel()).isEqualTo(1);
            assertThat(Arrays.stream(first.contributions()).sum()).isCloseTo(1, within(1e-9));
            assertThat(detections.subList(0, ANOMALY))
                    .filteredOn(Detection::alarm)
                    .hasSizeLessThan(3);
            assertThat(detections).allMatch(each -> each.score() >= 0 && each.score() < 1);
        }
    }

    @Test
    void scoresKnowNoLaterRow() {
        Series changed = waves();
        for (int t = ANOMALY; t < ROWS; t++) {
            changed.targets()[0][t] = -1e6;
        }
        try (Engine engine = Engine.builder().threads(1).build();
                AnomalyModel model = AnomalyModel.load(folder, engine);
                AnomalyDetector one = model.detector();
                AnomalyDetector other = model.detector()) {
            assertThat(detect(one, series, 0, ANOMALY))
                    .usingRecursiveComparison()
                    .isEqualTo(detect(other, changed, 0, ANOMALY));
        }
    }

    @Test
    void rowsAfterTrainingChangeNothingInTheModel(@TempDir Path other) {
        Series changed = waves();
        for (int t = TRAINED; t < ROWS; t++) {
            changed.targets()[0][t] = 1e9;
        }
        trainInto(other, changed);
        for (String file : List.of(AnomalyConfiguration.FILE, "model.safetensors", AnomalyModel.CALIBRATION_FILE)) {
            assertThat(other.resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        }
    }

    @Test
    void restoredDetectorGoesOnBitForBit(@TempDir Path states) {
        Path file = states.resolve("state.safetensors");
        for (int cut : new int[] {1, 17, 777, ANOMALY + 2}) {
            try (Engine engine = Engine.builder().threads(1).build();
                    AnomalyModel model = AnomalyModel.load(folder, engine);
                    AnomalyDetector whole = model.detector();
                    AnomalyDetector before = model.detector();
                    AnomalyDetector after = model.detector()) {
                List<Detection> expected = detect(whole, series, 0, ROWS);
                detect(before, series, 0, cut);
                before.save(file);
                after.restore(file);
                assertThat(after.rows()).isEqualTo(cut);
                assertThat(detect(after, series, cut, ROWS))
                        .usingRecursiveComparison()
                        .isEqualTo(expected.subList(cut, ROWS));
            }
        }
    }

    @Test
    void stateOfAnotherModelIsRefused(@TempDir Path states) {
        Path file = states.resolve("state.safetensors");
        AnomalyPlan plan = AnomalyPlan.of(new RecurrentStack(CellKind.LSTM, 5, 1, 1));
        AnomalyConfiguration configuration = plan.configuration(SCHEMA, ReadingOptions.AUTOMATIC, series, TRAINED);
        try (Engine engine = Engine.builder().threads(1).build();
                AnomalyModel other = new AnomalyModel(engine, configuration);
                AnomalyDetector foreign = other.detector();
                AnomalyModel model = AnomalyModel.load(folder, engine);
                AnomalyDetector detector = model.detector()) {
            foreign.save(file);
            assertThatThrownBy(() -> detector.restore(file)).isInstanceOf(UserError.class);
        }
    }

    @Test
    void missingRowsAreNoAnomalies() {
        try (Engine engine = Engine.builder().threads(1).build();
                AnomalyModel model = AnomalyModel.load(folder, engine);
                AnomalyDetector detector = model.detector()) {
            detect(detector, series, 0, 300);
            for (int t = 300; t < 400; t++) {
                Detection detection = detector.add(t, new double[] {Double.NaN, Double.NaN}, null);
                assertThat(detection.score()).isZero();
                assertThat(detection.alarm()).isFalse();
            }
        }
    }
}
