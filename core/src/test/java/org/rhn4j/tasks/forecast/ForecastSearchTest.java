package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Fingerprint;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.SettingsSearch.Candidate;
import org.rhn4j.training.SettingsSearch.Setting;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

class ForecastSearchTest {
    private static final int MOST_UPDATES = 60;
    private static final SeriesSet SET = ForecastSets.waves(2, 240);
    private static final List<TimeSplit.Parts> PARTS = new TimeSplit.LastRows(40, 40).of(SET);

    @TempDir
    private Path folder;

    /** Stops the search in a trial, after one window. */
    private record Stopping(int trial) implements ForecastSearch.Listener {
        @Override
        public TrainingListener begins(int number, Candidate candidate, int epochs) {
            return new TrainingListener() {
                @Override
                public Decision afterWindow(Progress progress) {
                    return number == trial ? Decision.STOP : Decision.CONTINUE;
                }
            };
        }

        @Override
        public void ended(ForecastSearch.Trial trial) {
            assertThat(trial.validationLoss()).isFinite();
        }
    }

    private ForecastSearch search(Engine engine, CellKind cell, double minutes, Path into, int stopAt) {
        return search(engine, cell, minutes, ForecastPlan.settings().learningRate(), into, stopAt);
    }

    private ForecastSearch search(Engine engine, CellKind cell, double minutes, double rate, Path into, int stopAt) {
        int depth = cell == CellKind.LSTM ? 1 : 2;
        ForecastPlan plan = ForecastPlan.of(new RecurrentStack(cell, 12, depth, 1), 6)
                .withContext(24, 4)
                .withSeason(ForecastSets.SEASON);
        TrainingSettings settings = ForecastPlan.settings().toBuilder()
                .batch(16)
                .minutes(minutes)
                .learningRate(rate)
                .build();
        return new ForecastSearch(
                engine,
                new ForecastSearch.Data(SET, PARTS, List.of()),
                plan.configuration(SET, PARTS),
                settings,
                MOST_UPDATES,
                into.resolveSibling(into.getFileName() + "-work"),
                into,
                new Stopping(stopAt));
    }

    @Test
    void theBestTrialIsTheModelAndAllTrialsAreBesideIt() {
        Path out = folder.resolve("out");
        try (Engine engine = Engine.builder().threads(1).build()) {
            List<ForecastSearch.Trial> trials =
                    search(engine, CellKind.RHN, 0, out, 0).run(EnumSet.allOf(Setting.class));
            assertThat(trials).hasSizeGreaterThan(4);
            ForecastSearch.Trial best =
                    trials.stream().filter(ForecastSearch.Trial::best).toList().getLast();
            assertThat(trials).allMatch(trial -> trial.validationLoss() >= best.validationLoss());
            TrainingRecord record = Json.read(out.resolve(TrainingRecord.FILE), TrainingRecord.class);
            assertThat(record.validationLoss()).isEqualTo(best.validationLoss());
            assertThat(record.settings().learningRate()).isEqualTo(best.learningRate());
            assertThat(record.settings().transformBias()).isEqualTo(best.transformBias());
            try (ForecastModel model = ForecastModel.load(out, engine)) {
                assertThat(model.configuration().network().depth()).isEqualTo(best.depth());
            }
            assertThat(out.resolve("checkpoint.safetensors")).doesNotExist();
            assertThat(Json.read(out.resolve(ForecastSearch.FILE), ForecastSearch.Trials.class)
                            .trials())
                    .isEqualTo(trials);
        }
    }

    @Test
    void aTrialWhoseUnitsNoLongerReactIsKeptOnlyWhileNoOtherIs() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            List<ForecastSearch.Trial> trials =
                    search(engine, CellKind.RHN, 0, 4, folder.resolve("out"), 0).run(Set.of(Setting.RATE));
            ForecastSearch.Trial first = trials.getFirst();
            assertThat(first.broken()).isTrue();
            assertThat(first.best()).isTrue();
            ForecastSearch.Trial kept =
                    trials.stream().filter(ForecastSearch.Trial::best).toList().getLast();
            assertThat(kept.broken()).isFalse();
            assertThat(kept.learningRate()).isLessThan(1);
        }
    }

    @Test
    void oneSeedGivesOneResult() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            for (String name : List.of("a", "b")) {
                search(engine, CellKind.RHN, 0, folder.resolve(name), 0).run(Set.of(Setting.RATE, Setting.DEPTH));
            }
        }
        assertThat(Fingerprint.sha256(folder.resolve("b").resolve(ParameterFile.NAME)))
                .isEqualTo(Fingerprint.sha256(folder.resolve("a").resolve(ParameterFile.NAME)));
    }

    @Test
    void aStoppedSearchKeepsTheBestSoFar() {
        Path out = folder.resolve("out");
        try (Engine engine = Engine.builder().threads(1).build()) {
            ForecastSearch search = search(engine, CellKind.RHN, 0, out, 3);
            assertThat(search.run(Set.of(Setting.RATE))).hasSize(2);
            assertThat(search.isStopped()).isTrue();
            ForecastModel.load(out, engine).close();
            ForecastSearch atOnce = search(engine, CellKind.RHN, 0, folder.resolve("none"), 1);
            assertThat(atOnce.run(Set.of(Setting.RATE))).isEmpty();
            assertThat(folder.resolve("none")).isEmptyDirectory();
        }
    }

    @Test
    void timeBoundsTheWholeSearch() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            ForecastSearch search = search(engine, CellKind.RHN, 1e-6, folder.resolve("out"), 0);
            assertThat(search.run(EnumSet.allOf(Setting.class))).hasSizeLessThan(2);
            assertThat(search.isStopped()).isFalse();
        }
    }

    @Test
    void anLstmHasOneDepth() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            ForecastSearch search = search(engine, CellKind.LSTM, 0, folder.resolve("out"), 0);
            assertThatThrownBy(() -> search.run(Set.of(Setting.DEPTH))).isInstanceOf(IllegalArgumentException.class);
            assertThat(search.run(Set.of(Setting.BIAS))).hasSizeGreaterThan(1).allMatch(trial -> trial.depth() == 1);
        }
    }
}
