package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeFloats;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.pointwise.Pointwise;

class ParametersTest {
    private static Parameters parameters(int gates, int hidden, int columns, int threads) {
        Parameters parameters = new Parameters();
        UnitSlices units = UnitSlices.of(hidden, threads);
        UnitSlices inputs = UnitSlices.of(columns, threads);
        parameters.addMatrix("matrix", inputs, units);
        parameters.addGateMatrix("gates", gates, units, inputs);
        parameters.addGateVector("gate biases", gates, units);
        parameters.addVector("biases", inputs);
        parameters.allocate();
        return parameters;
    }

    @ParameterizedTest(name = "{0} gates, {1} units, {2} columns, {3} threads")
    @CsvSource({"1, 1, 1, 1", "2, 33, 20, 1", "2, 33, 20, 2", "3, 33, 17, 5", "4, 100, 16, 3", "2, 830, 7, 2"})
    void setValues_areReadBackAndNothingElseIsWritten(int gates, int hidden, int columns, int threads) {
        try (Parameters parameters = parameters(gates, hidden, columns, threads)) {
            SplittableRandom random = new SplittableRandom(1);
            float[][] written = new float[4][];
            int i = 0;
            for (Parameters.Parameter p : parameters.all()) {
                written[i] = NativeFloats.uniform(random, (int) p.count(), 1);
                parameters.setValues(p.name(), written[i++]);
            }
            i = 0;
            for (Parameters.Parameter p : parameters.all()) {
                assertThat(parameters.values(p.name())).as(p.name()).isEqualTo(written[i++]);
            }
            assertThat(visible(parameters).cardinality()).isEqualTo((int) parameters.count());
            assertPaddingIsZero(parameters, parameters.address());
        }
    }

    @Test
    void shapes_areTheVisibleOnes() {
        try (Parameters parameters = parameters(3, 33, 20, 2)) {
            assertThat(parameters.get("matrix").shape()).containsExactly(20, 33);
            assertThat(parameters.get("gates").shape()).containsExactly(99, 20);
            assertThat(parameters.get("gate biases").shape()).containsExactly(99);
            assertThat(parameters.get("biases").shape()).containsExactly(20);
            assertThat(parameters.count()).isEqualTo(20 * 33 + 99 * 20 + 99 + 20);
            assertThat(parameters.all().stream().map(Parameters.Parameter::name))
                    .containsExactly("matrix", "gates", "gate biases", "biases");
        }
    }

    /** The layout that products rely on: by worker, then gate, then unit. */
    @Test
    void gateRows_areContiguousForEachWorker() {
        int hidden = 40;
        int gates = 2;
        UnitSlices units = UnitSlices.of(hidden, 2);
        try (Parameters parameters = parameters(gates, hidden, 3, 2)) {
            Parameters.Parameter weights = parameters.get("gates");
            for (int gate = 0; gate < gates; gate++) {
                for (int unit = 0; unit < hidden; unit++) {
                    int owner = units.ownerOf(unit);
                    long row =
                            gates * units.start(owner) + (long) gate * units.width(owner) + unit - units.start(owner);
                    assertThat(weights.rowOffset(gate * hidden + unit) - weights.offset())
                            .isEqualTo(row * weights.rowStride());
                }
            }
        }
    }

    /** The counts that the paper and its code state: depth 10 on Penn Treebank, tied, and on enwik8. */
    @Test
    void count_isThatOfThePaper() {
        RecurrentHighway cell = new RecurrentHighway(10, RecurrentHighway.Carry.COUPLED);
        Architecture words = Architecture.overTokens(cell, 10000, 830, 830, 1, true);
        Architecture bytes = Architecture.overTokens(cell, 205, 205, 1500, 1, false);
        try (Parameters ofWords = Network.parameters(words, 2);
                Parameters ofBytes = Network.parameters(bytes, 3)) {
            assertThat(ofWords.count()).isEqualTo(23_482_400);
            assertThat(ofBytes.count()).isEqualTo(45_994_730);
        }
    }

