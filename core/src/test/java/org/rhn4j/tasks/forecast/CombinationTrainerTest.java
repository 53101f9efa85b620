package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingListener;

class CombinationTrainerTest {
    private static final int HORIZON = 6;
    private static final int ROWS = 240;
    private static final TimeSplit SPLIT = new TimeSplit.LastRows(40, 40);

    @TempDir
    private Path folder;

    private static List<Forecast> trained(SeriesSet set, Path into, List<ForecastWindow> windows) {
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        ForecastPlan plan = ForecastPlan.of(new RecurrentStack(CellKind.RHN, 8, 2, 1), HORIZON)
                .withContext(24, 4)
                .withSeason(ForecastSets.SEASON);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastTrainer trainer = new ForecastTrainer(
                        engine,
                        set,
                        parts,
                        List.of(),
                        plan.configuration(set, parts),
                        ForecastPlan.settings().toBuilder().batch(16).epochs(2).build(),
                        into,
                        TrainingListener.SILENT)) {
            trainer.train();
            ForecastModel model = trainer.model();
            new CombinationTrainer(set, parts, Season.find(set, parts), HORIZON).combine(model, into);
            try (Forecaster forecaster = model.forecaster(4)) {
                return forecaster.forecast(windows);
            }
        }
    }

    private static List<ForecastWindow> windows(SeriesSet set) {
        List<ForecastWindow> windows = new ArrayList<>();
        for (Series series : set.series()) {
            windows.addAll(ForecastWindow.within(series, ROWS - 40, ROWS, HORIZON, 5));
        }
        return windows;
    }

    @Test
    void combine_isBetterThanTheLastSeasonAndReadBackTheSame() {
        SeriesSet set = ForecastSets.waves(3, ROWS);
        List<ForecastWindow> windows = windows(set);
        List<Forecast> forecasts = trained(set, folder, windows);
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        ForecastEvaluator evaluator = new ForecastEvaluator(set, parts, ForecastSets.SEASON, HORIZON);
        NaiveForecasts naive =
                new NaiveForecasts(set, parts, ForecastSets.SEASON, HORIZON, ForecastConfiguration.QUANTILES);
        double lastSeason = evaluator.score(naive, windows).mase();
        ForecastScore score = evaluator.score(asked -> forecasts, windows);
        assertThat(score.mase()).isLessThan(0.9 * lastSeason);
        assertThat(score.coverage()).isBetween(0.75, 1.0);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel loaded = ForecastModel.load(folder, engine);
                Forecaster forecaster = loaded.forecaster(3)) {
            ForecastCombination combination = loaded.combination();
            assertThat(combination).isNotNull();
            assertThat(combination.simple().parts().stream()
                            .mapToDouble(part -> part.weight())
                            .sum())
                    .isCloseTo(1, within(1e-9));
            List<ForecastWindow> turned = new ArrayList<>(windows);
            Collections.reverse(turned);
            List<Forecast> again = forecaster.forecast(turned);
            for (int i = 0; i < windows.size(); i++) {
                Forecast other = again.get(windows.size() - 1 - i);
                assertThat(other.quantiles()).isDeepEqualTo(forecasts.get(i).quantiles());
                for (int h = 0; h < HORIZON; h++) {
                    for (int q = 1; q < other.quantiles().length; q++) {
                        assertThat(other.quantiles()[q][h]).isGreaterThanOrEqualTo(other.quantiles()[q - 1][h]);
                    }
                }
            }
        }
    }

    @Test
    void combine_testRowsAreNotSeen() throws IOException {
        SeriesSet set = ForecastSets.waves(2, ROWS);
        List<Series> changed = new ArrayList<>();
        for (Series series : set.series()) {
            double[] values = series.targets()[0].clone();
            for (int t = ROWS - 40; t < ROWS; t++) {
                values[t] = 1e6 * Math.cos(t * t);
            }
            changed.add(ForecastSets.series(series.id(), values));
        }
        trained(set, folder.resolve("a"), List.of());
        trained(set.with(changed), folder.resolve("b"), List.of());
        for (String name : List.of(ForecastCombination.FILE, ForecastCombination.WEIGHTS)) {
            assertThat(folder.resolve("b").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("a").resolve(name));
        }
        changed.getFirst().targets()[0][ROWS - 41] += 1;
        trained(set.with(changed), folder.resolve("c"), List.of());
        assertThat(Files.readString(folder.resolve("c").resolve(ForecastCombination.FILE)))
                .isNotEqualTo(Files.readString(folder.resolve("a").resolve(ForecastCombination.FILE)));
    }

    @Test
    void load_withoutTheFileForecastsByTheNetworkAlone() throws IOException {
        SeriesSet set = ForecastSets.waves(2, ROWS);
        List<ForecastWindow> windows = windows(set);
        trained(set, folder, windows);
        List<Forecast> alone;
        try (Engine engine = Engine.builder().threads(1).build()) {
            try (ForecastModel model = ForecastModel.load(folder, engine);
                    Forecaster forecaster = model.networkForecaster(4)) {
                alone = forecaster.forecast(windows);
            }
            Files.delete(folder.resolve(ForecastCombination.FILE));
            try (ForecastModel model = ForecastModel.load(folder, engine);
                    Forecaster forecaster = model.forecaster(4)) {
                assertThat(model.combination()).isNull();
                List<Forecast> forecasts = forecaster.forecast(windows);
                for (int i = 0; i < windows.size(); i++) {
                    assertThat(forecasts.get(i).quantiles())
                            .isDeepEqualTo(alone.get(i).quantiles());
                }
            }
        }
    }

    @Test
    void load_combinationOfAnotherHorizonIsRefused() throws IOException {
        SeriesSet set = ForecastSets.waves(1, ROWS);
        trained(set, folder, List.of());
        Path file = folder.resolve(ForecastCombination.FILE);
        Files.writeString(file, Files.readString(file).replace("\"horizon\": 6", "\"horizon\": 7"));
        try (Engine engine = Engine.builder().threads(1).build()) {
            assertThatThrownBy(() -> ForecastModel.load(folder, engine))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("is not of a horizon of 6 rows");
        }
    }

    @Test
    void forecast_ofFewRowsSeesNoMoreOfThePast() {
        SeriesSet set = ForecastSets.waves(1, ROWS);
        trained(set, folder, List.of());
        double[] changed = set.series().getFirst().targets()[0].clone();
        for (int t = 0; t < 190; t++) {
            changed[t] = 7;
        }
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(1)) {
            Forecast of = forecaster
                    .forecast(List.of(new ForecastWindow(set.series().getFirst(), 200)), 10)
                    .getFirst();
            Forecast other = forecaster
                    .forecast(List.of(new ForecastWindow(ForecastSets.series("s0", changed), 200)), 10)
                    .getFirst();
            assertThat(other.quantiles()).isDeepEqualTo(of.quantiles());
        }
    }
}
