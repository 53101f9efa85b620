package org.rhn4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class ModelsTest {
    @TempDir
    private Path folder;

    private Training tiny() {
        return Training.into(folder.resolve("model"))
                .threads(1)
                .units(8)
                .depth(2)
                .epochs(2)
                .f32();
    }

    private static double[] wave(int rows) {
        return IntStream.range(0, rows).mapToDouble(t -> 10 + Math.sin(t / 3.0)).toArray();
    }

    @Test
    void anomalies_inMemoryAndFromAFile_areTheSame() throws Exception {
        double[] usual = wave(300);
        double[] odd = usual.clone();
        odd[250] = 40;
        Table table = Table.builder().numbers("x", usual).build();
        try (AnomalyModel model = AnomalyModel.train(table, tiny())) {
            List<AnomalyModel.Row> rows =
                    model.detect(Table.builder().numbers("x", odd).build());
            assertThat(rows).hasSize(300);
            assertThat(rows.get(250).score()).isGreaterThan(rows.get(200).score());
            assertThat(rows.get(250).cause()).isEqualTo("x");

            StringBuilder csv = new StringBuilder("x\n");
            Arrays.stream(odd).forEach(value -> csv.append(value).append('\n'));
            Path file = Files.writeString(folder.resolve("odd.csv"), csv);
            assertThat(model.detect(Table.read(file))).isEqualTo(rows);
            try (var stream = Files.newInputStream(file)) {
                assertThat(model.detect(Table.read(stream, "odd"))).isEqualTo(rows);
            }
        }
        try (Model again = Models.load(folder.resolve("model"))) {
            assertThat(again).isInstanceOf(AnomalyModel.class);
            assertThat(again.task()).isEqualTo("anomaly");
            assertThat(again.parameters()).isPositive();
        }
    }

    @Test
    void forecasts_ofArraysInMemory() {
        LocalDate day = LocalDate.of(2026, 1, 1);
        List<LocalDate> days = IntStream.range(0, 140).mapToObj(day::plusDays).toList();
        double[] sold =
                IntStream.range(0, 140).mapToDouble(t -> 100 + 10 * (t % 7)).toArray();
        Table table = Table.builder().times("day", days).numbers("sold", sold).build();
        try (ForecastModel model = ForecastModel.train(table, "sold", 7, tiny())) {
            ForecastModel.Forecast forecast = model.forecast(table).getFirst();
            assertThat(forecast.times()).hasSize(7).startsWith("2026-05-21");
            for (int step = 0; step < 7; step++) {
                assertThat(forecast.median().get(step)).isBetween(90.0, 175.0);
                assertThat(forecast.quantiles().getFirst().get(step))
                        .isLessThanOrEqualTo(forecast.quantiles().getLast().get(step));
            }
        }
    }

    @Test
    void lives() {
        StringBuilder csv = new StringBuilder("unit,a,b\n");
        for (int unit = 0; unit < 12; unit++) {
            int length = 20 + unit;
            for (int row = 0; row < length; row++) {
                csv.append(unit)
                        .append(',')
                        .append(row / (double) length)
                        .append(',')
                        .append(unit)
                        .append('\n');
            }
        }
        Table table = Table.ofCsv(csv.toString());
        try (FailureModel model = FailureModel.train(table, "unit", tiny())) {
            assertThat(model.predict(table)).hasSize(12).allSatisfy(life -> {
                assertThat(life.life()).isBetween(life.lower(), life.upper());
            });
        }
    }

    @Test
    void texts() throws Exception {
        Path text = Files.write(
                folder.resolve("text.txt"),
                "the cat sat on the mat\nthe dog sat on the log\n".repeat(60).getBytes(StandardCharsets.UTF_8));
        try (TextModel model = TextModel.trainWords(text, tiny())) {
            assertThat(model.perplexity("the cat sat on the mat")).isBetween(1.0, 20.0);
            String whole = model.continued("the dog", 12, 5);
            assertThat(whole).isNotBlank();
            try (TextModel.Writer writer = model.writer()) {
                writer.read("the dog");
                assertThat(writer.write(12, 1, 5)).isEqualTo(whole);
            }
        }
    }

    @Test
    void columnsInMemory_areCheckedAsAFileIs() {
        assertThatThrownBy(() -> Table.builder().numbers("x", 1, Double.POSITIVE_INFINITY))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("\"x\"")
                .hasMessageContaining("row 2");
        assertThatThrownBy(
                        () -> Table.builder().numbers("x", 1).numbers("y", 1, 2).build())
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> Table.builder().build()).isInstanceOf(UserError.class);
        LocalDate day = LocalDate.of(2026, 1, 1);
        List<LocalDate> twice = IntStream.range(0, 200)
                .mapToObj(i -> day.plusDays(i == 100 ? 99 : i))
                .toList();
        Table table =
                Table.builder().times("day", twice).numbers("x", wave(200)).build();
        assertThatThrownBy(() -> AnomalyModel.train(table, tiny()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the table")
                .hasMessageNotContaining("rhn4j-table");
    }
}
