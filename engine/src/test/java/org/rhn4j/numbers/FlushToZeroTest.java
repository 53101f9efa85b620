package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlushToZeroTest {
    /** From an array, so that the product is computed when the test runs and not when it is compiled. */
    private static final float[] SMALL = {1e-20f, 2e-20f};

    private static final float[] DENORMAL = {1e-40f, 1f};

    private static float product() {
        return SMALL[0] * SMALL[1];
    }

    @BeforeEach
    void systemIsKnown() {
        assumeTrue(FlushToZero.isSupported(), "denormals cannot be flushed on this system");
    }

    @Test
    void denormals_areZeroInsideAJobAndRestoredAfterIt() {
        float[] products = {-1, -1, -1};
        float[] operands = {-1, -1, -1};
        try (WorkerTeam team = new WorkerTeam(3)) {
            for (int time = 0; time < 3; time++) {
                assertThat(product()).isEqualTo(2e-40f);
                team.run(worker -> {
                    products[worker] = product();
                    operands[worker] = DENORMAL[0] * DENORMAL[1];
                });
                assertThat(products).containsOnly(0);
                assertThat(operands).containsOnly(0);
                assertThat(product()).isEqualTo(2e-40f);
            }
        }
    }

    @Test
    void denormals_areRestoredAfterAFailedJob() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            assertThatThrownBy(() -> team.run(worker -> {
                        throw new IllegalStateException("for a test");
                    }))
                    .hasMessage("for a test");
        }
        assertThat(product()).isEqualTo(2e-40f);
    }

    /** A job of another team inside a job must leave the outer one as it was. */
    @Test
    void restore_leavesAnOuterSwitchOn() {
        boolean outer = FlushToZero.enableHere();
        try {
            assertThat(outer).isTrue();
            assertThat(product()).isZero();
            boolean inner = FlushToZero.enableHere();
            assertThat(inner).isFalse();
            FlushToZero.restore(inner);
            assertThat(product()).isZero();
        } finally {
            FlushToZero.restore(outer);
        }
        assertThat(product()).isEqualTo(2e-40f);
    }
}
