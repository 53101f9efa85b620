package org.rhn4j.numbers;

/**
 * The one source of randomness: numbers by key and counter, without state.
 *
 * <p>The i-th number of a key is a hash of both (the finaliser of SplitMix64: Steele, Lea, Flood, "Fast splittable
 * pseudorandom number generators", 2014, applied twice), so any worker computes any number, the result does not depend
 * on the order or the number of threads, and a resumed run needs no more than the number of the step it resumes at.
 */
public final class RandomSource {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long key;

    /** The source of a seed. */
    public RandomSource(long seed) {
        this.key = mix(seed + GOLDEN);
    }

    /** An independent source, named by a number: a step, a layer. */
    public RandomSource split(long name) {
        return new RandomSource(key ^ mix(name * GOLDEN + 0x1B873593L));
    }

    /** An independent source, named by a purpose. */
    public RandomSource split(String purpose) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * 0x100000001B3L;
        }
        return split(hash);
    }

    /** The {@code index}-th 64 random bits. */
    public long bits(long index) {
        return mix(mix(key + index * GOLDEN) ^ key);
    }

    /** The {@code index}-th uniform number in [0, 1), a multiple of 2⁻²⁴. */
    public float uniform(long index) {
        return (bits(index) >>> 40) * 0x1p-24f;
    }

    /** The {@code index}-th uniform number in [0, 1), a multiple of 2⁻⁵³. */
    public double uniformDouble(long index) {
        return (bits(index) >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
