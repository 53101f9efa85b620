package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/** From a table to forecasts, as a person goes; and what is said of tables that cannot be forecast. */
class ForecastCommandsTest {
    private static final int ROWS = 500;
    private static final List<String> TINY =
            List.of("--hidden=8", "--depth=2", "--batch=8", "--epochs=2", "--threads=1", "--precision=f32");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path table;
    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        table = Files.writeString(shared.resolve("shops.csv"), shops(ROWS, 12));
        model = shared.resolve("model");
        Invocation training = train(
                table, model, "--horizon=12", "--target=sold", "--series=shop", "--known=holiday", "--past=guests");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.err()).contains("season of 24 rows");
        assertThat(training.out())
                .contains(
                        "last season (24 rows)",
                        "MASE by the season of 24 rows",
                        "all combined",
                        "verdict: better than")
                .contains("next: ");
        assertThat(training.err()).doesNotContain("epoch    loss");
    }

    private static Invocation train(Path data, Path out, Object... options) {
        return Invocation.of("train", "forecast", "--data", data, "--out", out, TINY, options);
    }

    /** Two shops, hour by hour; of the last rows the holidays are known alone. */
    private static String shops(int rows, int future) {
        Random random = new Random(5);
        StringBuilder text = new StringBuilder("time,shop,sold,holiday,guests\n");
        for (int shop = 1; shop <= 2; shop++) {
            for (int t = 0; t < rows + future; t++) {
                int holiday = t / 24 % 5 == 0 ? 1 : 0;
                double sold = 100 * shop + 30 * Math.sin(t * 2 * Math.PI / 24) - 5 * holiday + random.nextGaussian();
                text.append(String.format(Locale.ROOT, "%s,%d,", time(t), shop));
                text.append(t < rows ? String.format(Locale.ROOT, "%.2f,%d,%.1f%n", sold, holiday, sold / 3) : ",1,\n");
            }
        }
        return text.toString();
    }

    private static String time(int hour) {
        return LocalDateTime.of(2024, 1, 1, 0, 0).plusHours(hour).toString().replace('T', ' ') + ":00";
    }

    private Path table(int rows, IntFunction<String> value) throws IOException {
        StringBuilder text = new StringBuilder("time,value\n");
        for (int t = 0; t < rows; t++) {
            text.append(time(t)).append(',').append(value.apply(t)).append('\n');
        }
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    private void assertRefused(Invocation invocation, String... parts) {
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).contains(parts).doesNotContain("Exception");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void info_tellsWhatIsForecastFromWhat() {
        Invocation info = Invocation.of("info", model);
        assertThat(info.status()).as(info.err()).isEqualTo(ExitStatus.OK);
        assertThat(info.out())
                .contains(
                        "task        forecast",
                        "forecasts   sold, 12 rows ahead",
                        "a season has 24",
                        "known       holiday",
                        "past        guests",
                        "rows        hourly");
    }

    @Test
    void train_searchKeepsTheBestTrialAndTellsAll() throws IOException {
        Path out = folder.resolve("searched");
        List<String> small = List.of("--hidden=4", "--batch=8", "--threads=1", "--precision=f32", "--minutes=0.02");
        Object[] options = {"--data", table, "--out", out, "--horizon=12", "--target=sold", "--series=shop", small};
        Invocation run = Invocation.of("train", "forecast", "--search", "--json", options);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.err()).contains("validation loss", "best so far", "rhn forecast");
        JsonNode trials = run.json().get("search");
        assertThat(trials).isNotEmpty();
        assertThat(Invocation.json(out.resolve("search.json")).get("trials")).isEqualTo(trials);
        assertThat(Invocation.of("forecast", out, "--data", table).status()).isEqualTo(ExitStatus.OK);

        assertRefused(Invocation.of("train", "forecast", "--search", options), "already holds a model");
        assertRefused(
                Invocation.of("train", "forecast", "--search", "--force", "--epochs=3", options), "leave --epochs out");
        assertRefused(
                Invocation.of("train", "forecast", "--data", table, "--out", out, "--resume", "--search"),
                "--search cannot be given with --resume");
        assertThat(out.resolve("config.json")).exists();
        Invocation again =
                Invocation.of("train", "forecast", "--search", "--force", "--learning-rate=0.01", "--depth=1", options);
        assertThat(again.status()).as(again.err()).isEqualTo(ExitStatus.OK);
        assertThat(again.out()).contains("is kept: rate 0.0100, ", "depth 1, gate bias ", "MASE");
        Invocation anew = Invocation.of("train", "forecast", "--force", "--epochs=1", options);
        assertThat(anew.status()).as(anew.err()).isEqualTo(ExitStatus.OK);
        assertThat(out.resolve("search.json")).doesNotExist();
    }

    @Test
    void train_networkAloneIsNotCombined() {
        Path out = folder.resolve("alone");
        Invocation trained = train(
                table, out, "--horizon=12", "--target=sold", "--series=shop", "--network-alone", "--verbose", "--json");
        assertThat(trained.status()).as(trained.err()).isEqualTo(ExitStatus.OK);
        assertThat(out.resolve("combination.json")).doesNotExist();
        assertThat(model.resolve("combination.json")).exists();
        assertThat(trained.json().get("test").get("verdict").get("network").asDouble())
                .isEqualTo(1);
        assertThat(trained.err()).contains("epoch");
    }

    @Test
    void train_plainErrorsOfShares() throws IOException {
        Path out = folder.resolve("plain");
        Invocation trained = train(
                table,
                out,
                "--horizon=12",
                "--target=sold",
                "--series=shop",
                "--past=guests",
                "--log",
                "--errors=plain");
        assertThat(trained.status()).as(trained.err()).isEqualTo(ExitStatus.OK);
        assertThat(Files.readString(out.resolve("config.json"))).contains("\"errors\": \"plain\"");
        Invocation wrong = train(table, folder.resolve("wrong"), "--horizon=12", "--target=sold", "--errors=scald");
        assertThat(wrong.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(wrong.err()).contains("did you mean scaled?");
    }

    @Test
    void forecast_writesTheNextRowsOfEachSeriesAndAPage() throws IOException {
        Path csv = folder.resolve("forecast.csv");
        Path page = folder.resolve("page.html");
        Invocation run = Invocation.of(
                "forecast",
                model,
                "--data",
                table,
                "--quantiles=.1,.5,.9",
                "--out",
                csv,
                "--plot",
                page,
                "--threads=1");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSize(1 + 2 * 12);
        assertThat(lines.getFirst()).isEqualTo("series,time,mean,q0.1,q0.5,q0.9");
        assertThat(lines.get(1)).startsWith("1," + time(ROWS) + ",");
        assertThat(lines.get(13)).startsWith("2," + time(ROWS) + ",");
        String[] cells = lines.get(13).split(",");
        assertThat(Double.parseDouble(cells[4])).isBetween(120.0, 260.0);
        assertThat(Double.parseDouble(cells[3])).isLessThanOrEqualTo(Double.parseDouble(cells[4]));
        assertThat(Files.readString(page))
                .contains("\"horizon\"")
                .doesNotContain("{{")
                .doesNotContain("src=\"http");
    }

    @Test
    void forecast_jsonIsOneObject() {
        Invocation run = Invocation.of("forecast", model, "--data", table, "--json", "--threads=1");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode forecasts = run.json().get("forecasts");
        assertThat(forecasts.size()).isEqualTo(2);
        assertThat(forecasts.get(0).get("times").size()).isEqualTo(12);
        assertThat(forecasts.get(0).get("quantiles").size())
                .isEqualTo(run.json().get("levels").size());
    }

    @Test
    void eval_scoresTheLastRows() {
        Invocation run = Invocation.of("eval", model, "--data", table, "--rows=40", "--json", "--threads=1");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.json().get("windows").asInt()).isEqualTo(2 * (40 - 12 + 1));
        assertThat(run.json().get("methods").size()).isEqualTo(4);
        Invocation refused = Invocation.of("eval", model, "--data", table, "--streams=2");
        assertRefused(refused, "--streams is for models of texts");
    }

    @Test
    void train_targetIsFoundWhereThereIsOneColumn() throws IOException {
        Path data = table(300, t -> Double.toString(5 + Math.sin(t * 2 * Math.PI / 24)));
        Invocation run = train(data, folder.resolve("out"), "--horizon=6", "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.json().get("season").asInt()).isEqualTo(24);
        assertThat(run.json().get("test").get("methods").size()).isEqualTo(4);
    }

    @Test
    void train_severalColumnsWithoutATargetAreNamed() {
        assertRefused(
                train(table, folder.resolve("out"), "--horizon=6", "--series=shop"),
                "columns that could be forecast (sold, ");
    }

    @Test
    void train_missingColumnIsSuggested() {
        assertRefused(
                train(table, folder.resolve("out"), "--horizon=6", "--series=shop", "--target=solt"),
                "solt",
                "did you mean",
                "sold");
        assertRefused(
                train(
                        table,
                        folder.resolve("out"),
                        "--horizon=6",
                        "--series=shop",
                        "--target=sold",
                        "--known=holidays"),
                "holidays",
                "holiday");
    }

    @Test
    void train_wrongTimeColumnIsRefused() {
        assertRefused(train(table, folder.resolve("out"), "--horizon=6", "--target=sold", "--time=guests"), "guests");
    }

    @Test
    void train_horizonIsAskedFor() {
        assertRefused(train(table, folder.resolve("out"), "--target=sold"), "--horizon is missing");
    }

    @Test
    void train_constantColumnIsRefused() throws IOException {
        assertRefused(train(table(300, t -> "7"), folder.resolve("out"), "--horizon=6"), "one and the same value");
    }

    @Test
    void train_allMissingIsRefused() throws IOException {
        assertRefused(train(table(300, t -> "NA"), folder.resolve("out"), "--horizon=6", "--target=value"), "missing");
    }

    @Test
    void train_infiniteValueIsRefusedWithItsLine() throws IOException {
        assertRefused(
                train(table(300, t -> t == 40 ? "inf" : "" + t % 24), folder.resolve("out"), "--horizon=6"), "line 42");
    }

    @Test
    void train_horizonTooLongForTheDataIsRefused() throws IOException {
        assertRefused(
                train(table(60, t -> "" + t % 24), folder.resolve("out"), "--horizon=30"),
                "a horizon of 30 rows is too long",
                "has 60 rows");
    }

    @Test
    void train_seriesShorterThanContextAndHorizonTrainsOnWhatThereIs() throws IOException {
        Invocation run =
                train(table(60, t -> "" + (t % 24 + t % 3)), folder.resolve("out"), "--horizon=6", "--context=48");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void forecast_unknownFutureOfACovariateIsRefused() throws IOException {
        Path without = Files.writeString(folder.resolve("without.csv"), shops(ROWS, 3));
        assertRefused(
                Invocation.of("forecast", model, "--data", without, "--threads=1"),
                "\"holiday\" is not known at",
                "of series \"1\"");
    }

    @Test
    void forecast_quantilesBeyondTheModelsAreRefused() {
        assertRefused(
                Invocation.of("forecast", model, "--data", table, "--quantiles=.01,.5"), "from 0.05 to 0.95", "0.01");
        assertRefused(Invocation.of("forecast", model, "--data", table, "--quantiles=.5,.1"), "not ascending");
    }

    @Test
    void forecast_modelOfAnotherTaskIsRefused() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"format\": \"rhn4j/1\", \"task\": \"anomaly\"}");
        assertRefused(Invocation.of("forecast", folder, "--data", table), "for the task anomaly");
        assertRefused(Invocation.of("forecast", folder.resolve("none"), "--data", table), "There is no model folder");
    }
}
