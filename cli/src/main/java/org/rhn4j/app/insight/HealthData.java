package org.rhn4j.app.insight;

import static org.rhn4j.app.pages.ReportPage.rounded;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.cells.MicroLayerHealth;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.TrainingHealth;

/**
 * What a page holds of how a training went; arrays are by point of time.
 *
 * @param gates mean share of the state that each micro-layer replaces, where anything is carried
 * @param bounds furthest reach of the discs of each micro-layer
 * @param growth factor by which gradients grow with each step back
 */
record HealthData(
        double[] steps,
        double[] loss,
        double[] rate,
        double[] norm,
        double[] largestNorm,
        double[] update,
        double[] growth,
        double[] saturation,
        List<Line> gates,
        List<Line> bounds,
        List<Warned> warnings) {
    /** The most points of time. */
    private static final int MOST_POINTS = 300;

    /** One micro-layer's. */
    record Line(int layer, int microLayer, double[] values) {}

    /** A warning in words. */
    record Warned(long step, String kind, String sentence) {
        static Warned of(HealthWarning warning, FindingSentences sentences) {
            return new Warned(warning.step(), ReportText.key(warning.kind()), sentences.warning(warning));
        }
    }

    /** Of a run's lines; null where there are none. */
    static @Nullable HealthData of(List<TrainingHealth> all, FindingSentences sentences) {
        if (all.isEmpty()) {
            return null;
        }
        List<TrainingHealth> lines = IntStream.range(0, Math.min(MOST_POINTS, all.size()))
                .mapToObj(i -> all.get((int) ((long) i * all.size() / Math.min(MOST_POINTS, all.size()))))
                .toList();
        return new HealthData(
                values(lines, TrainingHealth::step),
                values(lines, TrainingHealth::loss),
                values(lines, TrainingHealth::learningRate),
                values(lines, TrainingHealth::gradientNorm),
                values(lines, TrainingHealth::largestGradientNorm),
                values(lines, TrainingHealth::updateRatio),
                values(lines, TrainingHealth::growth),
                values(lines, TrainingHealth::saturation),
                microLayers(lines, health -> {
                    Double renewal = health.renewal();
                    return renewal == null ? Double.NaN : renewal;
                }),
                microLayers(lines, MicroLayerHealth::bound),
                all.stream()
                        .flatMap(line -> line.warnings().stream())
                        .map(warning -> Warned.of(warning, sentences))
                        .toList());
    }

    private static double[] values(List<TrainingHealth> lines, ToDoubleFunction<TrainingHealth> value) {
        return rounded(lines.stream().mapToDouble(value).toArray());
    }

    /** A line for each micro-layer; none where the value is not a number. */
    private static List<Line> microLayers(List<TrainingHealth> lines, ToDoubleFunction<MicroLayerHealth> value) {
        List<Line> result = new ArrayList<>();
        List<List<MicroLayerHealth>> layers = lines.getFirst().layers();
        for (int k = 0; k < layers.size(); k++) {
            for (int l = 0; l < layers.get(k).size(); l++) {
                int layer = k;
                int micro = l;
                double[] values = lines.stream()
                        .mapToDouble(line ->
                                value.applyAsDouble(line.layers().get(layer).get(micro)))
                        .toArray();
                if (!Double.isNaN(values[0])) {
                    result.add(new Line(k, l, rounded(values)));
                }
            }
        }
        return result;
    }
}
