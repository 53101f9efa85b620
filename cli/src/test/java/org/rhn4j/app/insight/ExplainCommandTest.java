package org.rhn4j.app.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

class ExplainCommandTest {
    @TempDir
    private Path folder;

    @Test
    void explain_ofATrainedModel_showsStabilityGatesAndLesions() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(ExitStatus.OK);

        Invocation text = Invocation.of("explain", model, "--data", data, "--threads", 1);
        assertThat(text.status()).as(text.err()).isEqualTo(ExitStatus.OK);
        assertThat(text.out())
                .contains("What stands out", "spectral radius", "largest Lyapunov exponent")
                .containsPattern("transform +0 +0\\.\\d+")
                .containsPattern("transform shut +1 +[+-]\\d\\.\\d+ ±");

        Path page = folder.resolve("page.html");
        Invocation written =
                Invocation.of("explain", model, "--data", data, "--threads", 1, "--out", page, "--language", "ja");
        assertThat(written.status()).as(written.err()).isEqualTo(ExitStatus.OK);
        assertThat(page).content().contains("<html", "lang=\"ja\"");
        Invocation again = Invocation.of("explain", model, "--data", data, "--out", page);
        assertThat(again.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(again.err()).contains("exists already", "--force");

        JsonNode json = Invocation.of("explain", model, "--data", data, "--threads", 1, "--json")
                .json();
        JsonNode layer = json.get("layers").get(0);
        assertThat(layer.get("micro_layers").size()).isEqualTo(2);
        assertThat(layer.get("snapshots").get(0).get("eigenvalues").get("real").size())
                .isEqualTo(16);
        assertThat(json.get("loss").asDouble()).isPositive();
    }

    @Test
    void explain_besideAnother_tellsBothAndTheChosenUnit() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path rhn = folder.resolve("rhn");
        Path lstm = folder.resolve("lstm");
        assertThat(Invocation.train(data, rhn).status()).isEqualTo(ExitStatus.OK);
        Invocation trained = Invocation.of(
                "train",
                "text",
                "--data",
                data,
                "--out",
                lstm,
                "--cell=lstm",
                "--hidden=16",
                "--depth=1",
                "--epochs=1",
                "--batch=4",
                "--window=8",
                "--threads=1",
                "--precision=f32");
        assertThat(trained.status()).as(trained.err()).isEqualTo(ExitStatus.OK);
        Path page = folder.resolve("page.html");

        Invocation both = Invocation.of(
                "explain",
                rhn,
                "--beside",
                lstm,
                "--data",
                data,
                "--threads",
                1,
                "--unit",
                "3:0:1",
                "--out",
                page,
                "--json");

        assertThat(both.status()).as(both.err()).isEqualTo(ExitStatus.OK);
        JsonNode json = both.json();
        JsonNode unit =
                json.get("model").get("layers").get(0).get("gates").get("units").get(0);
        assertThat(unit.get("unit").intValue()).isEqualTo(3);
        assertThat(unit.get("micro_layer").intValue()).isEqualTo(1);
        assertThat(unit.get("time_constant").doubleValue()).isPositive();
        assertThat(json.get("beside")
                        .get("layers")
                        .get(0)
                        .get("reach")
                        .get("mean")
                        .size())
                .isGreaterThan(10);
        assertThat(page).content().containsPattern("\"name\" ?: ?\"rhn\"").containsPattern("\"name\" ?: ?\"lstm\"");

        Invocation none = Invocation.of("explain", rhn, "--data", data, "--threads", 1, "--unit", "3:0:2");
        assertThat(none.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(none.err()).contains("no unit 3 in micro-layer 2");
        Invocation wrong = Invocation.of("explain", rhn, "--data", data, "--unit", "three");
        assertThat(wrong.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(wrong.err()).contains("--unit three is not a unit");
    }

    @Test
    void explain_ofADetector_tellsValuesAndTheCalendar() throws IOException {
        StringBuilder table = new StringBuilder("time,flow\n");
        for (int t = 0; t < 480; t++) {
            table.append("2024-01-%02d %02d:00:00,%d%n".formatted(1 + t / 24, t % 24, 50 + 10 * (t % 24) + t % 7));
        }
        Path data = Files.writeString(folder.resolve("pump.csv"), table);
        Path model = folder.resolve("model");
        Invocation trained = Invocation.of(
                "train",
                "anomaly",
                "--data",
                data,
                "--out",
                model,
                "--hidden=8",
                "--depth=2",
                "--batch=4",
                "--window=16",
                "--epochs=1",
                "--threads=1",
                "--precision=f32");
        assertThat(trained.status()).as(trained.err()).isEqualTo(ExitStatus.OK);

        Invocation run = Invocation.of("explain", model, "--data", data, "--threads", 1, "--json");

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode json = run.json();
        assertThat(json.get("loss_unit").stringValue()).isEqualTo("per-value");
        assertThat(json.get("stretch").get("channels").get(0).get("name").stringValue())
                .isEqualTo("flow");
        JsonNode unit = json.get("layers").get(0).get("gates").get("units").get(0);
        assertThat(unit.get("profiles").toString()).contains("value", "hour", "weekday");
        assertThat(Invocation.of("explain", model, "--data", data, "--threads", 1)
                        .out())
                .contains("per value", "flow ", "hour ");
        Path text = Invocation.data(folder.resolve("text"), 200);
        Path words = folder.resolve("words");
        assertThat(Invocation.train(text, words).status()).isEqualTo(ExitStatus.OK);
        assertThat(Invocation.of("explain", model, "--beside", words, "--data", data)
                        .err())
                .contains("name two of one task");
    }

    @Test
    void explain_onATextThatIsTooShort_saysSo() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(ExitStatus.OK);
        Path text = folder.resolve("short.txt");
        Files.writeString(text, "the cat\n");

        Invocation refused = Invocation.of("explain", model, "--data", text);

        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err()).contains("too short");
        assertThat(refused.out()).isEmpty();
    }
}
