package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rhn4j.UserError;

class MemoryBudgetTest {
    @Test
    void availableBytes_areSomeAndNoMoreThanAMachineHas() {
        assertThat(MemoryBudget.availableBytes()).isBetween(1L << 20, 1L << 48);
    }

    @Test
    void planThatFits_isAccepted() {
        MemoryBudget.require(1 << 20, "A test", "take less");
    }

    @Test
    void planThatDoesNotFit_isRefusedWithBothSizesAndAnAdvice() {
        assertThatThrownBy(() -> MemoryBudget.require(3L << 50, "Training with batches of 20", "take a smaller batch"))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("Training with batches of 20 needs 3145728\\.0 GiB of memory, and this machine has"
                        + " [0-9]+\\.[0-9] GiB available; take a smaller batch\\.");
    }
}
