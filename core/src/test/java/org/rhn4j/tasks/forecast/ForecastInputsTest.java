package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

/** What a forecaster reads is what it was trained on: the same texts, any level, outages, and nothing that is no number. */
class ForecastInputsTest {
    private static final int HORIZON = 5;
    private static final RecurrentStack LAYERS = new RecurrentStack(CellKind.RHN, 8, 1, 1);

    private static Engine engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        engine = Engine.builder().threads(1).build();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static ForecastPlan plan() {
        return ForecastPlan.of(LAYERS, HORIZON).withContext(20, 5).withSeason(1);
    }

    private static TrainingSettings settings(int epochs) {
        return ForecastPlan.settings().toBuilder().epochs(epochs).batch(16).build();
    }

    private void train(SeriesSet set, ForecastPlan plan, TimeSplit split, int epochs) {
        List<TimeSplit.Parts> parts = split.of(set);
        try (ForecastTrainer trainer = new ForecastTrainer(
                engine,
                set,
                parts,
                List.of(),
                plan.configuration(set, parts),
                settings(epochs),
                folder.resolve("model"),
                TrainingListener.SILENT)) {
            trainer.train();
        }
    }

    private Forecast forecast(Series series, int origin) {
        try (ForecastModel model = ForecastModel.load(folder.resolve("model"), engine);
                Forecaster forecaster = model.forecaster(1)) {
            return forecaster.forecast(new ForecastWindow(series, origin));
        }
    }

    // ---- Texts

    private static String table(String first, int from, int to) {
        List<String> promo = List.of("low", "mid", "high");
        Random random = new Random(5);
        StringBuilder text = new StringBuilder("promo,sold\n").append(first);
        for (int row = 0; row < to; row++) {
            int level = random.nextInt(3);
            double sold = 70 + 30 * level + random.nextGaussian();
            if (row >= from) {
                text.append(promo.get(level)).append(',').append(sold).append('\n');
            }
        }
        return text.toString();
    }

    private SeriesSet read(SeriesReader reader, String text) throws IOException {
        return reader.read(Files.writeString(folder.resolve("table.csv"), text));
    }

    private static SeriesReader newReader() {
        return new SeriesReader(
                SeriesSchema.of("sold").withRowNumbers().withKnown(List.of("promo")), ReadingOptions.AUTOMATIC);
    }

