package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;

class PilotRunnerTest {
    private static final int HORIZON = 5;

    @TempDir
    private Path folder;

    /** Rows numbered from 0 with a season of 6 and a little noise. */
    private SeriesSet data(int rows) throws IOException {
        StringBuilder text = new StringBuilder("y\n");
        for (int row = 0; row < rows; row++) {
            double noise = Math.sin(row * row * 0.37);
            text.append(String.format(Locale.ROOT, "%.4f%n", 20 + 8 * Math.sin(row * Math.PI / 3) + noise));
        }
        Path file = Files.writeString(folder.resolve("y.csv"), text);
        return new SeriesReader(SeriesSchema.of("y").withRowNumbers(), ReadingOptions.AUTOMATIC).read(file);
    }

    private static PilotSettings settings(double minutes, int seeds) {
        return new PilotSettings(
                HORIZON, minutes, seeds, CellKind.LSTM, List.of(2), 0, 2, Optional.of(20.0), 0.36, "EUR", 3);
    }

    @Test
    void run_measuresAllThatTheReportTells() throws IOException {
        AtomicInteger trained = new AtomicInteger();

        PilotResult result = PilotRunner.run(data(400), "y.csv", settings(0.12, 2), new PilotListener() {
            @Override
            public void trained(ContenderName name, SeedRun run) {
                trained.incrementAndGet();
            }
        });

        assertThat(result.complete()).isTrue();
        assertThat(trained).hasValue(4);
        assertThat(result.contenders())
                .extracting(Contender::name)
                .containsExactly(
                        ContenderName.NAIVE,
                        ContenderName.SEASONAL_NAIVE,
                        ContenderName.of(CellKind.LSTM, 1),
                        ContenderName.rhn(2));
        assertThat(result.data().season()).isEqualTo(6);
        assertEqualConditions(result);
        assertMeasured(result);
        assertThat(Json.read(Json.toText(result), PilotResult.class, "pilot.json")
                        .decision())
                .isEqualTo(result.decision());
    }

    /** Equal parameters within 2 %, equal training time, the same windows for all. */
    private static void assertEqualConditions(PilotResult result) {
        List<Contender> networks =
                result.contenders().stream().filter(c -> c.name().learns()).toList();
        double smallest =
                networks.stream().mapToLong(Contender::parameters).min().orElseThrow();
        assertThat(networks).allSatisfy(c -> {
            assertThat(c.parameters() / smallest).isBetween(1.0, 1.02);
            assertThat(c.runs()).hasSize(2).extracting(SeedRun::seed).containsExactly(3L, 4L);
            assertThat(c.runs()).allSatisfy(run -> {
                assertThat(run.trainingSeconds()).isCloseTo(result.conditions().secondsPerRun(), within(2.0));
                assertThat(run.updates()).isPositive();
                assertThat(run.curve()).isNotEmpty();
            });
        });
        assertThat(result.contenders())
                .flatExtracting(Contender::runs)
                .allSatisfy(run ->
                        assertThat(run.windowErrors()).hasSize(result.windows().size()));
        assertThat(result.windows()).extracting(TestWindow::block).doesNotHaveDuplicates();
    }

    private static void assertMeasured(PilotResult result) {
        Contender lstm = result.contender(ContenderName.of(CellKind.LSTM, 1)).orElseThrow();
        assertThat(lstm.error())
                .as("a network that learns a season is better than the last value")
                .isLessThan(result.contender(ContenderName.NAIVE).orElseThrow().error());
        Cost cost = lstm.cost();
        assertThat(cost).isNotNull();
        assertThat(cost.p50Milliseconds()).isBetween(1e-3, 100.0).isLessThanOrEqualTo(cost.p99Milliseconds());
        assertThat(cost.joulesPerPrediction()).isCloseTo(20 * cost.meanMilliseconds() / 1000, within(1e-9));
        assertThat(cost.costPerMillion()).isCloseTo(0.36 * cost.meanMilliseconds() * 1000 / 3600, within(1e-9));
        assertThat(cost.modelBytes()).isGreaterThan(4 * lstm.parameters());
        assertThat(cost.memoryBytes()).isGreaterThan(4 * lstm.parameters());
        assertThat(result.reach()).extracting(PastReach::name).contains(ContenderName.of(CellKind.LSTM, 1));
        assertThat(result.reach()).allSatisfy(reach -> {
            assertThat(reach.points().getLast().steps()).isEqualTo(result.data().context());
            assertThat(reach.lossAtShortest())
                    .as("one row does not show where in the season it is")
                    .isPositive();
        });
        assertThat(result.forecasts()).isNotEmpty().allSatisfy(drawn -> {
            assertThat(drawn.lines()).hasSize(3);
            assertThat(drawn.values()).hasSameSizeAs(drawn.times());
        });
        assertThat(result.decision().reasons()).isNotEmpty();
    }

