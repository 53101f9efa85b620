package org.rhn4j.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;

class CmapssCorpusTest {
    @TempDir
    private Path folder;

    @Test
    void read_turbofanEngines_asPublished() {
        Path data = Path.of("../../shared/data/cmapss");
        Assumptions.assumeTrue(Files.isDirectory(data), "without ../shared/data/cmapss");
        CmapssCorpus corpus = CmapssCorpus.read(data, "FD001");
        assertThat(corpus.train().units()).hasSize(100);
        assertThat(corpus.train().rows()).isEqualTo(20_631);
        assertThat(corpus.test().units()).hasSize(100);
        assertThat(corpus.test().rows()).isEqualTo(13_096);
        assertThat(corpus.lives()).hasSize(100).startsWith(112, 98, 69);
        assertThat(corpus.train().constantFeatures(corpus.train().units()))
                .containsExactly("c5", "c6", "c10", "c15", "c21", "c23", "c24");
    }

    @Test
    void lives_notAsManyAsEngines() throws IOException {
        Files.writeString(folder.resolve("train_X.txt"), "1 1 0.5\n1 2 0.6\n2 1 0.5\n2 2 0.7\n");
        Files.writeString(folder.resolve("test_X.txt"), "1 1 0.5\n1 2 0.6\n");
        Files.writeString(folder.resolve("RUL_X.txt"), "12\n7\n");
        refuses("X", "has 2 lives for the 1 engines of the test file");
        refuses("Y", "test_Y.txt does not exist");
    }

    private void refuses(String part, String sentence) {
        Invocation invocation = Invocation.of("bench", "cmapss", "--data", folder, "--part=" + part);
        assertThat(invocation.status()).as(invocation.out() + invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).contains(sentence).doesNotContain("\tat ");
    }
}
