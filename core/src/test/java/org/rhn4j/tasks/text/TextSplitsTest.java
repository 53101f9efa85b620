package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.store.Fingerprint;

class TextSplitsTest {
    private static final Corpus WORDS = new Corpus(TextUnit.WORD, false);
    private static final Corpus CHARACTERS = new Corpus(TextUnit.CHARACTER, false);

    @TempDir
    private Path folder;

    @Test
    void read_folder() throws IOException {
        Path train = Files.writeString(folder.resolve("My.Train.txt"), "a b a rare\nb c c\n");
        Path valid = Files.writeString(folder.resolve("validation.txt"), "a new b\n");
        Path test = Files.writeString(folder.resolve("test.txt"), "c c\n");
        Files.writeString(folder.resolve(".train.swp"), "hidden");
        Files.createDirectory(folder.resolve("train-runs"));
        TextSplits splits = TextSplits.read(folder, WORDS);
        Vocabulary vocabulary = splits.vocabulary();
        assertThat(vocabulary.tokens()).containsExactly("a", "b", "<eos>", "c", "<unk>");
        assertThat(splits.train()).containsExactly(0, 1, 0, 4, 2, 1, 3, 3, 2);
        assertThat(splits.validation()).containsExactly(0, 4, 1, 2);
        assertThat(splits.test()).hasValueSatisfying(ids -> assertThat(ids).containsExactly(3, 3, 2));
        assertThat(splits.sources())
                .containsExactly(
                        new TextSplits.Source("train", train, Fingerprint.sha256(train), 9),
                        new TextSplits.Source("validation", valid, Fingerprint.sha256(valid), 4),
                        new TextSplits.Source("test", test, Fingerprint.sha256(test), 3));
        assertThat(WORDS.encode(train, vocabulary, UnknownTokens.MAP)).isEqualTo(splits.train());
    }

    @Test
    void read_folder_charactersOnlyValidationHas() throws IOException {
        Files.writeString(folder.resolve("train.txt"), "abba\n");
        Files.writeString(folder.resolve("valid.txt"), "abx\n");
        TextSplits splits = TextSplits.read(folder, CHARACTERS);
        assertThat(splits.vocabulary().tokens()).containsExactly("a", "b", "<eos>", "<unk>");
        assertThat(splits.validation()).containsExactly(0, 1, 3, 2);
        assertThat(splits.test()).isEmpty();
        Files.writeString(folder.resolve("valid.txt"), "ab\n");
        assertThat(TextSplits.read(folder, CHARACTERS).vocabulary().holdsUnknown())
                .isFalse();
    }

    @Test
    void read_folder_partsMissingOrTwice() throws IOException {
        assertRefused("has no file with \"train\" in its name (it has no files)");
        Files.writeString(folder.resolve("notes.txt"), "a a\n");
        Files.writeString(folder.resolve("train.txt"), "a a\n");
        assertRefused("has no file with \"valid\" in its name (it has notes.txt, train.txt)");
        Files.writeString(folder.resolve("valid.txt"), "a\n");
        Files.writeString(folder.resolve("train.old.txt"), "a a\n");
        assertRefused("has 2 files with \"train\" in their names (train.old.txt, train.txt); leave one");
        Files.delete(folder.resolve("train.old.txt"));
        Files.writeString(folder.resolve("test1.txt"), "a a\n");
        Files.writeString(folder.resolve("test2.txt"), "a a\n");
        assertRefused("has 2 files with \"test\" in their names (test1.txt, test2.txt)");
    }

    @Test
    void read_folder_oneFileForTwoParts() throws IOException {
        Files.writeString(folder.resolve("train-valid.txt"), "a a\n");
        assertRefused("has a file whose name fits two parts (train-valid.txt); rename it");
    }

    @Test
    void read_folder_nothingToLearn() throws IOException {
        Files.writeString(folder.resolve("train.txt"), "every word is different\n");
        Files.writeString(folder.resolve("valid.txt"), "a b\n");
        assertRefused("train.txt: no word to train on occurs twice");
        Files.writeString(folder.resolve("train.txt"), "a a\n");
        Files.writeString(folder.resolve("valid.txt"), " \n");
        assertRefused("valid.txt holds only white space");
    }

    @Test
    void read_folder_maximumVocabulary() throws IOException {
        Files.writeString(folder.resolve("train.txt"), "a a a b b c c\n");
        Files.writeString(folder.resolve("valid.txt"), "a b\n");
        assertThat(TextSplits.read(folder, WORDS, 4).vocabulary().tokens()).containsExactly("a", "b", "<unk>", "<eos>");
    }

    @Test
    void read_singleFile_cutAtLineEnds() throws IOException {
        String text = IntStream.range(0, 200)
                .mapToObj(i -> "a b c d e f g h w" + i % 7 + "\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("book.txt"), text);
        TextSplits splits = TextSplits.read(file, WORDS);
        assertThat(splits.train()).hasSize(1800);
        assertThat(splits.validation()).hasSize(100);
        assertThat(splits.test()).hasValueSatisfying(ids -> assertThat(ids).hasSize(100));
        assertThat(splits.sources())
                .containsExactly(new TextSplits.Source("whole", file, Fingerprint.sha256(file), 2000));
    }

    @Test
    void read_singleFile_oneLongLine() throws IOException {
        Path file = Files.writeString(folder.resolve("text8"), "ab".repeat(470) + "z".repeat(59));
        TextSplits splits = TextSplits.read(file, CHARACTERS);
        assertThat(splits.train()).hasSize(900);
        assertThat(splits.validation()).hasSize(50);
        assertThat(splits.test()).hasValueSatisfying(ids -> assertThat(ids).hasSize(50));
        assertThat(splits.vocabulary().tokens()).containsExactly("a", "b", "<eos>", "<unk>");
    }

    @Test
    void read_singleFile_tooShortOrMissing() throws IOException {
        Path file = Files.writeString(folder.resolve("book.txt"), "to be or not to be\n");
        assertThatThrownBy(() -> TextSplits.read(file, WORDS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("book.txt holds only 7 tokens, too few to be split in three; give at least 40");
        assertThatThrownBy(() -> TextSplits.read(folder.resolve("boook.txt"), WORDS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean %s?", file);
    }

    @Test
    void cuts_linesOfUnevenLength() {
        int[] ids = new int[1000];
        Arrays.fill(ids, 1);
        ids[909] = 0;
        ids[940] = 0;
        ids[999] = 0;
        assertThat(TextSplits.cuts(ids, 0)).containsExactly(910, 941);
        ids[909] = 1;
        assertThat(TextSplits.cuts(ids, 0)).containsExactly(900, 950);
    }

    private void assertRefused(String sentence) {
        assertThatThrownBy(() -> TextSplits.read(folder, WORDS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(sentence);
    }
}
