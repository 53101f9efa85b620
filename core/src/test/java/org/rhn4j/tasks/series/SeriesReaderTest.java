package org.rhn4j.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class SeriesReaderTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("sales.csv");
    }

    @Test
    void read_hourlyWithGapAndCovariates() throws IOException {
        Files.writeString(file, """
            time,price,holiday,sales
            2024-01-01 00:00,1.5,no,10
            2024-01-01 01:00,1.5,no,11
            2024-01-01 02:00,,yes,NA
            2024-01-01 04:00,2,no,14
            2024-01-01 05:00,2,no,
            """);
        SeriesSet set = read(SeriesSchema.of("sales").withKnown(List.of("price", "holiday")));
        assertThat(set.frequency()).isEqualTo(Frequency.HOURLY);
        Series series = set.series().getFirst();
        assertThat(series.targets()[0]).containsExactly(10, 11, Double.NaN, Double.NaN, 14, Double.NaN);
        assertThat(series.known()[0]).containsExactly(1.5, 1.5, Double.NaN, Double.NaN, 2, 2);
        assertThat(series.known()[1]).containsExactly(0, 0, 1, Double.NaN, 0, 0);
        assertThat(set.levels()).containsEntry("holiday", List.of("no", "yes"));
        assertThat(series.observedLength()).isEqualTo(5);
        assertThat(series.time().textAt(6)).isEqualTo("2024-01-01 06:00:00");
        assertThat(set.report().warnings())
                .containsExactly(
                        "Line 5: 1 row is missing in 1 gap, the first after 2024-01-01 02:00:00; their values count as"
                                + " missing.");
    }

    @Test
    void read_longTableWithSeveralSeries() throws IOException {
        Files.writeString(file, """
            shop;day;sold
            a;01.02.2024;1,5
            b;14.02.2024;7
            a;02.02.2024;2,5
            b;15.02.2024;8
            """);
        SeriesSet set = read(SeriesSchema.of("sold").withSeries("shop"));
        assertThat(set.frequency()).isEqualTo(Frequency.DAILY);
        assertThat(set.series()).extracting(Series::id).containsExactly("a", "b");
        assertThat(set.series().get(0).targets()[0]).containsExactly(1.5, 2.5);
        assertThat(set.series().get(1).time().textAt(0)).isEqualTo("2024-02-14");
        assertThat(set.report().found().getFirst())
                .isEqualTo("UTF-8 text, cells separated by semicolon, decimal comma.");
    }

    @Test
    void read_missingColumn_nearestIsSuggested() throws IOException {
        Files.writeString(file, "date,price\n2024-01-01,1\n2024-01-02,2\n");
        assertThatThrownBy(() -> read(SeriesSchema.of("pirce")))
                .isInstanceOf(UserError.class)
                .hasMessage("%s, line 1: there is no column \"pirce\"; did you mean \"price\"?", file);
    }

    @Test
    void read_aValueFarFromAllOthers_isTold() throws IOException {
        StringBuilder text = new StringBuilder("date,sold\n");
        for (int day = 1; day < 29; day++) {
            text.append("2024-01-%02d,%s%n".formatted(day, day == 7 || day == 9 ? "9.96921e36" : 10 + day % 5));
        }
        Files.writeString(file, text);
        SeriesSet set = read(SeriesSchema.of("sold"));
        assertThat(set.report().warnings())
                .containsExactly(
                        "Line 8: the value 9.96921E36 of sold, the first of 2 such values, is more than a million"
                            + " times as far from the others as most of these are from each other; if it stands for a"
                            + " missing one, tell so.");
        Files.writeString(file, text.toString().replace("9.96921e36", "15"));
        assertThat(read(SeriesSchema.of("sold")).report().warnings()).isEmpty();
    }

    @Test
    void schema_aColumnInTwoParts_isRefused() {
        assertThatThrownBy(() -> SeriesSchema.of("sold", "sold"))
                .isInstanceOf(UserError.class)
                .hasMessage("The column \"sold\" is named twice as a target; name it once.");
        assertThatThrownBy(() -> SeriesSchema.of("sold").withKnown(List.of("price", "sold")))
                .isInstanceOf(UserError.class)
                .hasMessage("The column \"sold\" is named as a target and as known in advance; name it once.");
    }

    private SeriesSet read(SeriesSchema schema) {
        return new SeriesReader(schema, ReadingOptions.AUTOMATIC).read(file);
    }
}