    @Test
    void forecast_textsAreTheModels_whateverRowsAFileBeginsWith() throws IOException {
        train(read(newReader(), table("", 0, 300)), plan(), new TimeSplit.LastRows(40, 0), 2);
        SeriesReader reader =
                ForecastConfiguration.read(folder.resolve("model")).reader();
        Series all = read(reader, table("", 0, 300)).series().getFirst();
        Series late = read(reader, table("", 200, 300)).series().getFirst();
        Series otherFirst = read(reader, table("high,130\n", 0, 300)).series().getFirst();
        Forecast expected = forecast(all, 290);
        assertThat(forecast(late, 90).median()).containsExactly(expected.median(), within(1e-9));
        assertThat(forecast(otherFirst, 291).median()).containsExactly(expected.median(), within(1e-9));
        assertThatThrownBy(() -> read(reader, table("extra,130\n", 0, 300)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("line 2, column 1 (promo): \"extra\" was not there in training");
        List<String> texts =
                ForecastConfiguration.read(folder.resolve("model")).levels().get("promo");
        Series anew = read(newReader(), table(texts.getLast() + ",100\n", 0, 300))
                .series()
                .getFirst();
        assertThatThrownBy(() -> forecast(anew, 291))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the model was trained on %s in this order", String.join(", ", texts));
        Series wrong = new Series(
                "s",
                TimeAxis.rows(0),
                all.targets(),
                new double[][] {Arrays.stream(all.known()[0]).map(x -> x + 1).toArray()},
                all.past(),
                all.levels());
        assertThatThrownBy(() -> forecast(wrong, 290))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there are 3, counted from 0");
    }

    @Test
    void read_codesOfWhichSomeAreTexts_areTextsInAnyFile() throws IOException {
        SeriesSet trained = read(newReader(), "promo,sold\n10,1\nA,2\n20,3\n");
        SeriesReader again = new SeriesReader(trained.schema(), trained.report().options(), trained.levels());
        assertThat(read(again, "promo,sold\n20,1\n10,2\n").series().getFirst().known()[0])
                .containsExactly(2, 0);
        SeriesSet numbers = read(newReader(), "promo,sold\n10,1\n20,2\n");
        SeriesReader asNumbers =
                new SeriesReader(numbers.schema(), numbers.report().options(), numbers.levels());
        assertThatThrownBy(() -> read(asNumbers, "promo,sold\nA,1\n10,2\n"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("line 2, column 1 (promo): \"A\" is not a number");
    }

    @Test
    void read_wordsForMissingValues_areTextsInAColumnOfTexts() throws IOException {
        for (String word : List.of("None", "NA", "")) {
            SeriesSet set = read(newReader(), "promo,sold\n" + word + ",1\nxmas,2\n" + word + ",3\n");
            assertThat(set.series().getFirst().known()[0]).as(word).containsExactly(0, 1, 0);
            assertThat(set.levels()).containsEntry("promo", List.of(word, "xmas"));
        }
        SeriesReader without = new SeriesReader(
                SeriesSchema.of("sold").withRowNumbers().withKnown(List.of("promo")),
                ReadingOptions.AUTOMATIC,
                Map.of("promo", List.of("easter", "xmas")));
        assertThat(read(without, "promo,sold\nnone,1\nxmas,2\n,3\n")
                        .series()
                        .getFirst()
                        .known()[0])
                .containsExactly(Double.NaN, 1, Double.NaN);
    }

    @Test
    void read_textsBelowManyEmptyCells_areFoundBeforeTheFileIsRead() throws IOException {
        String text = "promo,sold\n" + ",1\n".repeat(2000) + "xmas,2\n";
        assertThat(read(newReader(), text).levels()).containsEntry("promo", List.of("", "xmas"));
    }

    // ---- Numbers

    @Test
    void forecast_ofAHighLevel_isAsPreciseAsOfALowOne() {
        SeriesSet low = ForecastSets.waves(1, 300);
        double[] raised = Arrays.stream(low.series().getFirst().targets()[0])
                .map(value -> 1e12 + value)
                .toArray();
        SeriesSet high = ForecastSets.of(List.of(ForecastSets.series("s", raised)));
        ForecastPlan plan = plan().withSeason(1).withFloor(Floor.NONE);
        train(high, plan, new TimeSplit.LastRows(40, 0), 3);
        double[] median = forecast(high.series().getFirst(), 290).median();
        for (int h = 0; h < HORIZON; h++) {
            assertThat(median[h]).isCloseTo(raised[290 + h], within(20.0));
        }
    }

    @Test
    void sums_ofHighLevelsAndHugeOrTinyValues_areThoseOfTheNumbersMovedOrScaled() {
        double[] values = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
        PrefixSums plain = new PrefixSums(values);
        double deviation = plain.deviation(2, 9);
        // a step before the stretch leaves nothing of its squares
        double[] after = new double[values.length + 2];
        for (int i = 0; i < values.length; i++) {
            after[i + 2] = 1e12 + values[i];
        }
        assertThat(new PrefixSums(after).deviation(4, 11)).isCloseTo(deviation, within(1e-3));
        for (double scale : new double[] {1e200, 1e-200}) {
            PrefixSums scaled = new PrefixSums(
                    Arrays.stream(values).map(value -> value * scale).toArray());
            assertThat(scaled.deviation(2, 9) / scale).isCloseTo(deviation, within(1e-9));
            assertThat(scaled.mean(2, 9) / scale).isCloseTo(plain.mean(2, 9), within(1e-9));
            assertThat(scaled.meanAbsolute(2, 9) / scale).isCloseTo(plain.mean(2, 9), within(1e-9));
        }
    }

    @Test
    void forecast_infiniteValues_areRefusedWithTheirPlace() {
        SeriesSet set = ForecastSets.waves(1, 300);
        train(set, plan(), new TimeSplit.LastRows(40, 0), 1);
        double[] values = set.series().getFirst().targets()[0].clone();
        assertThatThrownBy(() -> ForecastSets.series("s", 1, Double.NEGATIVE_INFINITY))
                .isInstanceOf(UserError.class)
                .hasMessage("Series \"s\" has an infinite value at 1; mark it as missing, or put it right.");
        Series series = ForecastSets.series("s", values);
        values[285] = Double.POSITIVE_INFINITY;
        assertThatThrownBy(() -> forecast(series, 290))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("infinite value at 285");
    }

    // ---- Windows

    @Test
    void forecast_withoutAnyValueInTheContext_isRefusedByItsTime() {
        SeriesSet set = ForecastSets.waves(1, 300);
        train(set, plan(), new TimeSplit.LastRows(40, 0), 1);
        double[] values = set.series().getFirst().targets()[0].clone();
        Arrays.fill(values, 200, 225, Double.NaN);
        Series series = ForecastSets.series("s", values);
        ForecastConfiguration c = ForecastConfiguration.read(folder.resolve("model"));
        assertThat(c.hasPast(series, 219)).isTrue();
        assertThat(c.hasPast(series, 220)).isFalse();
        assertThat(c.hasPast(series, 225)).isFalse();
        assertThat(c.hasPast(series, 226)).isTrue();
        assertThatThrownBy(() -> forecast(series, 222))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "Series \"s\": a forecast of 222 has nothing to start from, for no value of the 20 rows before"
                                + " is there.");
    }

    @Test
    void train_validationRowsWithoutAnyValue_isRefusedBeforeAnythingIsWritten() throws IOException {
        double[] values =
                ForecastSets.waves(1, 300).series().getFirst().targets()[0].clone();
        Arrays.fill(values, 240, 270, Double.NaN);
        SeriesSet set = ForecastSets.of(List.of(ForecastSets.series("s", values)));
        assertThatThrownBy(() -> train(set, plan(), new TimeSplit.LastRows(30, 30), 1))
                .isInstanceOfSatisfying(UserError.class, refusal -> {
                    assertThat(refusal).hasMessageContaining("None of the windows that choose the best epoch");
                    assertThat(refusal.settings()).containsExactly("validation-rows");
                });
        assertThat(folder.resolve("model")).doesNotExist();
    }

    @Test
    void train_aWindowOfItsOwn_isRefused() {
        SeriesSet set = ForecastSets.waves(1, 300);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(40, 0).of(set);
        assertThatThrownBy(() -> new ForecastTrainer(
                                engine,
                                set,
                                parts,
                                List.of(),
                                plan().configuration(set, parts),
                                settings(1).toBuilder().window(50).build(),
                                folder.resolve("model"),
                                TrainingListener.SILENT)
                        .close())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("A window of 50 steps has no effect on forecasts");
    }

    @Test
    void train_settingsOfTexts_areRefused() {
        SeriesSet set = ForecastSets.waves(1, 300);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(40, 0).of(set);
        for (TrainingSettings of : List.of(
                settings(1).toBuilder().labelSmoothing(0.1).build(),
                settings(1).toBuilder().windowDeviation(2).build(),
                settings(1).toBuilder().stateReset(0.1).build())) {
            assertThatThrownBy(() -> new ForecastTrainer(
                                    engine,
                                    set,
                                    parts,
                                    List.of(),
                                    plan().configuration(set, parts),
                                    of,
                                    folder.resolve("model"),
                                    TrainingListener.SILENT)
                            .close())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("is for texts and has no effect here");
        }
    }

    // ---- Time

    @Test
    void forecast_ofALongSeries_takesNoLongerThanOfAShortOne() {
        train(ForecastSets.waves(1, 300), plan(), new TimeSplit.LastRows(40, 0), 1);
        Series brief = ForecastSets.waves(1, 10_000).series().getFirst();
        Series lengthy = ForecastSets.waves(1, 2_000_000).series().getFirst();
        try (ForecastModel model = ForecastModel.load(folder.resolve("model"), engine);
                Forecaster forecaster = model.forecaster(1)) {
            ForecastWindow near = new ForecastWindow(brief, 10_000);
            ForecastWindow far = new ForecastWindow(lengthy, 2_000_000);
            double[] fastest = {Double.MAX_VALUE, Double.MAX_VALUE};
            for (int i = 0; i < 60; i++) {
                int which = i % 2;
                long start = System.nanoTime();
                forecaster.forecast(which == 0 ? near : far);
                fastest[which] = Math.min(fastest[which], System.nanoTime() - start);
            }
            // it was some fifty times as long
            assertThat(fastest[1]).isLessThan(5 * fastest[0]);
        }
    }
}
