package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** Blocks of 16 units are what work divides by. */
    @ParameterizedTest
    @CsvSource({"8, 1", "16, 1", "17, 2", "64, 4", "65, 5", "1000, 6"})
    void fitting_threadsThatWereAskedFor_areNoMoreThanTheUnitsFeed(int units, int expected) {
        try (Engine engine = Engine.builder().threads(6).build()) {
            Engine fitting = engine.fitting(units, 20);
            assertThat(fitting.threads()).isEqualTo(expected);
            assertThat(fitting.description()).endsWith(expected == 1 ? ", 1 thread" : ", " + expected + " threads");
            assertThat(fitting.precision()).isEqualTo(engine.precision());
            assertThat(fitting.pointwise()).isSameAs(engine.pointwise());
            assertThat(engine.fitting(units, 1)).isSameAs(fitting);
            assertThat(fitting.fitting(units, 1000)).isSameAs(fitting);
        }
    }

    /** Small networks run on one thread; a large one has a worker for each processor, as far as its units go. */
    @ParameterizedTest
    @CsvSource({"8, 512", "64, 64", "64, 128", "128, 20", "256, 1"})
    void fitting_leftToTheEngine_isOneThreadForSmallNetworks(int units, int rows) {
        try (Engine engine = Engine.automatic()) {
            assertThat(engine.fitting(units, rows).threads()).isEqualTo(1);
        }
    }

    @Test
    void fitting_leftToTheEngine_isAllProcessorsForALargeNetwork() {
        int processors = Runtime.getRuntime().availableProcessors();
        try (Engine engine = Engine.automatic()) {
            assertThat(engine.fitting(16 * 1024, 20).threads()).isEqualTo(Math.min(1024, processors));
            assertThat(engine.description())
                    .contains(processors == 1 ? ", 1 thread" : ", up to " + processors + " threads");
        }
    }

    @Test
    void close_endsTheEnginesThatItGave() {
        Engine engine = Engine.builder().threads(4).build();
        Engine fitting = engine.fitting(32, 1);
        engine.close();
        assertThatThrownBy(() -> fitting.team().run(worker -> {})).hasMessage("the engine is closed");
        assertThatThrownBy(() -> engine.fitting(16, 1)).hasMessage("the engine is closed");
    }
}
