package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.randomize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;

class LesionStudyTest {
    private static final int[] IDS = new SplittableRandom(1).ints(61, 0, 7).toArray();

    static Stream<Cell> cells() {
        return EveryCell.of(3);
    }

    private static ReferenceLanguageModel random(Architecture architecture) {
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), new SplittableRandom(2), 0.8);
        return reference;
    }

    private static Subject text(Parameters parameters, Architecture architecture, int[] ids) {
        return new TextSubject(parameters, architecture, ids, id -> "");
    }

    /** Without a micro-layer that the input does not enter, a network is one of less depth. */
    @ParameterizedTest
    @EnumSource
    void shutMicroLayer_isANetworkWithoutIt(RecurrentHighway.Carry carry) {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(3, carry), 7, 5, 6, 1, false);
        ReferenceLanguageModel reference = random(architecture);
        ReferenceLanguageModel shorter =
                TinyModels.reference(Architecture.overTokens(new RecurrentHighway(2, carry), 7, 5, 6, 1, false));
        shorter.parameters()
                .forEach((name, values) -> System.arraycopy(
                        reference.parameters().get(name.replace("recurrent.1", "recurrent.2")),
                        0,
                        values,
                        0,
                        values.length));
        try (Engine engine = TinyModels.engine(1);
                Parameters parameters = TinyModels.parameters(architecture, reference, 1);
                LesionStudy study = new LesionStudy(engine, text(parameters, architecture, IDS), 1000)) {
            List<LesionEffect> lesions = study.lesions(0);
            assertThat(lesions).extracting(LesionEffect::microLayer).containsExactly(0, 1, 2);

            LesionEffect effect = study.measure(lesions.get(1));

            assertThat(study.counted()).isEqualTo(60);
            assertThat(Statistics.mean(study.intact())).isCloseTo(reference.meanLoss(IDS), within(1e-5));
            assertThat(effect.change()).isCloseTo(shorter.meanLoss(IDS) - reference.meanLoss(IDS), within(1e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void parametersAreRestored_bitForBit(Cell cell) {
        Architecture architecture = Architecture.overTokens(cell, 7, 5, 18, 2, false);
        ReferenceLanguageModel reference = random(architecture);
        try (Engine engine = TinyModels.engine(2);
                Parameters parameters = TinyModels.parameters(architecture, reference, 2);
                LesionStudy study = new LesionStudy(engine, text(parameters, architecture, IDS), 1000)) {
            Map<String, int[]> before = bits(parameters);
            double[] intact = study.intact().clone();
            List<LesionEffect> lesions = new ArrayList<>(study.lesions(1));
            lesions.addAll(study.unitLesion(0, new int[] {0, 17}));
            assertThat(lesions)
                    .hasSize(cell.depth() * cell.lesions().size() + (cell instanceof DeepTransition ? 0 : 1));

            for (LesionEffect lesion : lesions) {
                LesionEffect effect = study.measure(lesion);
                assertThat(effect.change()).as("%s", effect).isNotZero();
                assertSame(before, bits(parameters));
            }
            for (LesionEffect lesion : study.unitLesion(0, new int[] {0, 5000})) {
                assertThatThrownBy(() -> study.measure(lesion)).isInstanceOf(IndexOutOfBoundsException.class);
                assertSame(before, bits(parameters));
            }
            try (LesionStudy again = new LesionStudy(engine, text(parameters, architecture, IDS), 1000)) {
                assertThat(again.intact()).containsExactly(intact);
            }
        }
    }

    private static Map<String, int[]> bits(Parameters parameters) {
        Map<String, int[]> bits = new LinkedHashMap<>();
        parameters.all().forEach(p -> {
            float[] values = parameters.values(p.name());
            int[] raw = new int[values.length];
            Arrays.setAll(raw, i -> Float.floatToRawIntBits(values[i]));
            bits.put(p.name(), raw);
        });
        return bits;
    }

    private static void assertSame(Map<String, int[]> before, Map<String, int[]> now) {
        before.forEach((name, raw) -> assertThat(now.get(name)).as(name).containsExactly(raw));
    }

    @Test
    void blocksOfLongTexts_leaveOutTheirStarts() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(1, COUPLED), 7, 5, 6, 1, false);
        ReferenceLanguageModel reference = random(architecture);
        int[] ids = new SplittableRandom(3).ints(1025, 0, 7).toArray();
        try (Engine engine = TinyModels.engine(1);
                Parameters parameters = TinyModels.parameters(architecture, reference, 1);
                LesionStudy study = new LesionStudy(engine, text(parameters, architecture, ids), 200)) {
            double[] blocks = study.intact();

            // 3 parts of 341 tokens: a window of 64 uncounted, then 200 / 192 windows, rounded up
            assertThat(blocks).hasSize(6);
            int[] part = Arrays.copyOfRange(ids, 341, 341 + 129);
            double[] losses = reference.run(part, reference.zeroStates(1)).losses();
            assertThat(blocks[1])
                    .isCloseTo(Arrays.stream(losses, 64, 128).average().orElseThrow(), within(1e-5));
        }
    }

    @Test
    void groups_goFromTheShortestMemoryToTheLongest() {
        List<int[]> groups = ModelExplainer.groups(new float[] {3, 1, 2, 9, 1}, 2);

        assertThat(groups).hasSize(2);
        assertThat(groups.get(0)).containsExactly(1, 4);
        assertThat(groups.get(1)).containsExactly(2, 0, 3);
        assertThat(ModelExplainer.groups(new float[0], 4)).isEmpty();
    }
}
