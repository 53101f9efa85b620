package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> KEYS = List.of("hidden_size", "depth", "layers", "unit");

    @Test
    void of_aSlip() {
        assertThat(NearestName.of("hiden_size", KEYS)).contains("hidden_size");
        assertThat(NearestName.of("dpeth", KEYS)).contains("depth");
        assertThat(NearestName.of("DEPTH", KEYS)).contains("depth");
    }

    @Test
    void of_somethingElse() {
        assertThat(NearestName.of("learning_rate", KEYS)).isEmpty();
        assertThat(NearestName.of("", KEYS)).isEmpty();
        assertThat(NearestName.of("x".repeat(100_000), KEYS)).isEmpty();
    }
}
