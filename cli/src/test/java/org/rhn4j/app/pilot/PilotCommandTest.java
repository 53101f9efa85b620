package org.rhn4j.app.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.ContenderName;
import org.rhn4j.pilot.PilotListener;
import org.rhn4j.pilot.PilotResult;
import org.rhn4j.store.Json;

class PilotCommandTest {
    private static final List<String> SHORT = List.of("--minutes=0.1", "--seeds=2", "--depths=1", "--threads=2");

    @TempDir
    private Path folder;

    private Path data;
    private Path page;

    @BeforeEach
    void writeData() throws IOException {
        StringBuilder text = new StringBuilder("day,sold,price\n");
        for (int row = 0; row < 200; row++) {
            double sold = 20 + 8 * Math.sin(row * 2 * Math.PI / 7) + Math.sin(row * row * 0.37);
            text.append(java.time.LocalDate.of(2024, 1, 1).plusDays(row))
                    .append(String.format(Locale.ROOT, ",%.3f,%d%n", sold, row % 3));
        }
        data = Files.writeString(folder.resolve("sales.csv"), text);
        page = folder.resolve("pilot.html");
    }

    private Invocation pilot(Object... options) {
        List<Object> all = new ArrayList<>(List.of("pilot", "--out", page));
        all.addAll(List.of(options));
        return Invocation.of(all.toArray());
    }

    private Invocation onData(Object... options) {
        List<Object> all = new ArrayList<>(List.of("--data", data));
        all.addAll(List.of(options));
        return pilot(all.toArray());
    }

    @Test
    void pilot_onATable_writesPagesAndFigures() throws IOException {
        Invocation run = onData(
                "--target=sold",
                "--known=price",
                "--horizon=7",
                "--language=en,ja",
                "--price-per-hour=0.5",
                "--currency=eur",
                "--watts=15",
                "--json",
                SHORT);

        assertThat(run.status()).as(run.err()).isZero();
        Path japanese = folder.resolve("pilot-ja.html");
        Path figures = folder.resolve("pilot.json");
        PilotResult result = Json.read(figures, PilotResult.class);
        assertThat(result.complete()).isTrue();
        assertThat(result.data().season()).isEqualTo(7);
        assertThat(result.conditions().currency()).isEqualTo("EUR");
        assertThat(result.contenders().stream().map(c -> c.runs().size())).containsExactly(1, 1, 2, 2);
        assertThat(run.json().get("decision").get("choice").stringValue())
                .isEqualTo(
                        Invocation.json(figures).get("decision").get("choice").stringValue());
        assertThat(Files.readString(page)).contains("<html lang=\"en\">", "\"headline\"");
        assertThat(Files.readString(japanese)).contains("<html lang=\"ja\">", "結論");
        assertThat(run.err())
                .contains("the page is in " + page, "the page is in " + japanese, "figures are in " + figures);
    }

    @Test
    void pilot_thatIsStopped_tellsWhatThereIs() throws Exception {
        Path log = folder.resolve("log");
        Process process = Invocation.start(
                log, "pilot", "--data", data, "--target=sold", "--horizon=7", "--out", page, "--minutes=5");
        try {
            while (process.isAlive() && !Files.readString(log).contains("trainings")) {
                Thread.sleep(50);
            }
            Thread.sleep(1000);
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(143);
        assertThat(Files.readString(log)).contains("stopping: the page will tell what has been measured");
        assertThat(Json.read(folder.resolve("pilot.json"), PilotResult.class).complete())
                .isFalse();
        assertThat(Files.readString(page)).contains("\"complete\": false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--target=sold | Tell how many rows of {data} are to be forecast at once, as in --horizon 14.",
                "--target=solt --horizon=7 | did you mean \"sold\"?",
                "--horizon=7 | several numeric columns: sold, price; name the one to forecast by --target",
                "--target=sold --horizon=70 | needs a series of at least 360 rows",
                "--target=sold --horizon=0 | The horizon is 0, but must be from 1 to 10000.",
                "--target=sold --horizon=7 --minutes=0.01 | minutes are too few for 15 trainings",
                "--target=sold --horizon=7 --minutes=-1 | The time in minutes is -1.0, but must be above 0.",
                "--target=sold --horizon=7 --seeds=0 | The number of seeds is 0, but must be from 1 to 1000.",
                "--target=sold --horizon=7 --depths=0 | The depth is 0, but must be from 1 to 100.",
                "--target=sold --horizon=7 --currency=euro | --currency must be a code of ISO 4217",
                "--target=sold --horizon=7 --language=de | is none of en, ja",
                "--target=sold --horizon=7 --parameters=120 | 120 parameters are too few here",
                "--target=sold --horizon=7 --watts=0 | The power in watts is 0.0, but must be above 0.",
                "--target=sold --horizon=7 --known=holiday | there is no column \"holiday\""
            })
    void pilot_thatCannotBe_isRefusedInASentence(String options, String sentence) {
        Invocation run = onData(List.of(options.split(" ")));

        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err())
                .contains(sentence.replace("{data}", data.toString()))
                .doesNotContain("\tat ");
        assertThat(page).doesNotExist();
    }

    @Test
    void pilot_ofAMissingFile_isRefused() {
        Invocation run = pilot("--data", folder.resolve("sale.csv"), "--target=sold", "--horizon=7");

        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).contains("does not exist; did you mean " + data);
    }

    @Test
    void pilot_ofColumnsWithoutATable_isRefused() {
        assertThat(pilot("--target=sold").err()).contains("name the table by --data");
    }

    @Test
    void pilot_wherePageOrFiguresExist_isRefusedBeforeAnyWork() throws IOException {
        Files.writeString(folder.resolve("pilot.json"), "{}");

        assertThat(pilot().err()).contains("pilot.json exists already; name another file by --out");

        Files.delete(folder.resolve("pilot.json"));
        Files.writeString(page, "mine");
        assertThat(pilot().err()).contains("pilot.html exists already");
        assertThat(Files.readString(page)).isEqualTo("mine");
    }

    @Test
    void pilot_intoAFolderThatIsNotThere_isRefusedBeforeAnyWork() {
        Invocation run = Invocation.of("pilot", "--out", folder.resolve("no").resolve("pilot.html"));

        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).contains("there is no folder " + folder.resolve("no"));
    }

    @Test
    void progress_tellsWhatIsTrainedHowFarAndHowLong() {
        String text = PilotProgressLine.text(new PilotListener.Progress(
                PilotListener.Stage.TRAINING,
                List.of(
                        new PilotListener.Run(ContenderName.of(CellKind.LSTM, 1), 2),
                        new PilotListener.Run(ContenderName.rhn(3), 2)),
                7,
                15,
                0.46,
                146));

        assertThat(text).isEqualTo("46 %, training LSTM and RHN depth 3, 7 of 15 done, 2 min left");
    }
}
