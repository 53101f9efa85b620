package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.tasks.text.LanguageModelConfiguration.Builder;

class LanguageModelConfigurationTest {
    /** The best word model of the paper. */
    private static final LanguageModelConfiguration PENN = LanguageModelConfiguration.builder()
            .vocabularySize(10_000)
            .embeddingSize(830)
            .hiddenSize(830)
            .depth(10)
            .tiedEmbeddings(true)
            .build();

    /** The example of the format's description. */
    private static final String EXAMPLE = """
        {"format": "rhn4j/1", "task": "language-model", "unit": "word", "cell": "rhn", "vocabulary_size": 10000,
         "embedding_size": 830, "hidden_size": 830, "depth": 10, "layers": 1, "tied_embeddings": true}
        """;

    @TempDir
    private Path folder;

    @Test
    void parameterCount_pennTreebank() {
        assertThat(PENN.parameterCount()).isEqualTo(23_482_400);
    }

    /** Counted by hand with V = 5, E = 2, H = 3. */
    @ParameterizedTest
    @CsvSource({
        "RHN,    COUPLED, 1, 1, 10 + 12 + 24 + 15 + 5, 66",
        "RHN,    COUPLED, 2, 2, 10 + (12 + 48) + (18 + 48) + 15 + 5, 156",
        "RHN,    FREE,    2, 1, 10 + 18 + 72 + 15 + 5, 120",
        "DT_RNN, COUPLED, 2, 1, 10 + 6 + 24 + 15 + 5, 60",
        "LSTM,   COUPLED, 1, 2, 10 + (24 + 36 + 24) + (36 + 36 + 24) + 15 + 5, 210"
    })
    void parameterCount_small(CellKind cell, Carry carry, int depth, int layers, String sum, long expected) {
        LanguageModelConfiguration configuration =
                small().cell(cell).carry(carry).depth(depth).layers(layers).build();
        assertThat(configuration.parameterCount()).as(sum).isEqualTo(expected);
        assertThat(total(configuration.parameterShapes())).isEqualTo(expected);
    }

    @Test
    void parameterShapes_rhn() {
        SequencedMap<String, long[]> shapes = small().depth(2).layers(2).build().parameterShapes();
        assertThat(shapes.keySet())
                .containsExactly(
                        "embedding.weight",
                        "layers.0.input.weight",
                        "layers.0.recurrent.0.weight",
                        "layers.0.recurrent.0.bias",
                        "layers.0.recurrent.1.weight",
                        "layers.0.recurrent.1.bias",
                        "layers.1.input.weight",
                        "layers.1.recurrent.0.weight",
                        "layers.1.recurrent.0.bias",
                        "layers.1.recurrent.1.weight",
                        "layers.1.recurrent.1.bias",
                        "decoder.weight",
                        "decoder.bias");
        assertThat(shapes.get("embedding.weight")).containsExactly(5, 2);
        assertThat(shapes.get("layers.0.input.weight")).containsExactly(6, 2);
        assertThat(shapes.get("layers.1.input.weight")).containsExactly(6, 3);
        assertThat(shapes.get("layers.1.recurrent.1.weight")).containsExactly(6, 3);
        assertThat(shapes.get("layers.1.recurrent.1.bias")).containsExactly(6);
        assertThat(shapes.get("decoder.weight")).containsExactly(5, 3);
        assertThat(shapes.get("decoder.bias")).containsExactly(5);
    }

    @Test
    void parameterShapes_otherCells() {
        SequencedMap<String, long[]> lstm = small().cell(CellKind.LSTM).build().parameterShapes();
        assertThat(lstm.keySet())
                .containsExactly(
                        "embedding.weight",
                        "layers.0.weight_ih",
                        "layers.0.weight_hh",
                        "layers.0.bias_ih",
                        "layers.0.bias_hh",
                        "decoder.weight",
                        "decoder.bias");
        assertThat(lstm.get("layers.0.weight_ih")).containsExactly(12, 2);
        assertThat(lstm.get("layers.0.weight_hh")).containsExactly(12, 3);
        assertThat(lstm.get("layers.0.bias_hh")).containsExactly(12);
        assertThat(small().cell(CellKind.DT_RNN).build().parameterShapes().get("layers.0.input.weight"))
                .containsExactly(3, 2);
        assertThat(small().carry(Carry.FREE).build().parameterShapes().get("layers.0.input.weight"))
                .containsExactly(9, 2);
        assertThat(PENN.parameterShapes()).doesNotContainKey("decoder.weight");
        assertThat(total(PENN.parameterShapes())).isEqualTo(PENN.parameterCount());
    }

