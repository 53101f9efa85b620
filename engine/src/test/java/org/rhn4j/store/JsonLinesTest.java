package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class JsonLinesTest {
    record Line(int step, String word) {}

    @TempDir
    private Path folder;

    private Path file;
    private JsonLines<Line> lines;

    @BeforeEach
    void open() {
        file = folder.resolve("lines.jsonl");
        lines = new JsonLines<>(file, Line.class);
    }

    @Test
    void append_addsALineToWhatIsThere() throws IOException {
        lines.append(new Line(1, "a\nb"));
        new JsonLines<>(file, Line.class).append(new Line(2, "c"));

        assertThat(file).hasContent("{\"step\":1,\"word\":\"a\\nb\"}\n{\"step\":2,\"word\":\"c\"}\n");
        assertThat(lines.read()).containsExactly(new Line(1, "a\nb"), new Line(2, "c"));
    }

    @Test
    void read_whereThereIsNoFile_isEmpty() {
        assertThat(lines.read()).isEmpty();
    }

    @Test
    void read_leavesOutALineThatWasCutOff() throws IOException {
        lines.append(new Line(1, "a"));
        Files.writeString(file, "{\"step\": 2, \"wo", StandardOpenOption.APPEND);

        assertThat(lines.read()).containsExactly(new Line(1, "a"));
    }

    @Test
    void read_ofAWholeLineThatIsWrong_saysWhichLine() throws IOException {
        lines.append(new Line(1, "a"));
        Files.writeString(file, "{\"step\": 2}\n", StandardOpenOption.APPEND);

        assertThatExceptionOfType(UserError.class)
                .isThrownBy(lines::read)
                .withMessageContaining(file + ", line 2")
                .withMessageContaining("word");
    }

    @Test
    void write_replacesEverything() {
        lines.append(new Line(1, "a"));

        lines.write(List.of(new Line(3, "d")));

        assertThat(lines.read()).containsExactly(new Line(3, "d"));
    }

    @Test
    void append_whereTheFolderIsMissing_isToldWithThePath() {
        JsonLines<Line> nowhere = new JsonLines<>(folder.resolve("no/lines.jsonl"), Line.class);

        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> nowhere.append(new Line(1, "a")))
                .withMessageContaining("lines.jsonl");
    }
}
