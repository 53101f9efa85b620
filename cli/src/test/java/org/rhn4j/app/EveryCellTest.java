package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.cells.CellKind;
import tools.jackson.databind.JsonNode;

/** Whatever may be trained with one cell may be with each: trained, used, and looked into. */
class EveryCellTest {
    private static final int ROWS = 240;

    @TempDir
    private Path folder;

    private Path table() throws IOException {
        StringBuilder text = new StringBuilder("time,flow\n");
        for (int t = 0; t < ROWS; t++) {
            double flow = 50 + 10 * Math.sin(t * 2 * Math.PI / 24) + t * 7 % 5;
            text.append(String.format(Locale.ROOT, "2024-01-%02d %02d:00:00,%.2f%n", 1 + t / 24, t % 24, flow));
        }
        return Files.writeString(folder.resolve("flow.csv"), text);
    }

    private Path histories() throws IOException {
        StringBuilder text = new StringBuilder("machine,hour,temperature\n");
        for (int i = 0; i < 10; i++) {
            for (int t = 0; t < 20 + i; t++) {
                text.append("m%d,%d,%d%n".formatted(i, t + 1, 20 + t * t / (20 + i)));
            }
        }
        return Files.writeString(folder.resolve("machines.csv"), text);
    }

    private JsonNode trained(CellKind cell, String task, Path data, Path model, Object... options) {
        Invocation training = Invocation.of(
                "train",
                task,
                "--data",
                data,
                "--out",
                model,
                "--cell=" + cell.key(),
                "--hidden=8",
                "--epochs=1",
                "--threads=1",
                "--precision=f32",
                "--json",
                options);
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        return training.json();
    }

    private static Invocation done(Object... arguments) {
        Invocation run = Invocation.of(arguments);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        return run;
    }

    @ParameterizedTest
    @EnumSource
    void everyTask_trainsAndUsesIt(CellKind cell) throws IOException {
        Path table = table();
        Path forecaster = folder.resolve("forecaster");
        trained(cell, "forecast", table, forecaster, "--target=flow", "--horizon=6");
        assertThat(done("forecast", forecaster, "--data", table).out()).contains("2024-01-11");

        Path detector = folder.resolve("detector");
        trained(cell, "anomaly", table, detector);
        done("detect", detector, "--data", table);

        Path histories = histories();
        Path predictor = folder.resolve("predictor");
        trained(cell, "failure", histories, predictor, "--unit=machine", "--time=hour");
        assertThat(done("predict", predictor, "--data", histories).out()).contains("m3");

        assertThat(done("info", forecaster).out()).contains(cell.key());
    }

    @ParameterizedTest
    @EnumSource
    void aText_isLearntWrittenOnAndExplained(CellKind cell) throws IOException {
        Path text = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        trained(cell, "text", text, model, "--batch=4", "--window=8");
        done("generate", model, "--length=5");

        Path page = folder.resolve("page.html");
        String told = done("explain", model, "--data", text, "--threads=1", "--out", page)
                .out();
        cell.cell(1).blocks().stream()
                .filter(block -> block.isGate())
                .forEach(gate -> assertThat(told).contains(gate.name()));
        cell.cell(1)
                .lesions()
                .forEach(
                        held -> assertThat(told).contains(held.getFirst().name().replace('-', ' ')));
        assertThat(page).content().contains("<html");
    }
}
