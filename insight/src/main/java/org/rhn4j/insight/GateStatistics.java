package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Gathers what the gates of one layer do, window by window. */
final class GateStatistics {
    private final LayerWeights weights;
    private final List<String> names;
    private final int hidden;
    private final Sums[] sums;
    private final double[] timeSums;
    private long steps;

    /** The sums of one gate of one micro-layer. */
    private static final class Sums {
        final double[] sum;
        final double[] squares;
        final float[] least;
        final float[] most;
        final long[] histogram = new long[GateSummary.BINS];
        float[] byStep = new float[0];

        Sums(int hidden) {
            sum = new double[hidden];
            squares = new double[hidden];
            least = new float[hidden];
            most = new float[hidden];
            Arrays.fill(least, Float.POSITIVE_INFINITY);
            Arrays.fill(most, Float.NEGATIVE_INFINITY);
        }
    }

    GateStatistics(LayerWeights weights) {
        this.weights = weights;
        names = CellGates.names(weights.cell());
        hidden = weights.hiddenSize();
        sums = Stream.generate(() -> new Sums(hidden))
                .limit((long) names.size() * weights.depth())
                .toArray(Sums[]::new);
        timeSums = new double[weights.cell().carries() ? hidden : 0];
    }

    /** Adds a window. The first one's first sequence is the stretch that is kept step by step. */
    void add(MatrixProducts products, LayerTrace trace) {
        products.rows(sums.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                addGate(sums[i], trace, i % weights.depth(), i / weights.depth());
            }
        });
        if (timeSums.length > 0) {
            products.rows(hidden, (from, to) -> addTimes(trace, from, to));
        }
        steps += trace.rows();
    }

    private void addGate(Sums into, LayerTrace trace, int microLayer, int gate) {
        float[] gates = trace.gates(microLayer);
        boolean first = into.byStep.length == 0;
        if (first) {
            into.byStep = new float[trace.steps()];
        }
        for (int row = 0; row < trace.rows(); row++) {
            int at = (row * trace.gateCount() + gate) * hidden;
            double total = 0;
            for (int j = 0; j < hidden; j++) {
                float value = gates[at + j];
                into.sum[j] += value;
                into.squares[j] += (double) value * value;
                into.least[j] = Math.min(into.least[j], value);
                into.most[j] = Math.max(into.most[j], value);
                into.histogram[Math.min((int) (value * GateSummary.BINS), GateSummary.BINS - 1)]++;
                total += value;
            }
            if (first && row % trace.batch() == 0) {
                into.byStep[row / trace.batch()] = (float) (total / hidden);
            }
        }
    }

    private void addTimes(LayerTrace trace, int from, int to) {
        int factors = weights.cell().factors();
        int carry = weights.cell().carryFactor();
        for (int row = 0; row < trace.rows(); row++) {
            int at = (row * factors + carry) * hidden;
            for (int j = from; j < to; j++) {
                double kept = 1;
                for (int l = 0; l < weights.depth(); l++) {
                    kept *= trace.factors(l)[at + j];
                }
                timeSums[j] += timeConstant(kept);
            }
        }
    }

    /** Steps after which a state of which a share is kept each step has faded to 1/e. */
    static double timeConstant(double kept) {
        return kept <= 0 ? 0 : kept >= 1 ? GateReport.LONGEST : Math.min(GateReport.LONGEST, -1 / Math.log(kept));
    }

    /** The memory of each unit in steps [H]; empty if nothing is carried. */
    float[] timeConstants() {
        float[] means = new float[timeSums.length];
        for (int j = 0; j < means.length; j++) {
            means[j] = (float) (timeSums[j] / steps);
        }
        return means;
    }

    /** Units whose first gate varies most so far, no unit twice. */
    List<UnitActivity.Choice> liveliest(int layer, int count) {
        record Candidate(int microLayer, int unit, double variance) {}
        List<Candidate> best = new ArrayList<>();
        for (int j = 0; j < hidden && !names.isEmpty(); j++) {
            int unit = j;
            best.add(IntStream.range(0, weights.depth())
                    .mapToObj(l -> new Candidate(l, unit, variance(sums[l], unit)))
                    .max(Comparator.comparingDouble(Candidate::variance))
                    .orElseThrow());
        }
        return best.stream()
                .sorted(Comparator.comparingDouble(Candidate::variance).reversed())
                .limit(count)
                .map(c -> new UnitActivity.Choice(layer, c.microLayer, c.unit))
                .toList();
    }

    private double variance(Sums of, int unit) {
        double mean = of.sum[unit] / steps;
        return Math.max(0, of.squares[unit] / steps - mean * mean);
    }

    /** The report of what was added. */
    GateReport report(List<UnitActivity> units) {
        List<GateSummary> summaries = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            summaries.add(summary(sums[i], names.get(i / weights.depth()), i % weights.depth()));
        }
        return new GateReport(steps, summaries, timeConstants(), units);
    }

    private GateSummary summary(Sums of, String gate, int microLayer) {
        float[] means = new float[hidden];
        float[] deviations = new float[hidden];
        double sum = 0;
        double squares = 0;
        for (int j = 0; j < hidden; j++) {
            means[j] = (float) (of.sum[j] / steps);
            deviations[j] = (float) Math.sqrt(variance(of, j));
            sum += of.sum[j];
            squares += of.squares[j];
        }
        double count = (double) steps * hidden;
        double mean = sum / count;
        float[] histogram = new float[GateSummary.BINS];
        for (int i = 0; i < histogram.length; i++) {
            histogram[i] = (float) (of.histogram[i] / count);
        }
        return new GateSummary(
                gate,
                microLayer,
                mean,
                Math.sqrt(Math.max(0, squares / count - mean * mean)),
                histogram,
                means,
                deviations,
                IntStream.range(0, hidden)
                        .filter(j -> of.least[j] > GateSummary.OPEN)
                        .toArray(),
                IntStream.range(0, hidden)
                        .filter(j -> of.most[j] < GateSummary.SHUT)
                        .toArray(),
                of.byStep);
    }
}
