package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published sizes of the Penn Treebank, where its text is at hand. */
class PennTreebankTest {
    private Path folder = Path.of("");

    @BeforeEach
    void find() {
        List<Path> places = List.of(Path.of("../shared/data/ptb"), Path.of("../../shared/data/ptb"));
        Path found = places.stream().filter(Files::isDirectory).findFirst().orElse(null);
        assumeTrue(found != null, "skipped: the Penn Treebank is not in ../shared/data/ptb");
        folder = found;
    }

    @Test
    void words() {
        TextSplits splits = TextSplits.read(folder, new Corpus(TextUnit.WORD, false));
        assertThat(splits.train()).hasSize(929_589);
        assertThat(splits.validation()).hasSize(73_760);
        assertThat(splits.test()).hasValueSatisfying(test -> assertThat(test).hasSize(82_430));
        assertThat(splits.vocabulary().size()).isEqualTo(10_000);
        assertThat(splits.vocabulary().tokens()).startsWith("the", "<unk>", "<eos>", "N");
    }

    @Test
    void characters() {
        TextSplits splits = TextSplits.read(folder, new Corpus(TextUnit.CHARACTER, true));
        assertThat(splits.train()).hasSize(5_017_482);
        assertThat(splits.validation()).hasSize(393_042);
        assertThat(splits.test()).hasValueSatisfying(test -> assertThat(test).hasSize(442_423));
        assertThat(splits.vocabulary().holdsUnknown()).isFalse();
        assertThat(splits.vocabulary().size()).isEqualTo(50);
    }
}
