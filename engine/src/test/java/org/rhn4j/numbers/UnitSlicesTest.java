package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitSlicesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 33, 830, 10000, 10007})
    void slices_coverThePaddedUnitsInWholeBlocks(int units) {
        for (int workers = 1; workers <= 9; workers++) {
            UnitSlices slices = UnitSlices.of(units, workers);
            assertThat(slices.padded()).isGreaterThanOrEqualTo(units).isLessThan(units + 16);
            assertThat(slices.padded() % 16).isZero();
            int next = 0;
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int worker = 0; worker < workers; worker++) {
                assertThat(slices.start(worker)).isEqualTo(next);
                assertThat(slices.width(worker) % 16).isZero();
                next += slices.width(worker);
                least = Math.min(least, slices.width(worker));
                most = Math.max(most, slices.width(worker));
            }
            assertThat(next).isEqualTo(slices.padded());
            assertThat(most - least).isBetween(0, 16);
        }
    }

    @Test
    void ownerOf_isTheWorkerWhoseSliceHoldsTheUnit() {
        for (int workers = 1; workers <= 6; workers++) {
            UnitSlices slices = UnitSlices.of(70, workers);
            for (int unit = 0; unit < slices.padded(); unit++) {
                int owner = slices.ownerOf(unit);
                assertThat(unit).isBetween(slices.start(owner), slices.start(owner) + slices.width(owner) - 1);
            }
        }
    }

    @Test
    void moreWorkersThanBlocks_leaveSomeWithoutUnits() {
        UnitSlices slices = UnitSlices.of(17, 5);
        int without = 0;
        for (int worker = 0; worker < 5; worker++) {
            without += slices.width(worker) == 0 ? 1 : 0;
        }
        assertThat(without).isEqualTo(3);
    }

    @Test
    void unitBeyondThePadding_hasNoOwner() {
        assertThatThrownBy(() -> UnitSlices.of(17, 2).ownerOf(32)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
