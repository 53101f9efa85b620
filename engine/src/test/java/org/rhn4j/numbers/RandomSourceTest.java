package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class RandomSourceTest {
    /** Changing these changes what every published seed gives. */
    @Test
    void numbersOfASeed_areFixedForEver() {
        RandomSource source = new RandomSource(42);
        assertThat(source.bits(0)).isEqualTo(-1624335403262870368L);
        assertThat(source.bits(1)).isEqualTo(-4464902645528984275L);
        assertThat(source.bits(1L << 40)).isEqualTo(-6151888929971384770L);
        assertThat(source.split(7).bits(3)).isEqualTo(6382418327473265707L);
        assertThat(source.split("embedding").bits(3)).isEqualTo(1271886258800587358L);
        assertThat(source.split("layer").split(1).split("state").uniform(5)).isEqualTo(0.15330439805984497f);
        assertThat(new RandomSource(-1).uniformDouble(0)).isEqualTo(0.08500079150590589);
    }

    @Test
    void sameSeedAndIndex_giveTheSame() {
        for (long i = 0; i < 100; i++) {
            assertThat(new RandomSource(3).split("a").bits(i))
                    .isEqualTo(new RandomSource(3).split("a").bits(i));
        }
    }

    @Test
    void uniforms_areMultiplesOfTheirStepBelowOne() {
        RandomSource source = new RandomSource(1);
        double largest = 0;
        double least = 1;
        for (long i = 0; i < 100_000; i++) {
            float u = source.uniform(i);
            assertThat(u >= 0 && u < 1 && u * 0x1p24f == (int) (u * 0x1p24f)).isTrue();
            double d = source.uniformDouble(i);
            assertThat(d >= 0 && d < 1 && d * 0x1p53 == (long) (d * 0x1p53)).isTrue();
            largest = Math.max(largest, u);
            least = Math.min(least, u);
        }
        assertThat(largest).isGreaterThan(0.9999);
        assertThat(least).isLessThan(0.0001);
    }

    /** Chi-square over 256 cells with 255 degrees of freedom: 255 ± 22.6; the bound is 6 standard deviations away. */
    private static void assertUniform(String what, int n, LongToDoubleFunction numbers) {
        int cells = 256;
        int[] counts = new int[cells];
        for (long i = 0; i < n; i++) {
            counts[(int) (numbers.applyAsDouble(i) * cells)]++;
        }
        double expected = (double) n / cells;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertThat(chiSquare).as(what).isBetween(255 - 6 * 22.6, 255 + 6 * 22.6);
    }

    @Test
    void numbers_areUniform() {
        RandomSource source = new RandomSource(5);
        assertUniform("by index", 400_000, source::uniform);
        assertUniform("doubles by index", 400_000, source::uniformDouble);
        assertUniform("low bits", 400_000, i -> (source.bits(i) & 0xFF) / 256.0);
        assertUniform("by seed", 400_000, i -> new RandomSource(i).uniform(0));
        assertUniform("by split", 400_000, i -> source.split(i).uniform(0));
        assertUniform("by split, low bits", 400_000, i -> (source.split(i).bits(0) & 0xFF) / 256.0);
        assertUniform("by far indices", 400_000, i -> source.uniform(i << 32));
        assertUniform("difference of neighbours", 400_000, i -> fraction(source.uniform(i) - source.uniform(i + 1)));
    }

    private static double fraction(double value) {
        return value - Math.floor(value);
    }

    /** The differences, modulo one, of two independent uniform sequences are uniform; those of related ones are not. */
    private static void assertIndependent(String what, RandomSource a, RandomSource b) {
        assertUniform(what, 100_000, i -> fraction((double) a.uniform(i) - b.uniform(i)));
        assertUniform(what + ", shifted", 100_000, i -> fraction((double) a.uniform(i) - b.uniform(i + 1)));
        assertUniform(what + ", sum", 100_000, i -> fraction((double) a.uniform(i) + b.uniform(i)));
    }

    @Test
    void splits_areIndependent() {
        RandomSource source = new RandomSource(9);
        assertIndependent("neighbouring numbers", source.split(0), source.split(1));
        assertIndependent("purposes", source.split("input"), source.split("state"));
        assertIndependent("parent and child", source, source.split(0));
        assertIndependent(
                "child and grandchild", source.split(0), source.split(0).split(0));
        assertIndependent("order", source.split(1).split(2), source.split(2).split(1));
        assertIndependent("seeds", new RandomSource(0), new RandomSource(1));
        assertIndependent("number and seed", new RandomSource(1), new RandomSource(0).split(1));
    }

    @Test
    void splitsAndSeeds_doNotCollide() {
        Set<Long> firsts = new HashSet<>();
        int n = 50_000;
        RandomSource source = new RandomSource(-11);
        for (int i = 0; i < n; i++) {
            firsts.add(source.split(i).bits(0));
            firsts.add(new RandomSource(i).bits(0));
            firsts.add(source.split("layer").split(i).bits(0));
            firsts.add(source.bits(i));
        }
        assertThat(firsts).hasSize(4 * n);
    }
}