    @Test
    void read_theExample() throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), EXAMPLE);
        assertThat(LanguageModelConfiguration.read(file)).isEqualTo(PENN);
    }

    @Test
    void writeThenRead() {
        Path file = folder.resolve("config.json");
        PENN.write(file);
        assertThat(file).hasContent("""
            {
              "format": "rhn4j/1",
              "task": "language-model",
              "unit": "word",
              "cell": "rhn",
              "vocabulary_size": 10000,
              "embedding_size": 830,
              "hidden_size": 830,
              "depth": 10,
              "layers": 1,
              "tied_embeddings": true
            }\
            """);
        LanguageModelConfiguration other = small().unit(TextUnit.CHARACTER)
                .stripLines(true)
                .carry(Carry.FREE)
                .depth(3)
                .build();
        other.write(file);
        assertThat(LanguageModelConfiguration.read(file)).isEqualTo(other);
        assertThat(other.toBuilder().build()).isEqualTo(other);
        LanguageModelConfiguration transition = small().cell(CellKind.DT_RNN).build();
        transition.write(file);
        assertThat(file).content().contains("\"cell\": \"dt-rnn\"");
        assertThat(LanguageModelConfiguration.read(file)).isEqualTo(transition);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rhn4j/1           | rhn4j/2      | has the format "rhn4j/2" where this reads "rhn4j/1"; it needs another version
        language-model    | forecast     | has the task "forecast" where this reads "language-model"
        "depth": 10       | "dept": 10   | line 2, column 45: the key dept is unknown; did you mean depth?
        "hidden_size": 830 | "hidden_size": 831 | tied_embeddings needs embedding_size = hidden_size, but they are 830 and 831
        "layers": 1       | "layers": 0  | config.json: layers is 0; it must be at least 1.
        "depth": 10       | "depth": 1001 | config.json: depth is 1001; it must be at most 1000.
        "rhn"             | "lstm"       | A layer of LSTM has depth 1, not 10
        "rhn"             | "dt-rnn", "carry": "free" | Only the cell rhn has a carry gate to free
        "rhn"             | "gru2"       | the value of the key cell must be one of "rhn", "lstm", "gru", "dt-rnn"
        "word"            | "byte"       | the value of the key unit must be one of "word", "character"
        """)
    void read_wrong(String right, String wrong, String sentence) throws IOException {
        assertThat(EXAMPLE).contains(right);
        Path file = Files.writeString(folder.resolve("config.json"), EXAMPLE.replace(right, wrong));
        assertThatThrownBy(() -> LanguageModelConfiguration.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(sentence);
    }

    @Test
    void build_absurdSizes() {
        assertRefused(builder -> builder.vocabularySize(0), "vocabulary_size is 0");
        assertRefused(builder -> builder.hiddenSize(-1), "hidden_size is -1");
        assertRefused(builder -> builder.hiddenSize(1_000_001), "hidden_size is 1000001; it must be at most 1000000");
        assertRefused(builder -> builder.embeddingSize(Integer.MAX_VALUE), "embedding_size is 2147483647");
        assertRefused(builder -> builder.layers(1001), "layers is 1001");
        assertRefused(builder -> builder.hiddenSize(100_000), "make 20001100015 parameters, more than the 8589934592");
        assertRefused(
                builder -> builder.vocabularySize(Integer.MAX_VALUE)
                        .embeddingSize(1_000_000)
                        .hiddenSize(1_000_000)
                        .depth(1000)
                        .layers(1000)
                        .carry(Carry.FREE),
                "more than the 8589934592 that are allowed; lower vocabulary_size");
    }

    private static void assertRefused(UnaryOperator<Builder> change, String sentence) {
        Builder builder = change.apply(small());
        assertThatThrownBy(builder::build).isInstanceOf(UserError.class).hasMessageContaining(sentence);
    }

    private static Builder small() {
        return LanguageModelConfiguration.builder()
                .vocabularySize(5)
                .embeddingSize(2)
                .hiddenSize(3);
    }

    private static long total(SequencedMap<String, long[]> shapes) {
        return shapes.values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
                .sum();
    }
}
