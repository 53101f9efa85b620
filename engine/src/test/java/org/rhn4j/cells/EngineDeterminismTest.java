package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.cells.EngineChecks.maskValues;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** A seed says all: what is computed does not depend on chance, and what is drawn not on the number of threads. */
class EngineDeterminismTest {
    private static final Dropout DROPOUT = new Dropout(0.2, 0.3, 0.25, 0.4, 0.15);
    private static final RecurrentHighway CELL = new RecurrentHighway(3, RecurrentHighway.Carry.COUPLED);

    static Stream<Arguments> engines() {
        return Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(1, 2, 3).map(threads -> Arguments.of(precision, threads)));
    }

    /** Returns the bits of the loss and of all gradients after two windows. */
    private static List<Object> bits(Engine engine, long seed) {
        Architecture architecture = Architecture.overTokens(CELL, 53, 33, 33, 2, true);
        try (ComparedNetwork compared = new ComparedNetwork(engine, architecture, 7, 5, true, 1)) {
            SplittableRandom random = new SplittableRandom(2);
            List<Object> bits = new ArrayList<>();
            for (int window = 0; window < 2; window++) {
                int[] tokens = compared.randomTokens(random);
                bits.add(compared.network()
                        .gradients(
                                compared.inputs(tokens),
                                compared.targets(tokens),
                                DROPOUT,
                                new RandomSource(seed).split(window)));
                compared.parameters()
                        .all()
                        .forEach(p -> bits.add(toBits(compared.network().gradient(p.name()))));
            }
            return bits;
        }
    }

    private static List<Integer> toBits(float[] values) {
        List<Integer> bits = new ArrayList<>(values.length);
        for (float value : values) {
            bits.add(Float.floatToRawIntBits(value));
        }
        return bits;
    }

    @ParameterizedTest(name = "{0}, {1} threads")
    @MethodSource("engines")
    void sameSeed_givesTheSameBits(Precision precision, int threads) {
        try (Engine engine = EngineChecks.engine(precision, threads, false)) {
            List<Object> first = bits(engine, 3);
            for (int time = 0; time < 3; time++) {
                assertThat(bits(engine, 3).equals(first)).isTrue();
            }
            assertThat(bits(engine, 4).equals(first)).isFalse();
        }
    }

    /** Draws all masks, [B, units] or [B, V], by name. */
    private static Map<String, double[]> masks(int threads, long seed, int batch, int units) {
        Architecture architecture = Architecture.overTokens(CELL, 53, units, units, 2, true);
        int steps = 40;
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                ComparedNetwork compared = new ComparedNetwork(engine, architecture, steps, batch, true, 1)) {
            int[] tokens = compared.randomTokens(new SplittableRandom(5));
            Sequences inputs = compared.inputs(tokens);
            compared.network().gradients(inputs, compared.targets(tokens), DROPOUT, new RandomSource(seed));
            Map<String, double[]> masks = new LinkedHashMap<>();
            for (int k = 0; k < 2; k++) {
                RecurrentLayer layer = compared.network().layer(k);
                masks.put("input of layer " + k, maskValues(layer.inputMask(), batch, units));
                masks.put("state of layer " + k, maskValues(layer.stateMask(), batch, units));
                masks.put("update of layer " + k, maskValues(layer.updateMask(), batch, units));
            }
            masks.put("output", maskValues(compared.network().outputMask(), batch, units));
            masks.put("words", compared.wordMask(inputs.tokens(), DROPOUT.embedding()));
            return masks;
        }
    }

    @Test
    void masks_doNotDependOnTheNumberOfThreads() {
        Map<String, double[]> ofOne = masks(1, 9, 3, 70);
        for (int threads : new int[] {2, 3, 5}) {
            Map<String, double[]> ofSeveral = masks(threads, 9, 3, 70);
            ofOne.forEach((name, mask) -> assertThat(ofSeveral.get(name))
                    .as("%s, %d threads", name, threads)
                    .isEqualTo(mask));
        }
    }

    @Test
    void masks_differByPurposeLayerSequenceAndSeed() {
        Map<String, double[]> masks = masks(2, 9, 3, 70);
        List<String> names = new ArrayList<>(masks.keySet());
        for (String a : names) {
            for (String b : names) {
                if (!a.equals(b)) {
                    assertThat(dropped(masks.get(a))).as("%s and %s", a, b).isNotEqualTo(dropped(masks.get(b)));
                }
            }
            double[] mask = masks.get(a);
            int row = mask.length / 3;
            assertThat(Arrays.copyOf(mask, row)).as(a).isNotEqualTo(Arrays.copyOfRange(mask, row, 2 * row));
        }
        Map<String, double[]> others = masks(2, 10, 3, 70);
        masks.forEach((name, mask) -> assertThat(others.get(name)).as(name).isNotEqualTo(mask));
    }

    private static List<Boolean> dropped(double[] mask) {
        return Arrays.stream(mask).limit(150).mapToObj(value -> value == 0).toList();
    }

    /** Kept elements are scaled by 1 ÷ keep, and as many are dropped as was asked, within 5 standard deviations. */
    @Test
    void masks_dropTheShareThatWasAskedFor() {
        int batch = 20;
        int units = 200;
        Map<String, double[]> masks = masks(2, 11, batch, units);
        for (int k = 0; k < 2; k++) {
            assertShare(masks.get("input of layer " + k), DROPOUT.input());
            assertShare(masks.get("state of layer " + k), DROPOUT.state());
            assertShare(masks.get("update of layer " + k), DROPOUT.update());
        }
        assertShare(masks.get("output"), DROPOUT.output());
        // words that a sequence has not read count as kept with the factor 1: leave them out
        assertShare(
                Arrays.stream(masks.get("words")).filter(value -> value != 1).toArray(), DROPOUT.embedding());
    }

    private static void assertShare(double[] mask, double rate) {
        assertThat(mask.length).isGreaterThan(400);
        double kept = (float) (1 / (1 - rate));
        long zeros = 0;
        for (double value : mask) {
            if (value == 0) {
                zeros++;
            } else {
                assertThat(Math.abs(value - kept)).isLessThan(1e-6);
            }
        }
        double deviation = Math.sqrt(mask.length * rate * (1 - rate));
        assertThat((double) zeros).isBetween(mask.length * rate - 5 * deviation, mask.length * rate + 5 * deviation);
    }
}
