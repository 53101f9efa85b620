package org.rhn4j.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class ZooSetTest {
    private static final String README = """
        # A zoo

        | set | what | series × rows | m | h | test rows (windows) | validation rows | source |
        |---|---|---|---|---|---|---|---|
        | `air` | Passengers | 1 × 144 | 12 | 12 | 24 (2) | 24 | there |
        | `walkers` | Walkers | 2 × 720 | 24 | 24 | 144 (6) | 108 | there |

        | method | what |
        |---|---|
        | ridge | all steps at once |

        | set | last value | seasonal naive | LightGBM | ETS coverage |
        |---|---|---|---|---|
        | `air` | 2.928 | 1.665 | **0.602** | 0.92 |
        | `walkers` | 2.843 | 0.783 | **0.665** | 0.99 |
        """;

    @TempDir
    private Path folder;

    @Test
    void readsProtocolAndReferenceFigures() throws IOException {
        Files.writeString(folder.resolve("README.md"), README);
        List<ZooSet> sets = ZooSet.read(folder);
        assertThat(sets).extracting(ZooSet::name).containsExactly("air", "walkers");
        ZooSet walkers = sets.getLast();
        assertThat(walkers.series()).isEqualTo(2);
        assertThat(walkers.season()).isEqualTo(24);
        assertThat(walkers.horizon()).isEqualTo(24);
        assertThat(walkers.testRows()).isEqualTo(144);
        assertThat(walkers.validationRows()).isEqualTo(108);
        assertThat(walkers.reference(ZooSet.SEASONAL_NAIVE)).isEqualTo(0.783);
        assertThat(walkers.best()).isEqualTo(0.665);
    }

    @Test
    void anotherReadmeIsRefused() throws IOException {
        Files.writeString(folder.resolve("README.md"), README.replace("| `walkers` | 2.843", "| `dogs` | 2.843"));
        assertThatThrownBy(() -> ZooSet.read(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("does not describe the zoo's sets");
    }
}