    @Test
    void run_whenStopped_tellsWhatThereIs() throws IOException {
        AtomicInteger done = new AtomicInteger();

        PilotResult result = PilotRunner.run(data(400), "y.csv", settings(0.3, 3), new PilotListener() {
            @Override
            public void trained(ContenderName name, SeedRun run) {
                done.incrementAndGet();
            }

            @Override
            public boolean isStopped() {
                return done.get() > 0;
            }
        });

        assertThat(result.complete()).isFalse();
        long runs = result.contenders().stream()
                .filter(c -> c.name().learns())
                .mapToLong(c -> c.runs().size())
                .sum();
        assertThat(runs).isBetween(1L, 3L);
        assertThat(result.decision().choice()).isEqualTo(Decision.Choice.TOO_CLOSE);
        assertThat(result.decision().reasons())
                .extracting(Decision.Reason::kind)
                .contains(Decision.Reason.Kind.INCOMPLETE);
        assertThat(result.forecasts()).isNotEmpty();
    }

    @Test
    void run_stoppedAtOnce_stillTellsTheNaiveForecasts() throws IOException {
        PilotResult result = PilotRunner.run(data(400), "y.csv", settings(5, 3), new PilotListener() {
            @Override
            public boolean isStopped() {
                return true;
            }
        });

        assertThat(result.complete()).isFalse();
        assertThat(result.contenders().stream().filter(c -> !c.runs().isEmpty()))
                .extracting(c -> c.name().kind())
                .containsExactly("naive", "seasonal-naive");
        assertThat(result.conditions().secondsPerRun()).isZero();
    }

    /** Trainings end by the clock; all else is the same each time. */
    @Test
    void run_again_givesTheSameSizesWindowsAndNaiveForecasts() throws IOException {
        PilotListener stopped = new PilotListener() {
            @Override
            public boolean isStopped() {
                return true;
            }
        };
        PilotResult first = PilotRunner.run(data(400), "y.csv", settings(5, 3), stopped);
        PilotResult second = PilotRunner.run(data(400), "y.csv", settings(5, 3), stopped);

        assertThat(second.data()).isEqualTo(first.data());
        assertThat(second.windows()).isEqualTo(first.windows());
        assertThat(sizes(second)).isEqualTo(sizes(first));
        assertThat(errors(second)).containsExactly(errors(first));
    }

    private static List<Long> sizes(PilotResult result) {
        return result.contenders().stream().map(Contender::parameters).toList();
    }

    private static double[] errors(PilotResult result) {
        return result.contenders().stream()
                .flatMap(c -> c.runs().stream())
                .flatMapToDouble(run -> DoubleStream.of(run.windowErrors()))
                .toArray();
    }

    @Test
    void run_withTooFewRows_isRefusedWithANumber() throws IOException {
        SeriesSet few = data(30);

        assertThatThrownBy(() -> PilotRunner.run(few, "y.csv", settings(1, 3), PilotListener.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("needs a series of at least 35 rows")
                .hasMessageContaining("the longest here has 30")
                .hasMessageContaining("a horizon of at most 4");
    }

    @Test
    void run_withTooFewParameters_isRefusedWithANumber() throws IOException {
        SeriesSet set = data(400);
        PilotSettings tiny =
                new PilotSettings(HORIZON, 1, 2, CellKind.LSTM, List.of(1), 300, 2, Optional.empty(), 0.1, "USD", 1);

        assertThatThrownBy(() -> PilotRunner.run(set, "y.csv", tiny, PilotListener.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("300 parameters are too few")
                .hasMessageContaining("by --parameters");
    }
}
