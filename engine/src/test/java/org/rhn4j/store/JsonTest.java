package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;

class JsonTest {
    enum Cell {
        RHN,
        DT_RNN
    }

    record Epoch(int number, double loss) {
        /** A question, not a component: it is no key. */
        public boolean isFirst() {
            return number == 1;
        }
    }

    record Document(
            Cell cell,
            int hiddenSize,
            double learningRate,
            boolean tied,
            String note,
            @Nullable Boolean stripLines,
            @Nullable List<Epoch> epochs) {}

    private static final Document FULL = new Document(
            Cell.DT_RNN, 830, 0.2, true, "é \"x\"", true, List.of(new Epoch(1, 4.5), new Epoch(2, Double.NaN)));

    private static final String MINIMAL = """
        {
          "cell": "rhn",
          "hidden_size": 830,
          "learning_rate": 1,
          "tied": false,
          "note": ""
        }
        """;

    @Test
    void writeThenRead(@TempDir Path folder) {
        Path file = folder.resolve("a.json");
        Json.write(file, FULL);
        assertThat(Json.read(file, Document.class)).isEqualTo(FULL);
        assertThat(file).hasContent("""
            {
              "cell": "dt-rnn",
              "hidden_size": 830,
              "learning_rate": 0.2,
              "tied": true,
              "note": "é \\"x\\"",
              "strip_lines": true,
              "epochs": [{
                "number": 1,
                "loss": 4.5
              }, {
                "number": 2,
                "loss": "NaN"
              }]
            }\
            """);
    }

    @Test
    void toText_absentComponentsAreLeftOut() {
        Document document = new Document(Cell.RHN, 830, 1, false, "", null, null);
        assertThat(Json.read(MINIMAL, Document.class, "text")).isEqualTo(document);
        assertThat(Json.toText(document)).isEqualTo(MINIMAL.replace(": 1,", ": 1.0,"));
    }

    @Test
    void toText_aMap_isSorted() {
        Map<String, Integer> map = new HashMap<>();
        for (String key : List.of("Aa", "BB", "c", "b", "a")) {
            map.put(key, 1);
        }
        assertThat(Json.toText(map)).isEqualTo("""
            {
              "Aa": 1,
              "BB": 1,
              "a": 1,
              "b": 1,
              "c": 1
            }
            """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "hidden_size": 830   | "hiden_size": 830   | line 3, column 3: the key hiden_size is unknown; did you mean hidden_size?
        "hidden_size": 830   | "zzz": 830          | line 3, column 3: the key zzz is unknown; the known keys are cell, epochs,
        "hidden_size": 830,  | ''                  | line 7, column 1: the key hidden_size is missing; add it.
        "hidden_size": 830   | "cell": "rhn"       | line 3, column 9: the key cell is given twice
        "hidden_size": 830   | "hidden_size": "830" | line 3, column 18: the value of the key hidden_size must be a whole number
        "hidden_size": 830   | "hidden_size": 8.5  | line 3, column 18: the value of the key hidden_size must be a whole number
        "hidden_size": 830   | "hidden_size": 9999999999 | line 3, column 28: the value of the key hidden_size must be a whole number
        "hidden_size": 830   | "hidden_size": null | line 3, column 18: the key hidden_size may not be null
        "hidden_size": 830   | "hidden_size": [1]  | line 3, column 18: the value of the key hidden_size must be a whole number
        "hidden_size": 830   | "hidden_size": 830 7 | line 3, column 22: this is not valid JSON
        "cell": "rhn"        | "cell": "gru"       | line 2, column 11: the value of the key cell must be one of "rhn", "dt-rnn"
        "cell": "rhn"        | "cell": 0           | line 2, column 11: the value of the key cell must be one of "rhn", "dt-rnn"
        "cell": "rhn"        | "cell": null        | line 2, column 11: the key cell may not be null
        "tied": false        | "tied": 0           | line 5, column 11: the value of the key tied must be true or false
        "tied": false        | "tied": "false"     | line 5, column 11: the value of the key tied must be true or false
        "note": ""           | "note": 5           | line 6, column 11: the value of the key note must be a string in quotes
        "note": ""           | "note": "", "epochs": [{"number": 1, "loss": "x"}] | the value of the key epochs[0].loss must be a number
        "note": ""           | "note": "", "epochs": {} | the value of the key epochs must be an array in brackets
        "note": ""           | "note": "           | this is not valid JSON
        """)
    void read_wrong(String right, String wrong, String sentence) {
        assertThat(MINIMAL).contains(right);
        assertThatThrownBy(() -> Json.read(MINIMAL.replace(right, wrong), Document.class, "config.json"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("config.json, line ")
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "{} {}, the key cell is missing",
        "[], the document must be an object in braces",
        "7, the document must be an object in braces",
        "null, holds only null",
        "{, this is not valid JSON",
        "'{\"cell\" \"rhn\"}', this is not valid JSON"
    })
    void read_notTheDocument(String json, String sentence) {
        assertThatThrownBy(() -> Json.read(json, Document.class, "config.json"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(sentence);
    }

    @Test
    void read_somethingAfterTheEnd() {
        assertThatThrownBy(() -> Json.read(MINIMAL + "{}", Document.class, "config.json"))
                .isInstanceOf(UserError.class)
                .hasMessage("config.json, line 8, column 1: something follows the end of the document; remove it.");
    }

    @Test
    void read_cutAnywhere() {
        for (int i = 0; i < MINIMAL.length() - 2; i++) {
            String cut = MINIMAL.substring(0, i);
            assertThatThrownBy(() -> Json.read(cut, Document.class, "x")).isInstanceOf(UserError.class);
        }
    }

    @Test
    void read_anyByteChanged(@TempDir Path folder) throws IOException {
        Random random = new Random(7);
        byte[] good = MINIMAL.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Path file = Files.write(folder.resolve("a.json"), bad);
            try {
                assertThat(Json.read(file, Document.class)).isNotNull();
            } catch (UserError e) {
                assertThat(e).hasMessageContaining("a.json");
            }
        }
    }

    @Test
    void read_emptyBinaryMissingAndFolder(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("config.json"), new byte[0]);
        assertThatThrownBy(() -> Json.read(file, Document.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("config.json is empty");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> Json.read(file, Document.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is not UTF-8 text");
        assertThatThrownBy(() -> Json.read(folder.resolve("confg.json"), Document.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("confg.json does not exist; did you mean %s?", file);
        assertThatThrownBy(() -> Json.read(folder.resolve("no").resolve("config.json"), Document.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("does not exist, nor does its folder");
        assertThatThrownBy(() -> Json.read(folder, Document.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void read_byteOrderMark(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), "\uFEFF" + MINIMAL);
        assertThat(Json.read(file, Document.class).hiddenSize()).isEqualTo(830);
    }

    @Test
    void read_deeplyNested() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000), Document.class, "x"))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> Json.tree("[".repeat(100_000), "x")).isInstanceOf(UserError.class);
    }
}
