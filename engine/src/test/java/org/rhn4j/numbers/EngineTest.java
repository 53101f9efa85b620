package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;
import org.rhn4j.numbers.onednn.OneDnn;

class EngineTest {
    @Test
    void automatic_takesWhatTheMachineHas() {
        try (Engine engine = Engine.automatic()) {
            assertThat(engine.precision()).isEqualTo(OneDnn.hasBf16() ? Precision.BF16 : Precision.F32);
            assertThat(engine.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(engine.hasVectors()).isTrue(); // the build runs tests with the module
            assertThat(engine.description())
                    .startsWith("oneDNN " + OneDnn.instructionSet() + ", ")
                    .contains("-bit vectors")
                    .doesNotContain("slow");
            assertThat(engine.description().contains("no bf16 products")).isEqualTo(!OneDnn.hasBf16());
        }
    }

    @Test
    void f32_isThereOnRequest() {
        try (Engine engine =
                Engine.builder().precision(Precision.F32).threads(1).build()) {
            assertThat(engine.precision()).isEqualTo(Precision.F32);
            assertThat(engine.description())
                    .contains(", f32, ")
                    .contains(", 1 thread")
                    .doesNotContain("1 threads");
        }
    }

    @Test
    void scalarKernels_areThereOnRequest() {
        try (Engine engine = Engine.builder()
                .precision(Precision.F32)
                .threads(3)
                .scalarKernels(true)
                .build()) {
            assertThat(engine.hasVectors()).isFalse();
            assertThat(engine.description()).contains("scalar loops (asked for), 3 threads");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1025, Integer.MIN_VALUE})
    void threads_outOfRange_areRefused(int threads) {
        assertThatThrownBy(() -> Engine.builder().threads(threads).build())
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "The number of threads must be between 1 and 1024 (or 0 for one per processor), not %d.",
                        threads);
    }

    @Test
    void bf16_withoutProductsForIt_isRefused() {
        assumeFalse(OneDnn.hasBf16(), "this processor has bf16 products");
        assertThatThrownBy(() -> Engine.builder().precision(Precision.BF16).build())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no bf16 products; use precision f32");
    }

    @Test
    void close_endsTheTeam() {
        Engine engine = Engine.builder().precision(Precision.F32).threads(2).build();
        engine.team().run(worker -> {});
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.team().run(worker -> {})).hasMessageContaining("closed");
    }
}
