package org.rhn4j.tasks.failure;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.numbers.RandomSource;

/**
 * Windows of T rows that a predictor is trained on, each as if its unit were first seen at the window's first row: a
 * predictor must cope with units that it meets late in their life.
 *
 * @param units of each window [B]
 * @param starts their first rows [B]
 */
record FailureWindows(List<UnitHistory> units, int[] starts) {
    /** Share of the windows of a short history that begin with it. */
    private static final double FROM_BIRTH = 0.5;

    /**
     * Draws windows: of each any unit, and a row that it is laid around.
     */
    static FailureWindows draw(List<UnitHistory> all, int batch, int steps, RandomSource random) {
        List<UnitHistory> units = new ArrayList<>();
        int[] starts = new int[batch];
        for (int b = 0; b < batch; b++) {
            UnitHistory unit = all.get((int) (random.uniformDouble(2L * b) * all.size()));
            units.add(unit);
            double place = random.uniformDouble(2L * b + 1);
            starts[b] = start(unit.length(), steps, place);
        }
        return new FailureWindows(units, starts);
    }

    private static int start(int length, int steps, double place) {
        if (length > steps) {
            // Laid around any row, so that the first and the last ones are seen as often as those between.
            return Math.clamp(Math.round(place * length - steps / 2.0), 0, length - steps);
        }
        return place < FROM_BIRTH ? 0 : (int) ((place - FROM_BIRTH) * length);
    }

    /** What enters [T·B·F]; zeros after a unit's last row. */
    float[] inputs(FailureConfiguration configuration, int steps) {
        int size = configuration.inputSize();
        float[] inputs = new float[steps * starts.length * size];
        for (int b = 0; b < starts.length; b++) {
            FeatureEncoder encoder = new FeatureEncoder(configuration);
            double[][] rows = units.get(b).rows();
            for (int t = 0; t < steps && starts[b] + t < rows.length; t++) {
                encoder.encode(rows[starts[b] + t], inputs, (t * starts.length + b) * size);
            }
        }
        return inputs;
    }

    /** The mean of the rows' losses; rows of which nothing is known do not count. */
    OutputLoss loss(FailureConfiguration configuration, int steps) {
        FailureOutputs meaning = new FailureOutputs(configuration);
        FailureTarget[] targets = new FailureTarget[steps * starts.length];
        int known = 0;
        for (int row = 0; row < targets.length; row++) {
            UnitHistory unit = units.get(row % starts.length);
            int at = starts[row % starts.length] + row / starts.length;
            targets[row] = at < unit.length()
                    ? FailureTarget.of(configuration, unit, at)
                    : new FailureTarget(Double.NaN, Double.NaN);
            known += targets[row].isKnown() ? 1 : 0;
        }
        double weight = 1.0 / Math.max(1, known);
        return (row, outputs, gradient) -> meaning.loss(targets[row], outputs, weight, gradient);
    }
}
