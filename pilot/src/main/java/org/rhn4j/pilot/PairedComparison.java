package org.rhn4j.pilot;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much better a contender is than another, and how sure that is.
 *
 * <p>Two things vary: the seed of a training, and which stretches of time happen to be tested. The first is seen in the
 * spread of each contender's mean error over its seeds; the second in the spread of the paired difference, averaged
 * over seeds, over blocks of test windows that share no data. The three variances of the mean difference add up, and
 * the interval is that of Student's t with the degrees of freedom of Welch and Satterthwaite (Welch, "The
 * generalization of Student's problem when several different population variances are involved", Biometrika 34, 1947).
 * It is a little too wide, because the blocks vary with the seeds too, and was taken before a bootstrap because three
 * seeds are too few to be drawn from.
 */
final class PairedComparison {
    /** How sure the interval is. */
    private static final double CONFIDENCE = 0.95;

    private PairedComparison() {}

    /**
     * Compares.
     *
     * @param windows the test windows of the errors of all runs
     * @param worthwhile the smallest gain that is worth having, as a share of the reference's error
     * @throws IllegalArgumentException if either has no runs, or runs have errors for other windows
     */
    static Comparison of(Contender candidate, Contender reference, List<TestWindow> windows, double worthwhile) {
        double[] candidateErrors = meanOverSeeds(candidate, windows.size());
        double[] referenceErrors = meanOverSeeds(reference, windows.size());
        double[] differences = new double[windows.size()];
        Arrays.setAll(differences, w -> referenceErrors[w] - candidateErrors[w]);

        Part candidateSeeds = Part.ofSeeds(candidate);
        Part referenceSeeds = Part.ofSeeds(reference);
        Part blocks = Part.of(blockMeans(differences, windows));
        double variance = candidateSeeds.variance + referenceSeeds.variance + blocks.variance;
        double seedShare = variance == 0 ? 0 : (candidateSeeds.variance + referenceSeeds.variance) / variance;

        double scale = mean(referenceErrors);
        double gain = mean(differences) / scale;
        double freedom = freedom(variance, candidateSeeds, referenceSeeds, blocks);
        double reach = variance == 0
                ? 0
                : TDistribution.of(freedom).inverseCumulativeProbability(0.5 + CONFIDENCE / 2)
                        * Math.sqrt(variance)
                        / scale;
        boolean spreadKnown = isSpreadKnown(candidate, reference, windows);
        Comparison.Verdict verdict =
                spreadKnown ? verdict(gain, gain - reach, gain + reach, worthwhile) : Comparison.Verdict.UNCLEAR;
        return new Comparison(
                candidate.name(),
                reference.name(),
                gain,
                gain - reach,
                gain + reach,
                seedShare,
                freedom,
                spreadKnown,
                verdict);
    }

    private static Comparison.Verdict verdict(double gain, double low, double high, double worthwhile) {
        if (high < 0) {
            return Comparison.Verdict.WORSE;
        }
        if (high < worthwhile) {
            return Comparison.Verdict.NOTHING_WORTH_HAVING;
        }
        return low > 0 && gain >= worthwhile ? Comparison.Verdict.BETTER : Comparison.Verdict.UNCLEAR;
    }

    /** One seed, or one block, says nothing of how much others would differ. */
    private static boolean isSpreadKnown(Contender candidate, Contender reference, List<TestWindow> windows) {
        return (!candidate.name().learns() || candidate.runs().size() > 1)
                && (!reference.name().learns() || reference.runs().size() > 1)
                && windows.stream().mapToInt(TestWindow::block).distinct().count() > 1;
    }

    /** The variance of a mean of independent values, and how many values beyond the first told it. */
    private record Part(double variance, int freedom) {
        private static final Part NONE = new Part(0, 1);

        static Part of(double[] values) {
            if (values.length < 2) {
                return NONE;
            }
            double mean = mean(values);
            double squares =
                    Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
            return new Part(squares / (values.length - 1) / values.length, values.length - 1);
        }

        static Part ofSeeds(Contender contender) {
            return of(contender.runs().stream().mapToDouble(SeedRun::error).toArray());
        }
    }

    private static double freedom(double variance, Part... parts) {
        double sum = Arrays.stream(parts)
                .mapToDouble(part -> part.variance * part.variance / part.freedom)
                .sum();
        return sum == 0 ? 1 : variance * variance / sum;
    }

    private static double[] meanOverSeeds(Contender contender, int windows) {
        if (contender.runs().isEmpty()) {
            throw new IllegalArgumentException(contender.name() + " has no runs");
        }
        double[] mean = new double[windows];
        for (SeedRun run : contender.runs()) {
            if (run.windowErrors().length != windows) {
                throw new IllegalArgumentException(
                        contender.name() + " has errors of " + run.windowErrors().length + " windows, not " + windows);
            }
            for (int w = 0; w < windows; w++) {
                mean[w] += run.windowErrors()[w] / contender.runs().size();
            }
        }
        return mean;
    }

    private static double[] blockMeans(double[] differences, List<TestWindow> windows) {
        TreeMap<Integer, double[]> sums = new TreeMap<>();
        for (int w = 0; w < differences.length; w++) {
            double[] sum = sums.computeIfAbsent(windows.get(w).block(), block -> new double[2]);
            sum[0] += differences[w];
            sum[1]++;
        }
        return sums.values().stream().mapToDouble(sum -> sum[0] / sum[1]).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
