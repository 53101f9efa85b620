package org.rhn4j.tasks.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryModel;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.histories.HistorySplit;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/** Trained on machines that wear out, a predictor knows better than a constant, and only what it may know. */
class FailureTrainerTest {
    private static final FailurePlan PLAN = FailurePlan.of(new RecurrentStack(CellKind.RHN, 16, 2, 1))
            .withCap(30)
            .withWithin(10)
            .withSmoothing(List.of(6));
    private static final TrainingSettings SETTINGS = FailurePlan.settings().toBuilder()
            .batch(8)
            .window(32)
            .epochs(15)
            .learningRate(1e-2)
            .build();

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static FailureData data;

    @BeforeAll
    static void trainOneModel() {
        HistorySet set = Machines.set(24, 3);
        data = PLAN.prepare(set, FailurePlan.split(set.units(), 0.25, 1), false);
        train(data, SETTINGS, shared, TrainingListener.SILENT);
    }

    private static TrainingRecord train(
            FailureData data, TrainingSettings settings, Path folder, TrainingListener listener) {
        try (Engine engine = Engine.builder().threads(1).build();
                FailureTrainer trainer = new FailureTrainer(engine, data, List.of(), settings, folder, listener)) {
            return trainer.train();
        }
    }

    @Test
    void train_machinesThatWearOut_foreseesTheFailuresOfOthers() {
        HistorySet others = data.select(Machines.set(20, 99));
        try (Engine engine = Engine.builder().threads(1).build();
                FailureModel model = FailureModel.load(shared, engine)) {
            FailureEvaluator evaluator = new FailureEvaluator(model.configuration());
            evaluator.addAll(others.units(), model.predict(others.units()), 1);
            LifeScore life = evaluator.evaluation().life();
            SoonScore soon = evaluator.evaluation().soon();
            // A constant has an error of 10.4 and an area of a half.
            assertThat(life).isNotNull();
            assertThat(life.rootMeanSquare()).isLessThan(6);
            assertThat(life.coverage()).isBetween(0.8, 0.98);
            assertThat(life.meanWidth()).isLessThan(22);
            assertThat(soon).isNotNull();
            assertThat(soon.areaUnderCurve()).isGreaterThan(0.93);
        }
    }

    @Test
    void predictor_rowsOfAllUnitsInTurn_sameAsWholeHistories() {
        List<History> units = data.split().validation();
        try (Engine engine = Engine.builder().threads(1).build();
                FailureModel model = FailureModel.load(shared, engine);
                FailurePredictor predictor = model.predictor();
                FailurePredictor second = model.predictor()) {
            List<FailurePrediction[]> whole = model.predict(units);
            for (int row = 0; row < 60; row++) {
                if (row == 20) {
                    predictor.states().forEach(second::restore);
                }
                for (int i = 0; i < units.size(); i++) {
                    if (row < units.get(i).length()) {
                        FailurePredictor now = row < 20 ? predictor : second;
                        FailurePrediction single =
                                now.add(units.get(i).unit(), units.get(i).rows()[row]);
                        FailurePrediction expected = whole.get(i)[row];
                        assertThat(single.life()).isCloseTo(expected.life(), within(1e-3));
                        assertThat(single.lower()).isCloseTo(expected.lower(), within(1e-3));
                        assertThat(single.upper()).isCloseTo(expected.upper(), within(1e-3));
                        assertThat(single.probability()).isCloseTo(expected.probability(), within(1e-4));
                    }
                }
            }
            FailurePrediction first = whole.getFirst()[0];
            second.forget(units.getFirst().unit());
            assertThat(second.add(units.getFirst().unit(), units.getFirst().rows()[0])
                            .life())
                    .isCloseTo(first.life(), within(1e-3));
        }
    }

    @Test
    void predict_historyCutShort_sameUpToTheCut() {
        History unit = data.split().validation().getFirst();
        try (Engine engine = Engine.builder().threads(1).build();
                FailureModel model = FailureModel.load(shared, engine)) {
            FailurePrediction[] whole = model.predict(List.of(unit)).getFirst();
            FailurePrediction cut = model.predictLast(List.of(unit.until(17))).getFirst();
            assertThat(cut.life()).isCloseTo(whole[16].life(), within(1e-3));
            assertThat(whole)
                    .allSatisfy(each -> assertThat(each.lower())
                            .isLessThanOrEqualTo(each.life())
                            .isLessThanOrEqualTo(each.upper()));
        }
    }

