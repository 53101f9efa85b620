package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Fingerprint;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

class ForecastTrainerTest {
    private static final int HORIZON = 6;
    private static final int ROWS = 240;
    private static final TimeSplit SPLIT = new TimeSplit.LastRows(40, 40);

    @TempDir
    private Path folder;

    private static ForecastPlan plan() {
        return ForecastPlan.of(new RecurrentStack(CellKind.RHN, 12, 2, 1), HORIZON)
                .withContext(24, 4)
                .withSeason(ForecastSets.SEASON);
    }

    private static TrainingSettings settings(int epochs) {
        return ForecastPlan.settings().toBuilder().batch(16).epochs(epochs).build();
    }

    private static void train(SeriesSet set, ForecastPlan plan, int epochs, Path into) {
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastTrainer trainer = new ForecastTrainer(
                        engine,
                        set,
                        parts,
                        List.of(),
                        plan.configuration(set, parts),
                        settings(epochs),
                        into,
                        TrainingListener.SILENT)) {
            trainer.train();
        }
    }

    private static String weights(Path folder) {
        return Fingerprint.sha256(folder.resolve(ParameterFile.NAME));
    }

    @Test
    void train_sameWeightsBitForBitWhateverFollowsTheTrainingRows() {
        SeriesSet set = ForecastSets.waves(3, ROWS);
        List<Series> changed = new ArrayList<>();
        for (Series series : set.series()) {
            double[] values = series.targets()[0].clone();
            for (int t = ROWS - 80; t < ROWS; t++) {
                values[t] = 1e6 * Math.cos(t * t);
            }
            changed.add(ForecastSets.series(series.id(), values));
        }
        train(set, plan(), 1, folder.resolve("a"));
        train(set.with(changed), plan(), 1, folder.resolve("b"));
        assertThat(weights(folder.resolve("b"))).isEqualTo(weights(folder.resolve("a")));
        // and the test could fail: one value of the training rows makes other weights
        changed.getFirst().targets()[0][ROWS - 81] += 1;
        train(set.with(changed), plan(), 1, folder.resolve("c"));
        assertThat(weights(folder.resolve("c"))).isNotEqualTo(weights(folder.resolve("a")));
    }

    @Test
    void train_resumedRunEndsAtTheSameWeights() {
        SeriesSet set = ForecastSets.waves(2, ROWS);
        train(set, plan(), 3, folder.resolve("whole"));
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        Path stopped = folder.resolve("stopped");
        int[] windows = {0};
        TrainingListener stopping = new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                windows[0]++;
                return windows[0] == 14 ? Decision.STOP : Decision.CONTINUE;
            }
        };
        for (TrainingListener listener : List.of(stopping, TrainingListener.SILENT)) {
            try (Engine engine = Engine.builder().threads(1).build();
                    ForecastTrainer trainer = new ForecastTrainer(
                            engine,
                            set,
                            parts,
                            List.of(),
                            plan().configuration(set, parts),
                            settings(3),
                            stopped,
                            listener)) {
                if (listener == TrainingListener.SILENT) {
                    trainer.resume();
                }
                trainer.train();
            }
        }
        assertThat(weights(stopped)).isEqualTo(weights(folder.resolve("whole")));
    }

    @ParameterizedTest
    @EnumSource(HeadKind.class)
    void forecast_isBetterThanTheLastSeasonAndQuantilesAreInOrder(HeadKind head) {
        SeriesSet set = ForecastSets.waves(3, ROWS);
        List<Series> counts = set.series().stream()
                .map(series -> ForecastSets.series(
                        series.id(),
                        Arrays.stream(series.targets()[0]).map(Math::rint).toArray()))
                .toList();
        SeriesSet rounded = head == HeadKind.NEGATIVE_BINOMIAL ? set.with(counts) : set;
        train(rounded, plan().withHead(head), 25, folder);
        List<TimeSplit.Parts> parts = SPLIT.of(rounded);
        List<ForecastWindow> windows = new ArrayList<>();
        for (Series series : rounded.series()) {
            windows.addAll(ForecastWindow.within(series, ROWS - 40, ROWS, HORIZON, 3));
        }
        ForecastEvaluator evaluator = new ForecastEvaluator(rounded, parts, ForecastSets.SEASON, HORIZON);
        NaiveForecasts naive =
                new NaiveForecasts(rounded, parts, ForecastSets.SEASON, HORIZON, ForecastConfiguration.QUANTILES);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(7)) {
            for (Forecast forecast : forecaster.forecast(windows)) {
                for (int h = 0; h < HORIZON; h++) {
                    for (int q = 1; q < forecast.levels().length; q++) {
                        assertThat(forecast.quantiles()[q][h]).isGreaterThanOrEqualTo(forecast.quantiles()[q - 1][h]);
                    }
                }
            }
            ForecastScore score = evaluator.score(forecaster, windows);
            ForecastScore repeated = evaluator.score(naive, windows);
            if (head == HeadKind.NEGATIVE_BINOMIAL) {
                // no count has so little noise as these waves: the level is what can be asked for
                assertThat(score.smape()).isLessThan(6);
            } else {
                assertThat(score.mase()).isLessThan(0.9 * repeated.mase());
                assertThat(score.weightedQuantileLoss()).isLessThan(repeated.weightedQuantileLoss());
            }
            assertThat(score.coverage()).isGreaterThan(0.75);
        }
    }

    @Test
    void forecast_ofABatchIsThatOfEachWindowAlone() {
        SeriesSet set = ForecastSets.waves(2, ROWS);
        train(set, plan(), 1, folder);
        List<ForecastWindow> windows = List.of(
                new ForecastWindow(set.series().get(0), 100),
                new ForecastWindow(set.series().get(1), 200),
                new ForecastWindow(set.series().get(0), 90),
                new ForecastWindow(set.series().get(1), 10));
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster together = model.forecaster(3);
                Forecaster alone = model.forecaster(1)) {
            List<Forecast> forecasts = together.forecast(windows);
            for (int i = 0; i < windows.size(); i++) {
                double[] expected = alone.forecast(windows.get(i)).median();
                for (int h = 0; h < HORIZON; h++) {
                    assertThat(forecasts.get(i).median()[h]).isCloseTo(expected[h], within(1e-3));
                }
            }
        }
    }

    @Test
    void forecast_withAShortPastDoesNotSeeEarlierRows() {
        SeriesSet set = ForecastSets.waves(1, ROWS);
        train(set, plan(), 1, folder);
        double[] values = set.series().getFirst().targets()[0].clone();
        for (int t = 0; t < 92; t++) {
            values[t] = -5000 + 13 * t;
        }
        Series changed = ForecastSets.series("s0", values);
        ForecastWindow window = new ForecastWindow(set.series().getFirst(), 100);
        ForecastWindow other = new ForecastWindow(changed, 100);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(1)) {
            double[] expected =
                    forecaster.forecast(List.of(window), 8).getFirst().median();
            assertThat(forecaster.forecast(List.of(other), 8).getFirst().median())
                    .containsExactly(expected, within(1e-6));
            assertThat(forecaster.forecast(List.of(other), 9).getFirst().median())
                    .isNotEqualTo(expected);
            assertThat(forecaster.memoryBytes()).isPositive();
        }
    }

    @Test
    void forecast_learnsFromACovariateThatIsKnown() {
        int rows = 600;
        org.rhn4j.numbers.RandomSource random = new org.rhn4j.numbers.RandomSource(8);
        double[] values = new double[rows];
        double[] known = new double[rows];
        for (int t = 0; t < rows; t++) {
            known[t] = random.uniformDouble(t) < 0.3 ? 1 : 0;
            values[t] = 20 + 30 * known[t] + random.uniformDouble(rows + t);
        }
        Series series =
                new Series("", TimeAxis.rows(0), new double[][] {values}, new double[][] {known}, new double[0][]);
        SeriesSet set = ForecastSets.of(
                List.of(series), SeriesSchema.of("value").withRowNumbers().withKnown(List.of("event")));
        train(set, plan(), 15, folder);
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        List<ForecastWindow> windows = ForecastWindow.within(series, rows - 40, rows, HORIZON, 1);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(16)) {
            ForecastScore score = new ForecastEvaluator(set, parts, 1, HORIZON).score(forecaster, windows);
            assertThat(score.rmse()).isLessThan(3);
            ForecastWindow unknown = new ForecastWindow(series, rows - 2);
            assertThatThrownBy(() -> forecaster.forecast(unknown))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("\"event\" is not known at");
        }
    }

    @Test
    void forecast_logarithmsAndFloorKeepItAboveWhatTheSeriesLiesOn() {
        double[] values = new double[ROWS];
        for (int t = 0; t < ROWS; t++) {
            values[t] = Math.max(10, 100 * Math.sin(2 * Math.PI * t / ForecastSets.SEASON) + t % 5);
        }
        SeriesSet set = ForecastSets.of(List.of(ForecastSets.series("a", values)));
        ForecastPlan plan = plan().withFloor(Floor.LOWEST)
                .withWindow(new WindowScaling(
                        WindowScaling.Transform.LOG, WindowScaling.Center.LAST, WindowScaling.Scale.DEVIATION));
        train(set, plan, 5, folder);
        List<ForecastWindow> windows = ForecastWindow.within(set.series().getFirst(), ROWS - 40, ROWS, HORIZON, 1);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(8)) {
            for (Forecast forecast : forecaster.forecast(windows)) {
                assertThat(Arrays.stream(forecast.quantiles()[0])).allMatch(value -> value >= 10);
            }
            ForecastScore score =
                    new ForecastEvaluator(set, SPLIT.of(set), ForecastSets.SEASON, HORIZON).score(forecaster, windows);
            assertThat(score.smape()).isLessThan(15);
        }
        values[100] = 0;
        assertThatThrownBy(() -> train(set, plan, 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("0.0 at 100, which has no logarithm");
    }

    /** Three series that move as much, and one that moves a hundred times as much by a law of its own. */
    private static SeriesSet unlike(double unit) {
        List<Series> series = new ArrayList<>();
        RandomSource random = new RandomSource(8);
        for (int i = 0; i < 4; i++) {
            double[] values = new double[ROWS];
            double scale = unit * (i == 0 ? 100 : 1);
            for (int t = 0; t < ROWS; t++) {
                double noise = random.uniformDouble((long) i * ROWS + t) - 0.5;
                double before = t == 0 ? 0 : values[t - 1] / scale - 10;
                values[t] = scale * (10 + (i == 0 ? -0.9 : 0.9) * before + noise);
            }
            series.add(ForecastSets.series("s" + i, values));
        }
        return ForecastSets.of(series);
    }

    private double absoluteError(SeriesSet set, Path model) {
        List<ForecastWindow> windows = ForecastWindow.within(set.series().getFirst(), ROWS - 40, ROWS, HORIZON, 1);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel loaded = ForecastModel.load(model, engine);
                Forecaster forecaster = loaded.forecaster(8)) {
            return new ForecastEvaluator(set, SPLIT.of(set), ForecastSets.SEASON, HORIZON)
                    .score(forecaster, windows)
                    .mase();
        }
    }

    @Test
    void train_plainErrors_favoursTheSeriesThatMovesMost() {
        SeriesSet set = unlike(1);
        ForecastPlan plan = plan().withContext(8, 4).withDirect(false);
        train(set, plan, 4, folder.resolve("scaled"));
        train(set, plan.withErrors(Errors.PLAIN), 4, folder.resolve("plain"));
        double scaled = absoluteError(set, folder.resolve("scaled"));
        double plain = absoluteError(set, folder.resolve("plain"));
        assertThat(plain).isLessThan(0.97 * scaled);

        // In other units it is the same task.
        SeriesSet thousands = unlike(1000);
        train(thousands, plan.withErrors(Errors.PLAIN), 4, folder.resolve("thousands"));
        assertThat(absoluteError(thousands, folder.resolve("thousands"))).isCloseTo(plain, within(0.02 * plain));

        assertThatThrownBy(() -> train(set, plan.withErrors(Errors.PLAIN).withHead(HeadKind.MEAN), 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("quantiles alone");
    }

    @Test
    void load_folderThatDoesNotTellItsErrors_hasScaledOnes() throws IOException {
        train(ForecastSets.waves(1, ROWS), plan(), 1, folder);
        Path file = folder.resolve(ForecastConfiguration.FILE);
        String json = Files.readString(file);
        assertThat(json).contains("\"errors\": \"scaled\",");
        Files.writeString(file, json.replaceFirst("\\s*\"errors\": \"scaled\",", ""));
        assertThat(ForecastConfiguration.read(folder).errors()).isEqualTo(Errors.SCALED);
    }

    @Test
    void train_constantTargetIsRefused() {
        SeriesSet set = ForecastSets.of(List.of(ForecastSets.series("a", new double[ROWS])));
        assertThatThrownBy(() -> train(set, plan(), 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("one and the same value");
    }

    @Test
    void train_infiniteValueIsRefusedWithItsPlace() {
        SeriesSet set = ForecastSets.waves(1, ROWS);
        set.series().getFirst().targets()[0][17] = Double.POSITIVE_INFINITY;
        assertThatThrownBy(() -> train(set, plan(), 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("infinite value at 17");
    }

    @Test
    void train_horizonTooLongForTheRowsIsRefused() {
        SeriesSet set = ForecastSets.waves(1, 85);
        assertThatThrownBy(() -> train(set, plan(), 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("horizon");
    }

    @Test
    void train_countsThatAreNoneAreRefused() {
        SeriesSet set = ForecastSets.waves(1, ROWS);
        assertThatThrownBy(() -> train(set, plan().withHead(HeadKind.NEGATIVE_BINOMIAL), 1, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("counts");
    }

    @Test
    void train_missingValuesArePassedOver() {
        SeriesSet set = ForecastSets.waves(2, ROWS);
        double[] values = set.series().getFirst().targets()[0];
        for (int t = 0; t < ROWS; t += 7) {
            values[t] = Double.NaN;
        }
        Arrays.fill(values, 60, 100, Double.NaN);
        train(set, plan(), 3, folder);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(1)) {
            double[] median = forecaster
                    .forecast(new ForecastWindow(set.series().getFirst(), 200))
                    .median();
            assertThat(Arrays.stream(median)).allMatch(value -> value > 60 && value < 140);
            assertThatThrownBy(() ->
                            forecaster.forecast(new ForecastWindow(set.series().getFirst(), 1)))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("nothing to start from");
        }
    }
}
