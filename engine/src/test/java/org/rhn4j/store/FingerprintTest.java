package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class FingerprintTest {
    /** The test vector of FIPS 180-2. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void sha256_aKnownText(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("abc.txt"), "abc");
        assertThat(Fingerprint.sha256(file)).isEqualTo(ABC);
        assertThat(Fingerprint.sha256(new byte[] {'a', 'b', 'c'})).isEqualTo(ABC);
    }

    @Test
    void sha256_aFolder(@TempDir Path folder) {
        assertThatThrownBy(() -> Fingerprint.sha256(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a folder");
    }
}
