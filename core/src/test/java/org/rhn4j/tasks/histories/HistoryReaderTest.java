package org.rhn4j.tasks.histories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;

class HistoryReaderTest {
    private static final HistorySchema SCHEMA = HistorySchema.of("pump").withTime("hour");

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }

    private static HistorySet read(Path file, HistorySchema schema, boolean fill) {
        return new HistoryReader(schema, ReadingOptions.AUTOMATIC, fill).read(file);
    }

    @Test
    void read_unitsInTurn_aHistoryEach() throws IOException {
        Path file = file("pump,hour,flow,alive\na,1,5,0\nb,1,7.5,0\na,3,6,0\nb,3,7,1\na,5,8,0\n");
        HistorySet set = read(file, SCHEMA.withCensored("alive"), false);
        assertThat(set.schema().features()).containsExactly("flow");
        assertThat(set.units()).extracting(History::unit).containsExactly("a", "b");
        assertThat(set.units()).extracting(History::outcome).containsExactly(HistorySchema.ENDED, null);
        assertThat(set.units().getFirst().rows()).isDeepEqualTo(new double[][] {{5}, {6}, {8}});
        assertThat(set.step()).isEqualTo(new Frequency(Frequency.Unit.STEP, 2));
        assertThat(set.units().getFirst().left(0)).isEqualTo(4);
        assertThat(set.known()).isEqualTo(1);
    }

    @Test
    void read_datesAndTimes_stepIsTheUsualOne() throws IOException {
        Path file = file("pump,at,flow\na,2026-01-01 00:00,1\na,2026-01-01 06:00,2\na,2026-01-01 12:00,3\n");
        HistorySet set = read(file, HistorySchema.of("pump").withTime("at"), false);
        assertThat(set.step().label()).isEqualTo("every 6 hours");
        assertThat(set.stampText(set.units().getFirst().stamps()[1])).isEqualTo("2026-01-01 06:00:00");
    }

    @Test
    void read_whiteSpaceWithoutHeader_columnsNumbered() throws IOException {
        Path file = file("1 1 0.5 100  \n1 2 0.6 100  \n2 1 0.4 100  \n");
        HistorySet set = new HistoryReader(
                        HistorySchema.of("c1").withTime("c2"), ReadingOptions.AUTOMATIC.withHeader(false), false)
                .read(file);
        assertThat(set.schema().features()).containsExactly("c3", "c4");
        assertThat(set.units()).hasSize(2);
    }

    @Test
    void read_mistakes_oneSentenceEach() throws IOException {
        Path good = file("pump,hour,flow\na,1,5\na,2,6\n");
        refuses(good, HistorySchema.of("pumpe"), "line 1: there is no column \"pumpe\"; did you mean \"pump\"?");
        refuses(
                good,
                SCHEMA.withFeatures(List.of("flwo")),
                "line 1: there is no column \"flwo\"; did you mean \"flow\"?");
        refuses(
                file("pump,hour,flow\na,1,5\nb,9,5\na,1,6\n"),
                SCHEMA,
                "line 4: the time of pump \"a\" is not after that of its row before");
        refuses(file("pump,hour,flow\na,1,5\na,2,NaN\n"), SCHEMA, "line 3: the value of flow is missing");
        assertThatThrownBy(() -> read(file("pump,hour,flow\na,1,5\na,2,NaN\n"), SCHEMA, false))
                .isInstanceOfSatisfying(
                        UserError.class,
                        refusal -> assertThat(refusal.settings()).containsExactly("fill"));
        refuses(file("pump,hour,flow\na,1,5\na,2,inf\n"), SCHEMA, "line 3, column 3 (flow): \"inf\" is infinite");
        refuses(file("pump,hour,flow\na,1,5\n,2,3\n"), SCHEMA, "line 3, column 1 (pump)");
        refuses(file("pump,flow\n"), HistorySchema.of("pump").withFeatures(List.of("flow")), "a header and no rows");
    }

    private static void refuses(Path file, HistorySchema schema, String... parts) {
        assertThatThrownBy(() -> read(file, schema, false))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void read_labels_theOutcomeOfEachUnit() throws IOException {
        Path file = file("pump,hour,flow,fault\na,1,5,1\nb,1,7.5,none\na,3,6,1\nb,3,7, none\n");
        HistorySet set = read(file, SCHEMA.withLabel("fault"), false);
        assertThat(set.schema().features()).containsExactly("flow");
        assertThat(set.units()).extracting(History::outcome).containsExactly("1", "none");
        refuses(
                file("pump,hour,flow,fault\na,1,5,x\na,2,5,y\n"),
                SCHEMA.withLabel("fault"),
                "line 3: pump \"a\" is labelled \"y\" here, but \"x\" before");
        refuses(file("pump,hour,flow,fault\na,1,5,\n"), SCHEMA.withLabel("fault"), "line 2: pump \"a\" has no label");
        refuses(file("pump,hour,flow\na,1,5\n"), SCHEMA.withLabel("fault"), "there is no column \"fault\"");
    }

    @Test
    void encode_deviations_thoseOfTheRowsSoFar() {
        double[][] rows = {{3}, {5}, {10}, {-2}};
        History history = new History("a", new long[] {0, 1, 2, 3}, rows, HistorySchema.ENDED);
        HistoryEncoder encoder = new HistoryEncoder(HistoryEncoding.fit(List.of(history), List.of(8), true));
        float[] inputs = new float[12];
        for (int row = 0; row < 4; row++) {
            encoder.encode(rows[row], inputs, 3 * row);
        }
        // Mean 4, variance 18.5; of the rows so far: 0, 1, √(26 ⁄ 3), √18.5.
        double scale = Math.sqrt(18.5);
        double[] deviations = {0, 1, Math.sqrt(26.0 / 3), scale};
        double[] means = {3, 4, 6, 4};
        for (int row = 0; row < 4; row++) {
            assertThat(inputs[3 * row]).isCloseTo((float) ((rows[row][0] - 4) / scale), within(1e-6f));
            assertThat(inputs[3 * row + 1]).isCloseTo((float) ((means[row] - 4) / scale), within(1e-6f));
            assertThat(inputs[3 * row + 2]).isCloseTo((float) (deviations[row] / scale), within(1e-6f));
        }
    }

    @Test
    void encode_missingValues_lastOneOrTheMean() throws IOException {
        HistorySet set = read(file("pump,hour,flow\na,1,\na,2,4\na,3,8\na,4,\n"), SCHEMA, true);
        HistoryEncoder encoder = new HistoryEncoder(HistoryEncoding.fit(set.units(), List.of(3), false));
        float[] inputs = new float[8];
        for (int row = 0; row < 4; row++) {
            encoder.encode(set.units().getFirst().rows()[row], inputs, 2 * row);
        }
        // Scaled: missing, −1, 1, missing. Means: of one row, of two, then with a share of a half for the new row.
        assertThat(inputs).containsExactly(0f, 0f, -1f, -0.5f, 1f, 0.25f, 1f, 0.625f);
    }
}