    @Test
    void train_otherValuesInValidationUnits_sameScalingAndSameWeights() throws IOException {
        HistorySet set = Machines.set(12, 5);
        HistorySplit split = FailurePlan.split(set.units(), 0.25, 1);
        HistorySplit strange = new HistorySplit(
                split.train(),
                split.validation().stream().map(FailureTrainerTest::multiplied).toList());
        FailureData first = PLAN.prepare(set, split, false);
        FailureData second = PLAN.prepare(set, strange, false);
        assertThat(second.configuration().features())
                .isEqualTo(first.configuration().features())
                .containsExactly("temperature", "vibration");
        assertThat(second.configuration().scaling().center())
                .containsExactly(first.configuration().scaling().center());
        assertThat(second.configuration().scaling().scale())
                .containsExactly(first.configuration().scaling().scale());
        TrainingSettings one = SETTINGS.toBuilder().epochs(1).build();
        train(first, one, folder.resolve("first"), TrainingListener.SILENT);
        train(second, one, folder.resolve("second"), TrainingListener.SILENT);
        assertThat(Files.readAllBytes(folder.resolve("second").resolve(ParameterFile.NAME)))
                .isEqualTo(Files.readAllBytes(folder.resolve("first").resolve(ParameterFile.NAME)));
    }

    private static History multiplied(History unit) {
        double[][] rows = Arrays.stream(unit.rows())
                .map(row -> Arrays.stream(row).map(value -> 1000 * value + 3).toArray())
                .toArray(double[][]::new);
        rows[1][2] = -5; // a column that is constant among the units to train on
        return new History(unit.unit(), unit.stamps(), rows, unit.outcome());
    }

    @Test
    void random_anySeed_noUnitInBothParts() {
        List<History> units = Machines.set(20, 1).units();
        for (int seed = 1; seed < 20; seed++) {
            HistorySplit split = FailurePlan.split(units, 0.2, seed);
            List<String> names = new ArrayList<>();
            split.train().forEach(unit -> names.add(unit.unit()));
            split.validation().forEach(unit -> names.add(unit.unit()));
            assertThat(split.validation()).hasSize(4);
            assertThat(names).hasSize(20).doesNotHaveDuplicates();
        }
        assertThatThrownBy(() -> new HistorySplit(units, units.subList(0, 1)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("\"m0\" is both");
    }

    @Test
    void resume_stoppedRun_sameWeightsAsUninterrupted() throws IOException {
        TrainingSettings settings = SETTINGS.toBuilder().epochs(3).build();
        train(data, settings, folder.resolve("whole"), TrainingListener.SILENT);
        int[] windows = {0};
        TrainingListener stopping = new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                return ++windows[0] == 17 ? Decision.STOP : Decision.CONTINUE;
            }
        };
        Path parts = folder.resolve("parts");
        assertThat(train(data, settings, parts, stopping).ended()).isEqualTo(TrainingRecord.Ended.STOPPED);
        try (Engine engine = Engine.builder().threads(1).build();
                FailureTrainer trainer =
                        new FailureTrainer(engine, data, List.of(), settings, parts, TrainingListener.SILENT)) {
            trainer.resume();
            trainer.train();
        }
        for (String file :
                List.of(ParameterFile.NAME, FailureModel.CALIBRATION_FILE, HistoryModel.CONFIGURATION_FILE)) {
            assertThat(Files.readAllBytes(parts.resolve(file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(folder.resolve("whole").resolve(file)));
        }
    }

    @Test
    void prepare_allFeaturesConstant_refused() {
        HistorySet set = Machines.set(4, 1);
        HistorySet flat = set.with(set.units().stream()
                .map(unit -> {
                    double[][] rows = new double[unit.length()][];
                    Arrays.fill(rows, new double[] {1, 2, 3});
                    return new History(unit.unit(), unit.stamps(), rows, HistorySchema.ENDED);
                })
                .toList());
        assertThatThrownBy(() -> PLAN.prepare(flat, FailurePlan.split(flat.units(), 0.25, 1), false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("All features are constant (temperature, vibration, flat)");
    }

    @Test
    void configuration_lstmSizedToTheSame_equalParameters() {
        HistorySet set = Machines.set(4, 1);
        HistorySplit split = FailurePlan.split(set.units(), 0.25, 1);
        long rhn = PLAN.prepare(set, split, false).configuration().parameterCount();
        FailureConfiguration lstm = FailurePlan.of(new RecurrentStack(CellKind.LSTM, 1, 1, 1))
                .withSmoothing(List.of(6))
                .sizedTo(rhn)
                .prepare(set, split, false)
                .configuration();
        assertThat((double) lstm.parameterCount()).isCloseTo(rhn, within(0.06 * rhn));
    }
}