    @Test
    void wrongNamesSizesAndTimes_areRefused() {
        try (Parameters parameters = parameters(2, 33, 20, 2)) {
            assertThatThrownBy(() -> parameters.get("gate"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no parameter gate; there are [matrix, gates, gate biases, biases]");
            assertThatThrownBy(() -> parameters.setValues("matrix", new float[20 * 33 - 1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("matrix has the shape [20, 33], not 659 elements");
            assertThatThrownBy(() -> parameters.addVector("late", UnitSlices.of(1, 1)))
                    .isInstanceOf(IllegalStateException.class);
        }
        Parameters twice = new Parameters();
        twice.addVector("a", UnitSlices.of(1, 1));
        assertThatThrownBy(() -> twice.addVector("a", UnitSlices.of(1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two parameters a");
        twice.close();
    }

    /** Padding that left zero would leak into states: units that no one sees would begin to live. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void padding_staysZeroOverTrainingStepsWithDecay(Precision precision) {
        for (Cell cell : EveryCell.of(2).toList()) {
            Architecture architecture = Architecture.overTokens(cell, 53, 20, 33, 2, false);
            try (Engine engine = EngineChecks.engine(precision, 2, false);
                    ComparedNetwork compared = new ComparedNetwork(engine, architecture, 5, 3, true, 1)) {
                assertPaddingStaysZero(engine, compared);
            }
        }
    }

    private static void assertPaddingStaysZero(Engine engine, ComparedNetwork compared) {
        Network network = compared.network();
        Parameters parameters = compared.parameters();
        Dropout dropout = new Dropout(0.2, 0.3, 0.25, 0.4, 0.15);
        SplittableRandom random = new SplittableRandom(2);
        long n = parameters.floats();
        float[] first = parameters.values("decoder.bias");
        try (Arena arena = Arena.ofConfined()) {
            long m = arena.allocate(4 * n, 64).address();
            long v = arena.allocate(4 * n, 64).address();
            Pointwise.AdamStep adam = new Pointwise.AdamStep(1, 0.01f, 0.9f, 0.99f, 1, 1, 1e-8f, 0.01f);
            for (int step = 0; step < 4; step++) {
                int[] tokens = compared.randomTokens(random);
                network.gradients(compared.inputs(tokens), compared.targets(tokens), dropout, new RandomSource(step));
                assertPaddingIsZero(parameters, network.gradients().address());
                Pointwise pointwise = engine.pointwise();
                pointwise.decayAndSquares(network.gradients().address(), parameters.address(), n, 0.01f);
                if (step % 2 == 0) {
                    pointwise.descend(parameters.address(), network.gradients().address(), n, 0.1f);
                } else {
                    pointwise.adam(parameters.address(), network.gradients().address(), m, v, n, adam);
                }
                network.pack();
                assertPaddingIsZero(parameters, parameters.address());
            }
        }
        assertThat(parameters.values("decoder.bias")).isNotEqualTo(first);
    }

    private static BitSet visible(Parameters parameters) {
        BitSet visible = new BitSet();
        for (Parameters.Parameter p : parameters.all()) {
            for (int row = 0; row < p.rows(); row++) {
                visible.set((int) p.rowOffset(row), (int) p.rowOffset(row) + p.columns());
            }
        }
        return visible;
    }

    private static void assertPaddingIsZero(Parameters parameters, long arena) {
        BitSet visible = visible(parameters);
        for (int i = visible.nextClearBit(0); i < parameters.floats(); i = visible.nextClearBit(i + 1)) {
            if (NativeMemory.getFloat(arena + 4L * i) != 0) {
                assertThat(NativeMemory.getFloat(arena + 4L * i))
                        .as("padding at float %d", i)
                        .isZero();
            }
        }
    }
}
