package org.rhn4j.tasks.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;

class FailureReaderTest {
    private static final FailureSchema SCHEMA = FailureSchema.of("pump").withTime("hour");

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }

    private static FailureSet read(Path file, FailureSchema schema, boolean fill) {
        return new FailureReader(schema, ReadingOptions.AUTOMATIC, fill).read(file);
    }

    @Test
    void read_unitsInTurn_aHistoryEach() throws IOException {
        Path file = file("pump,hour,flow,alive\na,1,5,0\nb,1,7.5,0\na,3,6,0\nb,3,7,1\na,5,8,0\n");
        FailureSet set = read(file, SCHEMA.withCensored("alive"), false);
        assertThat(set.schema().features()).containsExactly("flow");
        assertThat(set.units()).extracting(UnitHistory::unit).containsExactly("a", "b");
        assertThat(set.units()).extracting(UnitHistory::failed).containsExactly(true, false);
        assertThat(set.units().getFirst().rows()).isDeepEqualTo(new double[][] {{5}, {6}, {8}});
        assertThat(set.step()).isEqualTo(new Frequency(Frequency.Unit.STEP, 2));
        assertThat(set.units().getFirst().left(0)).isEqualTo(4);
        assertThat(set.failedUnits()).isEqualTo(1);
    }

    @Test
    void read_datesAndTimes_stepIsTheUsualOne() throws IOException {
        Path file = file("pump,at,flow\na,2026-01-01 00:00,1\na,2026-01-01 06:00,2\na,2026-01-01 12:00,3\n");
        FailureSet set = read(file, FailureSchema.of("pump").withTime("at"), false);
        assertThat(set.step().label()).isEqualTo("every 6 hours");
        assertThat(set.stampText(set.units().getFirst().stamps()[1])).isEqualTo("2026-01-01 06:00:00");
    }

    @Test
    void read_whiteSpaceWithoutHeader_columnsNumbered() throws IOException {
        Path file = file("1 1 0.5 100  \n1 2 0.6 100  \n2 1 0.4 100  \n");
        FailureSet set = new FailureReader(
                        FailureSchema.of("c1").withTime("c2"), ReadingOptions.AUTOMATIC.withHeader(false), false)
                .read(file);
        assertThat(set.schema().features()).containsExactly("c3", "c4");
        assertThat(set.units()).hasSize(2);
    }

    @Test
    void read_mistakes_oneSentenceEach() throws IOException {
        Path good = file("pump,hour,flow\na,1,5\na,2,6\n");
        refuses(good, FailureSchema.of("pumpe"), "line 1: there is no column \"pumpe\"; did you mean \"pump\"?");
        refuses(
                good,
                SCHEMA.withFeatures(List.of("flwo")),
                "line 1: there is no column \"flwo\"; did you mean \"flow\"?");
        refuses(
                file("pump,hour,flow\na,1,5\nb,9,5\na,1,6\n"),
                SCHEMA,
                "line 4: the time of unit \"a\" is not after that of its row before");
        refuses(file("pump,hour,flow\na,1,5\na,2,NaN\n"), SCHEMA, "line 3: the value of flow is missing", "--fill");
        refuses(file("pump,hour,flow\na,1,5\na,2,inf\n"), SCHEMA, "line 3, column 3 (flow): \"inf\" is infinite");
        refuses(file("pump,hour,flow\na,1,5\n,2,3\n"), SCHEMA, "line 3, column 1 (pump)");
        refuses(file("pump,flow\n"), FailureSchema.of("pump").withFeatures(List.of("flow")), "a header and no rows");
    }

    private static void refuses(Path file, FailureSchema schema, String... parts) {
        assertThatThrownBy(() -> read(file, schema, false))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void encode_missingValues_lastOneOrTheMean() throws IOException {
        FailureSet set = read(file("pump,hour,flow\na,1,\na,2,4\na,3,8\na,4,\n"), SCHEMA, true);
        FailureConfiguration configuration = FailurePlan.of(FailurePlan.NETWORK)
                .withSmoothing(List.of(3))
                .prepare(set, new UnitSplit(set.units(), List.of()), true)
                .configuration();
        FeatureEncoder encoder = new FeatureEncoder(configuration);
        float[] inputs = new float[8];
        for (int row = 0; row < 4; row++) {
            encoder.encode(set.units().getFirst().rows()[row], inputs, 2 * row);
        }
        // Scaled: missing, −1, 1, missing. Means: of one row, of two, then with a share of a half for the new row.
        assertThat(inputs).containsExactly(0f, 0f, -1f, -0.5f, 1f, 0.25f, 1f, 0.625f);
    }
}
