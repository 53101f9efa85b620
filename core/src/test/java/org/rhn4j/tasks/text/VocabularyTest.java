package org.rhn4j.tasks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
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

class VocabularyTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("vocabulary.txt");
    }

    @Test
    void writeThenRead_characters() {
        List<String> tokens = List.of(" ", "e", "<eos>", "\t", "\r", "\u2028", "😀", "<unk>", "é");
        Vocabulary.of(tokens).write(file);
        Vocabulary read = Vocabulary.read(file, TextUnit.CHARACTER);
        assertThat(read.tokens()).isEqualTo(tokens);
        assertThat(read.size()).isEqualTo(9);
        assertThat(read.id(" ")).hasValue(0);
        assertThat(read.idOrAbsent('\r')).isEqualTo(4);
        assertThat(read.idOrAbsent(0x1F600)).isEqualTo(6);
        assertThat(read.idOrAbsent(0x10FFFF)).isNegative();
        assertThat(read.endOfLineId()).isEqualTo(2);
        assertThat(read.unknownId()).isEqualTo(7);
    }

    @Test
    void write_theFormat() {
        Vocabulary.of(List.of("the", "<eos>", "café")).write(file);
        assertThat(file).hasBinaryContent("the\n<eos>\ncafé\n".getBytes(UTF_8));
        assertThat(Vocabulary.read(file, TextUnit.WORD).holdsUnknown()).isFalse();
    }

    @Test
    void read_lineEndsOfWindows() throws IOException {
        Files.writeString(file, "a\r\n<eos>\r\n\r\r\n");
        assertThat(Vocabulary.read(file, TextUnit.CHARACTER).tokens()).containsExactly("a", "<eos>", "\r");
    }

    @Test
    void read_noLastLineFeed() throws IOException {
        Files.writeString(file, "a\n<eos>");
        assertThat(Vocabulary.read(file, TextUnit.WORD).tokens()).containsExactly("a", "<eos>");
    }

    @Test
    void read_wrong() throws IOException {
        assertRefused("a\n\n<eos>\n", TextUnit.WORD, "vocabulary.txt, line 2 is empty");
        assertRefused("a\n<eos>\n\n", TextUnit.WORD, "vocabulary.txt, line 3 is empty");
        assertRefused("a\n<eos>\na\n", TextUnit.WORD, "vocabulary.txt, line 3 repeats the token of line 1");
        assertRefused("a b\n<eos>\n", TextUnit.WORD, "vocabulary.txt, line 1 does not hold one word");
        assertRefused(" \n<eos>\nab\n", TextUnit.CHARACTER, "vocabulary.txt, line 3 does not hold one character");
        assertRefused("a\nb\n", TextUnit.WORD, "vocabulary.txt lacks the token <eos>");
        assertRefused("", TextUnit.WORD, "vocabulary.txt is empty");
        Files.write(file, new byte[] {'a', '\n', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> Vocabulary.read(file, TextUnit.WORD))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("vocabulary.txt, line 2 is not UTF-8 text");
        assertThatThrownBy(() -> Vocabulary.read(folder, TextUnit.WORD))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a folder");
    }

    private void assertRefused(String content, TextUnit unit, String sentence) throws IOException {
        Files.writeString(file, content);
        assertThatThrownBy(() -> Vocabulary.read(file, unit))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void of_wrong() {
        for (List<String> tokens :
                List.of(List.of("a"), List.of("<eos>", ""), List.of("<eos>", "a", "a"), List.of("<eos>", "\n"))) {
            assertThatThrownBy(() -> Vocabulary.of(tokens)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void build_words_onceSeenAreUnknown() {
        Vocabulary.Builder builder = words("b a b rare c a c seldom c <eos> <eos>");
        assertThat(builder.build().tokens()).containsExactly("c", "b", "a", "<eos>", "<unk>");
    }

    @Test
    void build_words_textKnowsUnknown_keepsAll() {
        assertThat(words("b a <unk> rare <eos> b").build().tokens())
                .containsExactly("b", "a", "<unk>", "rare", "<eos>");
    }

    @Test
    void build_words_nothingRare_unknownAllTheSame() {
        assertThat(words("a a <eos>").build().tokens()).containsExactly("a", "<eos>", "<unk>");
    }

    @Test
    void build_words_maximumSize() {
        Vocabulary.Builder builder = words("a a a a b b b c c d d <eos>").maximumSize(4);
        assertThat(builder.build().tokens()).containsExactly("a", "<unk>", "b", "<eos>");
        assertThat(words("a a <unk> b b b <eos> c").maximumSize(3).build().tokens())
                .containsExactly("<unk>", "b", "<eos>");
        assertThat(words("a a b b <eos>").maximumSize(4).build().tokens()).containsExactly("a", "b", "<eos>", "<unk>");
    }

    @Test
    void maximumSize_wrong() {
        assertThatThrownBy(() -> Vocabulary.builder(TextUnit.WORD).maximumSize(2))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has no room for words");
        assertThatThrownBy(() -> Vocabulary.builder(TextUnit.CHARACTER).maximumSize(50))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot be limited");
    }

    @Test
    void build_characters_allAreKept() {
        Vocabulary.Builder builder = Vocabulary.builder(TextUnit.CHARACTER);
        for (String token : List.of("b", "a", "b", "<eos>")) {
            builder.add(token);
        }
        assertThat(builder.build().tokens()).containsExactly("b", "a", "<eos>");
        assertThat(builder.unknownNeeded().build().tokens()).containsExactly("b", "a", "<eos>", "<unk>");
    }

    private static Vocabulary.Builder words(String text) {
        Vocabulary.Builder builder = Vocabulary.builder(TextUnit.WORD);
        for (String token : text.split(" ")) {
            builder.add(token);
        }
        return builder;
    }
}
