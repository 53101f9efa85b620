package org.rhn4j.tasks.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;

class CorpusTest {
    private static final Corpus WORDS = new Corpus(TextUnit.WORD, false);
    private static final Corpus CHARACTERS = new Corpus(TextUnit.CHARACTER, false);
    private static final Corpus STRIPPED = new Corpus(TextUnit.CHARACTER, true);
    private static final Vocabulary LETTERS =
            Vocabulary.of(List.of("<eos>", "a", "b", "_", " ", "\t", "\r", "é", "😀", "<unk>"));
    private static final Vocabulary FEW_WORDS = Vocabulary.of(List.of("<eos>", "a", "bb", "é"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("train.txt");
    }

    @Test
    void words_betweenWhiteSpaceAndLineEnds() throws IOException {
        String space = "\u00a0\u3000\u0085\u001c\u2028";
        assertThat(words("a bb\n\n  é\t" + space + "a  \nbb"))
                .containsExactly("a", "bb", "<eos>", "<eos>", "é", "a", "<eos>", "bb", "<eos>");
        assertThat(words("a bb\r\n\r\né\r\n")).containsExactly("a", "bb", "<eos>", "<eos>", "é", "<eos>");
        assertThat(words("\uFEFFa\n")).containsExactly("a", "<eos>");
        assertThat(words("a\rbb\r")).containsExactly("a", "<eos>", "bb", "<eos>");
        assertThat(words("a\nbb\ra\n")).containsExactly("a", "<eos>", "bb", "a", "<eos>");
    }

    @Test
    void characters_asTheyAre() throws IOException {
        assertThat(characters(CHARACTERS, " a\tb \r\n\ré😀"))
                .containsExactly(" ", "a", "\t", "b", " ", "<eos>", "\r", "é", "😀", "<eos>");
        assertThat(characters(CHARACTERS, "\n a\n")).containsExactly("<eos>", " ", "a", "<eos>");
    }

    @Test
    void characters_stripped() throws IOException {
        assertThat(characters(STRIPPED, "  a  b\t a \n \n\u00a0b"))
                .containsExactly("a", "_", "_", "b", "_", "_", "a", "<eos>", "<eos>", "b", "<eos>");
    }

    @Test
    void encodePrompt_keepsTheLineOpen() {
        assertThat(tokens(CHARACTERS.encodePrompt("a b ", LETTERS, UnknownTokens.REJECT), LETTERS))
                .containsExactly("a", " ", "b", " ");
        assertThat(tokens(STRIPPED.encodePrompt(" a b ", LETTERS, UnknownTokens.REJECT), LETTERS))
                .containsExactly("a", "_", "b", "_");
        assertThat(tokens(WORDS.encodePrompt("a bb\né", FEW_WORDS, UnknownTokens.REJECT), FEW_WORDS))
                .containsExactly("a", "bb", "<eos>", "é");
        assertThat(WORDS.encodePrompt("", FEW_WORDS, UnknownTokens.REJECT)).isEmpty();
    }

    @Test
    void decode_undoesEncode() {
        String text = "a bb\né a\n";
        assertThat(WORDS.decode(WORDS.encodePrompt(text, FEW_WORDS, UnknownTokens.REJECT), FEW_WORDS))
                .isEqualTo(text);
        assertThat(CHARACTERS.decode(CHARACTERS.encodePrompt("a b\né", LETTERS, UnknownTokens.REJECT), LETTERS))
                .isEqualTo("a b\né");
        assertThat(STRIPPED.decode(STRIPPED.encodePrompt("a b\né", LETTERS, UnknownTokens.REJECT), LETTERS))
                .isEqualTo("a b\né");
    }

    @Test
    void encode_unknownWord() throws IOException {
        Files.writeString(file, "a bb\n é zebra\n");
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.REJECT, ", line 2, column 4: the word \"zebra\" is not in the");
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.MAP, "the vocabulary has no <unk> to stand for it");
        Files.writeString(file, "x".repeat(41));
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.REJECT, "the word \"" + "x".repeat(40) + "…\" is not");
        Vocabulary withUnknown = Vocabulary.of(List.of("<eos>", "<unk>"));
        assertRefused(WORDS, withUnknown, UnknownTokens.REJECT, "allow unknown ones, which are then read as <unk>");
        assertThat(WORDS.encode(file, withUnknown, UnknownTokens.MAP)).containsExactly(1, 0);
    }

    @Test
    void encode_unknownCharacter() throws IOException {
        Files.writeString(file, "ab\r\n😀😀\u0007");
        assertRefused(CHARACTERS, LETTERS, UnknownTokens.REJECT, ", line 2, column 3: the character U+0007 is not in");
        Files.writeString(file, "ab\nbz");
        assertRefused(CHARACTERS, LETTERS, UnknownTokens.REJECT, ", line 2, column 2: the character \"z\" is not in");
        assertThat(tokens(CHARACTERS.encode(file, LETTERS, UnknownTokens.MAP), LETTERS))
                .containsExactly("a", "b", "<eos>", "b", "<unk>", "<eos>");
    }

    @Test
    void encode_missingFile() throws IOException {
        Files.writeString(file, "a\n");
        assertThatThrownBy(() -> WORDS.encode(folder.resolve("trian.txt"), FEW_WORDS, UnknownTokens.REJECT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("trian.txt does not exist; did you mean %s?", file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n", "\r\n \t\r\n", "\uFEFF", "\u00a0\n"})
    void encode_nothingToRead(String text) throws IOException {
        Files.writeString(file, text);
        String sentence = text.isEmpty() ? "train.txt is empty" : "train.txt holds only white space";
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.MAP, sentence);
        Vocabulary spaces = Vocabulary.of(List.of("<eos>", " ", "\t", "\u00a0"));
        assertRefused(CHARACTERS, spaces, UnknownTokens.MAP, sentence);
        assertRefused(STRIPPED, spaces, UnknownTokens.MAP, sentence);
    }

    @Test
    void encode_notText() throws IOException {
        Files.write(file, "a\né\n\0".getBytes(UTF_8));
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.MAP, "holds a zero byte at offset 5 (line 3), so it is not text");
        Files.write(file, "a\n\ncafé\n".getBytes(ISO_8859_1));
        assertRefused(
                WORDS, FEW_WORDS, UnknownTokens.MAP, "not UTF-8 text: byte 0xE9 at offset 6 (line 3) is out of place");
        Files.write(file, "\uFEFFa\n".getBytes(UTF_16LE));
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.MAP, "is UTF-16 text; save it as UTF-8");
        Files.write(file, Arrays.copyOf("a\n😀".getBytes(UTF_8), 4));
        assertRefused(CHARACTERS, LETTERS, UnknownTokens.MAP, "byte 0xF0 at offset 2 (line 2) is out of place");
    }

    @Test
    void encode_damageFarIntoTheFile() throws IOException {
        byte[] bytes = "a bb é\n".repeat(50_000).getBytes(UTF_8);
        bytes[8 * 40_000 + 5] = (byte) 0xff;
        Files.write(file, bytes);
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.MAP, "byte 0xFF at offset 320005 (line 40001)");
    }

    /** Every width of character and line end meets every place at the edge of the buffers. */
    @Test
    void encode_acrossBuffers() throws IOException {
        Random random = new Random(3);
        String[] pieces = {"a", "é", "😀", "\r\n", "\n", " ", "\t"};
        for (int round = 0; round < 20; round++) {
            StringBuilder text = new StringBuilder("a".repeat(65_536 - 8 - round));
            List<String> expected = new ArrayList<>(Collections.nCopies(text.length(), "a"));
            for (int i = 0; i < 30; i++) {
                String piece = pieces[random.nextInt(pieces.length)];
                text.append(piece);
                expected.add(piece.endsWith("\n") ? "<eos>" : piece);
            }
            text.append("b\n");
            expected.addAll(List.of("b", "<eos>"));
            assertThat(characters(CHARACTERS, text.toString())).isEqualTo(expected);
        }
    }

    @Test
    void encode_lineOfTenMegabytes() throws IOException {
        Files.writeString(file, "a bb ".repeat(2_000_000));
        assertThat(WORDS.encode(file, FEW_WORDS, UnknownTokens.REJECT)).hasSize(4_000_001);
        assertThat(CHARACTERS.encode(file, LETTERS, UnknownTokens.REJECT)).hasSize(10_000_001);
        assertThat(STRIPPED.encode(file, LETTERS, UnknownTokens.REJECT)).hasSize(10_000_000);
        Files.writeString(file, "a".repeat(10_000_000));
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.REJECT, "is not in the vocabulary");
    }

    @Test
    void encode_aWordWithoutEnd() throws IOException {
        Files.writeString(file, "\n bb " + "a".repeat(Tokenizer.LONGEST_WORD + 1));
        assertRefused(WORDS, FEW_WORDS, UnknownTokens.REJECT, ", line 2, column 5: a word goes on for more than");
    }

    private void assertRefused(Corpus corpus, Vocabulary vocabulary, UnknownTokens unknown, String sentence) {
        assertThatThrownBy(() -> corpus.encode(file, vocabulary, unknown))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("train.txt")
                .hasMessageContaining(sentence);
    }

    private List<String> words(String text) throws IOException {
        Files.writeString(file, text);
        return tokens(WORDS.encode(file, FEW_WORDS, UnknownTokens.REJECT), FEW_WORDS);
    }

    private List<String> characters(Corpus corpus, String text) throws IOException {
        Files.writeString(file, text);
        return tokens(corpus.encode(file, LETTERS, UnknownTokens.REJECT), LETTERS);
    }

    private static List<String> tokens(int[] ids, Vocabulary vocabulary) {
        return Arrays.stream(ids).mapToObj(vocabulary::token).toList();
    }
}
