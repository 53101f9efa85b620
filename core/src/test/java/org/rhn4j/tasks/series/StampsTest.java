package org.rhn4j.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;

/** Stamps as people and programs write them, the steps that they keep, and columns that only look like values. */
class StampsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WEEK|2021-W05|2021-02-01T00:00",
                "WEEK|2021-W05-1|2021-02-01T00:00",
                "WEEK|2021-W05-7|2021-02-07T00:00",
                "WEEK|2021W057|2021-02-07T00:00",
                "WEEK|2020-W53-5|2021-01-01T00:00",
                "NAMED_MONTH|31-Mar-2024|2024-03-31T00:00",
                "NAMED_MONTH|March 31, 2024|2024-03-31T00:00",
                "NAMED_MONTH|31. März 2024|2024-03-31T00:00",
                "NAMED_MONTH|1 août 2023 07:30|2023-08-01T07:30",
                "NAMED_MONTH|Sun, 31 Mar 2024 12:00:00|2024-03-31T12:00",
                "NAMED_MONTH|Sonntag, 31. März 2024|2024-03-31T00:00",
                "YEAR_MONTH|Januar 2015|2015-01-01T00:00",
                "YEAR_MONTH|Okt 2015|2015-10-01T00:00",
                "YEAR_MONTH|Sept-15|2015-09-01T00:00",
                "EPOCH_NANOSECONDS|1609459200050000000|2021-01-01T00:00:00.050",
                "EPOCH_MICROSECONDS|1609459200050000|2021-01-01T00:00:00.050",
            })
    void parse_stamp(TimeFormat format, String cell, LocalDateTime expected) {
        StampParser parser = new StampParser();
        assertThat(parser.parse(cell, format)).isTrue();
        assertThat(parser.micros()).isEqualTo(TimeAxis.stamp(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "WEEK,2021-W54",
        "WEEK,2021-W05-8",
        "WEEK,2021-W05-0",
        "NAMED_MONTH,31-Mrz-2024x",
        "NAMED_MONTH,30 Feb 2024"
    })
    void parse_noStamp(TimeFormat format, String cell) {
        assertThat(new StampParser().parse(cell, format)).isFalse();
    }

    // ---- Months

    private static List<String> months(int count, Function<LocalDate, LocalDate> day) {
        return IntStream.range(0, count)
                .mapToObj(i -> LocalDate.of(2012, 2, 1).plusMonths(i))
                .map(day)
                .map(LocalDate::toString)
                .toList();
    }

    private static LocalDate clamped(LocalDate first, int day) {
        return first.withDayOfMonth(Math.min(day, first.lengthOfMonth()));
    }

    private static LocalDate lastBusinessDay(LocalDate first) {
        LocalDate day = first.withDayOfMonth(first.lengthOfMonth());
        while (day.getDayOfWeek().getValue() > 5) {
            day = day.minusDays(1);
        }
        return day;
    }

    private void keepsItsMonths(Function<LocalDate, LocalDate> day) throws IOException {
        List<String> stamps = months(60, day);
        for (ReadingOptions options :
                List.of(ReadingOptions.AUTOMATIC, ReadingOptions.AUTOMATIC.withFrequency(Frequency.MONTHLY))) {
            SeriesSet set = new SeriesReader(SeriesSchema.of("y"), options).read(table(stamps));
            Series series = set.series().getFirst();
            assertThat(series.length()).isEqualTo(60);
            assertThat(set.report().warnings()).isEmpty();
            List<String> more = months(70, day);
            for (int i = 0; i < 70; i++) {
                assertThat(series.time().textAt(i)).isEqualTo(more.get(i));
            }
            assertThat(set.frequency().seasonalPeriods()).containsExactly(12);
            assertThat(series.time().indexOf(series.time().stampAt(65))).isEqualTo(65);
            SeriesSet again =
                    new SeriesReader(SeriesSchema.of("y"), set.report().options()).read(table(stamps.subList(12, 30)));
            assertThat(again.frequency()).isEqualTo(set.frequency());
            assertThat(again.series().getFirst().length()).isEqualTo(18);
        }
    }

    @Test
    void months_monthEnds() throws IOException {
        keepsItsMonths(first -> clamped(first, 31));
    }

    @Test
    void months_the30th_isTheLastDayInFebruary() throws IOException {
        keepsItsMonths(first -> clamped(first, 30));
    }

    @Test
    void months_businessMonthEnds() throws IOException {
        keepsItsMonths(StampsTest::lastBusinessDay);
    }

    @Test
    void months_the15th() throws IOException {
        keepsItsMonths(first -> first.withDayOfMonth(15));
    }

    // ---- The clock

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> overTheClockChange(int minutes) {
        return IntStream.range(0, 400)
                .mapToObj(i -> LocalDateTime.of(2021, 10, 30, 20, 0)
                        .atZone(ZoneId.of("UTC"))
                        .plusMinutes((long) i * minutes)
                        .withZoneSameInstant(BERLIN)
                        .toLocalDateTime()
                        .toString()
                        .replace('T', ' '))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 30, 60})
    void read_theHourThatTheClockShowsTwice_inBothOrders(int minutes) throws IOException {
        List<String> stamps = overTheClockChange(minutes);
        List<String> newestFirst = new ArrayList<>(stamps);
        Collections.reverse(newestFirst);
        ReadingOptions options = ReadingOptions.AUTOMATIC.withZone("Europe/Berlin");
        Series forwards = new SeriesReader(SeriesSchema.of("y"), options)
                .read(table(stamps))
                .series()
                .getFirst();
        Series backwards = new SeriesReader(SeriesSchema.of("y"), options)
                .read(table(newestFirst))
                .series()
                .getFirst();
        for (Series series : List.of(forwards, backwards)) {
            assertThat(series.length()).isEqualTo(400);
            assertThat(series.time().textAt(0)).isEqualTo("2021-10-30 22:00:00+02:00");
            assertThat(IntStream.range(0, 400).mapToObj(series.time()::textAt))
                    .contains("2021-10-31 02:00:00+02:00", "2021-10-31 02:00:00+01:00");
        }
    }

    // ---- Columns

    @ParameterizedTest
    @ValueSource(strings = {"date", "Order date", "startDate", "timestamp", "time"})
    void read_aColumnCalledDateThatIsNone_isRefused(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("table.csv"), name + ",y\nFeast of Lanterns,1\nWinter,3\n");
        SeriesReader reader = new SeriesReader(SeriesSchema.of("y"), ReadingOptions.AUTOMATIC);
        assertThatThrownBy(() -> reader.orRowNumbers(file)).isInstanceOfSatisfying(UserError.class, refusal -> {
            assertThat(refusal)
                    .hasMessageContaining("line 2, column 1 (" + name
                            + "): \"Feast of Lanterns\" is not a time stamp that can be read");
            assertThat(refusal.settings()).contains("row-numbers");
        });
        SeriesReader asRows = new SeriesReader(SeriesSchema.of("y").withRowNumbers(), ReadingOptions.AUTOMATIC);
        assertThat(asRows.orRowNumbers(file).read(file).series().getFirst().targets()[0])
                .containsExactly(1, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"candidate", "lifetime", "place"})
    void read_anotherColumnOfText_isLeftOut(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("table.csv"), name + ",y\nnorth,1\nsouth,3\n");
        SeriesReader reader = new SeriesReader(SeriesSchema.of(), ReadingOptions.AUTOMATIC).orRowNumbers(file);
        assertThat(reader.read(file).schema().targets()).containsExactly("y");
    }

    @Test
    void read_aSpreadsheetsNumberOfTheDay_isNoDate() throws IOException {
        Path file = Files.writeString(folder.resolve("table.csv"), "date,y\n44562,1\n44563,3\n44564,2\n");
        assertThatThrownBy(() -> new SeriesReader(SeriesSchema.of(), ReadingOptions.AUTOMATIC).orRowNumbers(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("column 1 (date): \"44562\" is not a time stamp");
    }

    private static String row(int i, String first) {
        return first + "," + (10 + i * 7 % 5) + "\n";
    }

    private List<String> targets(String name, Function<Integer, String> cell, int rows) throws IOException {
        StringBuilder text = new StringBuilder(name + ",flow\n");
        for (int i = 0; i < rows; i++) {
            text.append(row(i, cell.apply(i)));
        }
        Path file = Files.writeString(folder.resolve("table.csv"), text);
        SeriesReader reader = new SeriesReader(SeriesSchema.of(), ReadingOptions.AUTOMATIC).orRowNumbers(file);
        SeriesSet set = reader.read(file);
        boolean said = set.report().found().stream()
                .anyMatch(each -> each.equals("Left out, because they only count rows or time: " + name + "."));
        assertThat(said).isNotEqualTo(set.schema().targets().contains(name));
        return set.schema().targets();
    }

    @Test
    void read_columnsThatOnlyCount_areNoTargets() throws IOException {
        assertThat(targets("time_s", i -> "%.2f".formatted(0.05 * i), 200)).containsExactly("flow");
        assertThat(targets("x", i -> "%.2f".formatted(0.05 * i), 200)).containsExactly("flow");
        assertThat(targets("x", i -> "%.3f".formatted(i / 60.0), 200)).containsExactly("flow");
        assertThat(targets("index", i -> "" + i, 200)).containsExactly("flow");
        assertThat(targets("c", i -> "" + (5000 - i), 200)).containsExactly("flow");
        assertThat(targets("n", i -> "" + (i + (i > 77 ? 40 : 0)), 200)).containsExactly("flow");
        assertThat(targets("elapsed", i -> "%.4f".formatted(0.05 * i + 0.011 * (i * 13 % 4)), 200))
                .containsExactly("flow");
        assertThat(targets("n", i -> "" + i, 5)).containsExactly("flow");
    }

    @Test
    void read_columnsThatRiseAsTheyAreMeasured_areTargets() throws IOException {
        assertThat(targets("meter_wh", i -> "" + (1612345700L + 18 * i + i * 7 % 5), 200))
                .containsExactly("meter_wh", "flow");
        assertThat(targets("level", i -> "%.2f".formatted(20 + Math.sin(i / 40.0)), 30))
                .containsExactly("level", "flow");
        assertThat(targets("steps", i -> "" + (i + i * i % 3), 200)).containsExactly("steps", "flow");
    }

    @Test
    void read_numbersThatLookLikeMonths_areTargets() throws IOException {
        assertThat(targets("ratio", i -> "%.4f".formatted(1.2 + Math.sin(i) / 100 + i % 3), 200))
                .containsExactly("ratio", "flow");
    }

    @Test
    void read_inATableOfUnits_anIndexIsNoTargetButEachOnesAgeIs() throws IOException {
        StringBuilder text = new StringBuilder("unit,row,age,flow\n");
        for (int i = 0; i < 200; i++) {
            text.append("u%d,%d,%d,%d\n".formatted(i / 40, i, i % 40, i * 7 % 5));
        }
        Path file = Files.writeString(folder.resolve("table.csv"), text);
        SeriesSchema schema = SeriesSchema.of().withSeries("unit").withRowNumbers();
        assertThat(new SeriesReader(schema, ReadingOptions.AUTOMATIC)
                        .read(file)
                        .schema()
                        .targets())
                .containsExactly("age", "flow");
    }

    @Test
    void read_anIndexBesideATimeColumn_isNoTargetEither() throws IOException {
        StringBuilder text = new StringBuilder("nr,time,flow\n");
        for (int i = 0; i < 60; i++) {
            text.append(i)
                    .append(",2024-01-01 00:")
                    .append("%02d".formatted(i))
                    .append(',')
                    .append(i * 7 % 5)
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("table.csv"), text);
        SeriesSet set = new SeriesReader(SeriesSchema.of(), ReadingOptions.AUTOMATIC).read(file);
        assertThat(set.schema().targets()).containsExactly("flow");
        SeriesSet named = new SeriesReader(SeriesSchema.of("nr"), ReadingOptions.AUTOMATIC).read(file);
        assertThat(named.series().getFirst().targets()[0]).startsWith(0, 1, 2);
    }

    private Path table(List<String> stamps) throws IOException {
        StringBuilder text = new StringBuilder("time,y\n");
        for (int i = 0; i < stamps.size(); i++) {
            text.append(stamps.get(i)).append(',').append(i * 7 % 5 + 0.5).append('\n');
        }
        return Files.writeString(folder.resolve("stamps.csv"), text);
    }
}
