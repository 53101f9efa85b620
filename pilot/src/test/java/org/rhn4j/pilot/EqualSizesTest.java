package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;

class EqualSizesTest {
    private static final int INPUTS = 13;
    private static final int OUTPUTS = 28 * 3;

    private static List<IntToLongFunction> networks() {
        return Stream.of(
                        new RecurrentStack(CellKind.LSTM, 1, 1, 1),
                        new RecurrentStack(CellKind.RHN, 1, 1, 1),
                        new RecurrentStack(CellKind.RHN, 1, 2, 1),
                        new RecurrentStack(CellKind.RHN, 1, 3, 1),
                        new RecurrentStack(CellKind.RHN, 1, 5, 1))
                .map(stack ->
                        (IntToLongFunction) units -> stack.withHiddenSize(units).parameterCount(INPUTS, OUTPUTS, 0))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"12000", "20000", "30000", "40000", "60000"})
    void of_anLstmAndHighwayNetworks_liesWithinTwoPercent(long wanted) {
        List<IntToLongFunction> networks = networks();

        int[] units = EqualSizes.of(networks, wanted);

        assertThat(EqualSizes.apart(networks, units)).isLessThan(0.02);
        for (int i = 0; i < units.length; i++) {
            double count = networks.get(i).applyAsLong(units[i]);
            assertThat(count / wanted).isBetween(1 - EqualSizes.ROOM - 0.02, 1 + EqualSizes.ROOM + 0.02);
        }
    }

    /** Sized one by one they lie further apart, which is why there is more to it. */
    @ParameterizedTest
    @CsvSource({"8000", "12000", "30000"})
    void of_isCloserThanSizingOneByOne(long wanted) {
        List<IntToLongFunction> networks = networks();
        int[] alone = networks.stream()
                .mapToInt(network -> EqualSizes.of(List.of(network), wanted)[0])
                .toArray();

        assertThat(EqualSizes.apart(networks, EqualSizes.of(networks, wanted)))
                .isLessThan(EqualSizes.apart(networks, alone));
    }

    @ParameterizedTest
    @CsvSource({"1000", "12345"})
    void of_oneNetwork_isTheNearestSize(long wanted) {
        IntToLongFunction network = networks().getFirst();
        int units = EqualSizes.of(List.of(network), wanted)[0];

        long distance = Math.abs(network.applyAsLong(units) - wanted);

        assertThat(Arrays.asList(
                        Math.abs(network.applyAsLong(units - 1) - wanted),
                        Math.abs(network.applyAsLong(units + 1) - wanted)))
                .allSatisfy(other -> assertThat(other).isGreaterThanOrEqualTo(distance));
    }
}
