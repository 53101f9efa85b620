package org.rhn4j.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/** The benchmarks of detection, on small things. */
class AnomalyBenchTest {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final LocalDateTime START = LocalDateTime.of(2024, 1, 1, 0, 0);
    private static final int ROWS = 900;
    private static final int ANOMALY = 600;

    @TempDir
    private Path folder;

    /** Noise that jumps far out in one row. */
    private void writeCorpus() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder("timestamp,value\n");
        for (int t = 0; t < ROWS; t++) {
            text.append(START.plusMinutes(5L * t).format(STAMP))
                    .append(String.format(
                            Locale.ROOT, ",%.3f%n", 20 + random.nextGaussian() + (t == ANOMALY ? 100 : 0)));
        }
        Files.writeString(folder.resolve("jump.csv"), text.toString());
        String first = START.plusMinutes(5L * (ANOMALY - 20)).format(STAMP);
        String last = START.plusMinutes(5L * (ANOMALY + 20)).format(STAMP);
        Files.writeString(
                folder.resolve("combined_windows.json"),
                "{\"real/jump.csv\": [[\"%s.000000\", \"%s.000000\"]]}".formatted(first, last));
    }

    @Test
    void nab_findsTheJumpBesideTheWindowedGaussian() throws IOException {
        writeCorpus();
        Invocation run = Invocation.of(
                "bench",
                "nab",
                "--data",
                folder,
                "--hidden=4",
                "--depth=1",
                "--epochs=2",
                "--seeds=1,2",
                "--threads=1",
                "--precision=f32",
                "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode runs = run.json().get("runs");
        assertThat(runs).hasSize(3);
        assertThat(runs.get(0).get("detector").stringValue()).isEqualTo("windowed Gaussian");
        for (JsonNode each : runs) {
            JsonNode series = each.get("series").get(0);
            assertThat(series.get("name").stringValue()).isEqualTo("jump");
            assertThat(series.get("found").intValue()).isEqualTo(1);
            assertThat(each.get("score").doubleValue()).isBetween(50.0, 100.0);
        }
        Files.delete(folder.resolve("combined_windows.json"));
        Invocation refused = Invocation.of("bench", "nab", "--data", folder);
        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err()).contains("combined_windows.json does not exist");
    }

    @Test
    void detect_tellsRowsPerSecond() {
        Invocation run =
                Invocation.of("bench", "detect", "--hidden=8", "--depth=1", "--threads=1", "--precision=f32", "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode result = run.json();
        assertThat(result.get("rows_per_second").doubleValue()).isPositive();
        assertThat(result.get("rows_per_processor_second").doubleValue()).isPositive();
        assertThat(Invocation.of("bench", "detect", "--channels=0").err()).contains("--channels must be from 1");
    }
}
