package org.rhn4j.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastEvaluator;
import org.rhn4j.tasks.forecast.ForecastScore;
import org.rhn4j.tasks.forecast.NaiveForecasts;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/** Benchmarks of forecasts: what is known of them comes out, and wrong files are refused. */
class PublishedSeriesTest {
    @TempDir
    private Path folder;

    /** The competition published 13.912 and 1.193 for its seasonal-naive benchmark on the hourly series. */
    @Test
    void m4_seasonalNaiveHasThePublishedErrors() {
        Path data = Path.of("..", "..", "shared", "data", "m4");
        assumeTrue(Files.isDirectory(data), "skipped: there is no " + data);
        SeriesSet set = BenchM4Command.read(data);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(48, 48).of(set);
        ForecastBenchmark.Data split = ForecastBenchmark.Data.of(set, parts, BenchM4Command.HORIZON, 1);
        assertThat(split.test()).hasSize(414);
        ForecastEvaluator evaluator = new ForecastEvaluator(set, split.beforeTest(), 24, BenchM4Command.HORIZON);
        NaiveForecasts naive = new NaiveForecasts(
                set, split.beforeTest(), 24, BenchM4Command.HORIZON, ForecastConfiguration.QUANTILES);
        ForecastScore score = evaluator.score(naive, split.test());
        assertThat(score.smape()).isCloseTo(13.912, within(0.001));
        assertThat(score.mase()).isCloseTo(1.193, within(0.001));
    }

    @Test
    void m4_filesThatDoNotBelongTogetherAreRefused() throws IOException {
        Files.writeString(folder.resolve("Hourly-train.csv"), "V1,V2,V3\nH1,1,2\nH2,3,4\n");
        Files.writeString(folder.resolve("Hourly-test.csv"), "V1,V2\nH1,5\n");
        Invocation run = Invocation.of("bench", "m4", "--data", folder);
        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).contains("2 series to train on and 1 to test");
    }

    @Test
    void carparts_isForecastWithGapsAndEarlyEnds() throws IOException {
        StringBuilder parts = new StringBuilder("Part");
        for (int month = 1; month <= 51; month++) {
            parts.append(",m").append(month);
        }
        for (int part = 0; part < 12; part++) {
            parts.append("\np").append(part);
            for (int month = 0; month < 51; month++) {
                boolean missing = (part == 3 && month > 20 && month < 30) || (part == 4 && month > 42);
                parts.append(',').append(missing ? "" : String.valueOf((month * 7 + part) % 5 / 3));
            }
        }
        Path table = Files.writeString(folder.resolve("parts.csv"), parts + "\n");
        Invocation run = Invocation.of(
                "bench", "carparts", "--data", table, "--epochs=2", "--hidden=8", "--batch=8", "--threads=1", "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.json().get("windows").asInt()).isEqualTo(12);
        assertThat(run.json().get("runs").size()).isEqualTo(3);
    }

    @Test
    void seriesPerRow_nameThatIsThereTwiceIsRefused() throws IOException {
        Path table = Files.writeString(folder.resolve("parts.csv"), "Part,m1,m2\na,1,2\na,3,4\n");
        Invocation run = Invocation.of("bench", "carparts", "--data", table);
        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).contains("line 3").contains("two series \"a\"");
    }

    @Test
    void forecast_tellsSeriesPerSecond() throws IOException {
        StringBuilder rows = new StringBuilder("y\n");
        for (int t = 0; t < 120; t++) {
            rows.append(5 + Math.sin(t * 2 * Math.PI / 12)).append('\n');
        }
        Path table = Files.writeString(folder.resolve("table.csv"), rows);
        Path model = folder.resolve("model");
        Invocation train = Invocation.of(
                "train", "forecast", "--data", table, "--out", model, "--horizon=6", "--hidden=8", "--epochs=1");
        assertThat(train.status()).as(train.err()).isEqualTo(ExitStatus.OK);
        Invocation run = Invocation.of("bench", "forecast", model, "--series=50", "--json", "--threads=1");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.json().get("series_per_second").asDouble()).isPositive();
    }
}
