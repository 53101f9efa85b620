package org.rhn4j.insight;

/**
 * What one gate of one micro-layer does along the data.
 *
 * @param gate which gate, by the name that its cell gives it
 * @param microLayer of which micro-layer
 * @param mean mean over steps and units
 * @param standardDeviation its standard deviation over steps and units
 * @param histogram the share of all values in each of 20 bins of equal width from 0 to 1
 * @param unitMeans mean over steps of each unit [H]
 * @param unitDeviations standard deviation over steps of each unit [H]
 * @param alwaysOpen units whose gate was above {@value #OPEN} at every step
 * @param alwaysShut units whose gate was below {@value #SHUT} at every step
 * @param meanByStep mean over units at each step of {@link ModelExplanation#stretch}
 */
public record GateSummary(
        String gate,
        int microLayer,
        double mean,
        double standardDeviation,
        float[] histogram,
        float[] unitMeans,
        float[] unitDeviations,
        int[] alwaysOpen,
        int[] alwaysShut,
        float[] meanByStep) {
    /** Bins of {@link #histogram}. */
    public static final int BINS = 20;
    /** Above it a gate counts as open. */
    public static final double OPEN = 0.9;
    /** Below it a gate counts as shut. */
    public static final double SHUT = 0.1;
}
