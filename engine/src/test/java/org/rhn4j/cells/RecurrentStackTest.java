package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;

class RecurrentStackTest {
    @Test
    void countsWhatTheEquationsHave() {
        // RHN: W [2H,F], per micro-layer R [2H,H] and b [2H]; output [O,H] and [O]; direct [O,D]
        RecurrentStack stack = new RecurrentStack(CellKind.RHN, 10, 3, 1);
        assertThat(stack.parameterCount(4, 5, 6)).isEqualTo(20 * 4 + 3 * (20 * 10 + 20) + 5 * 10 + 5 + 5 * 6);
    }

    @ParameterizedTest
    @CsvSource({"RHN,1,50000", "RHN,5,50000", "LSTM,1,50000", "DT_RNN,4,3000", "RHN,2,1"})
    void findsTheUnitsNearestToABudget(CellKind kind, int depth, long budget) {
        RecurrentStack stack = new RecurrentStack(kind, 1, depth, 1).sizedTo(budget, 8, 3, 0);
        long distance = Math.abs(stack.parameterCount(8, 3, 0) - budget);
        for (int other : new int[] {Math.max(1, stack.hiddenSize() - 1), stack.hiddenSize() + 1}) {
            assertThat(Math.abs(stack.withHiddenSize(other).parameterCount(8, 3, 0) - budget))
                    .isGreaterThanOrEqualTo(distance);
        }
    }

    @Test
    void refusesADeepLstm() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new RecurrentStack(CellKind.LSTM, 8, 2, 1))
                .withMessageContaining("depth 1");
    }
}
