package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ExplainCommandTest {
    @TempDir
    private Path folder;

    @Test
    void explain_ofATrainedModel_showsStabilityGatesAndLesions() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(Main.OK);

        Invocation text = Invocation.of("explain", model, "--data", data, "--threads", 1);
        assertThat(text.status()).as(text.err()).isEqualTo(Main.OK);
        assertThat(text.out())
                .contains("What stands out", "spectral radius", "largest Lyapunov exponent")
                .containsPattern("transform +0 +0\\.\\d+")
                .containsPattern("transform shut +1 +[+-]\\d\\.\\d+ ±");

        Path page = folder.resolve("page.html");
        Invocation written =
                Invocation.of("explain", model, "--data", data, "--threads", 1, "--out", page, "--language", "ja");
        assertThat(written.status()).as(written.err()).isEqualTo(Main.OK);
        assertThat(page).content().contains("<html", "lang=\"ja\"");
        Invocation again = Invocation.of("explain", model, "--data", data, "--out", page);
        assertThat(again.status()).isEqualTo(Main.USER_ERROR);
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
    void explain_onATextThatIsTooShort_saysSo() throws IOException {
        Path data = Invocation.data(folder.resolve("data"), 200);
        Path model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(Main.OK);
        Path text = folder.resolve("short.txt");
        Files.writeString(text, "the cat\n");

        Invocation refused = Invocation.of("explain", model, "--data", text);

        assertThat(refused.status()).isEqualTo(Main.USER_ERROR);
        assertThat(refused.err()).contains("too short");
        assertThat(refused.out()).isEmpty();
    }
}
