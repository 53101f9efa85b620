package org.rhn4j.tasks.histories;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.SequenceTask;

/**
 * Windows of T rows, each as if its unit were first seen at the window's first row: a model must cope with units that it
 * meets late in their life.
 *
 * @param units of each window [B]
 * @param starts their first rows [B]
 */
@SuppressWarnings("ArrayRecordComponent")
record HistoryWindows(List<History> units, int[] starts) {
    /**
     * Draws windows: of each any unit, and a row that it is laid around.
     *
     * @param fromFirst share of the windows of a history no longer than they that begin with its first row
     */
    static HistoryWindows draw(List<History> all, int batch, int steps, double fromFirst, RandomSource random) {
        List<History> units = new ArrayList<>();
        int[] starts = new int[batch];
        for (int b = 0; b < batch; b++) {
            History unit = all.get((int) (random.uniformDouble(2L * b) * all.size()));
            units.add(unit);
            double place = random.uniformDouble(2L * b + 1);
            starts[b] = start(unit.length(), steps, place, fromFirst);
        }
        return new HistoryWindows(units, starts);
    }

    private static int start(int length, int steps, double place, double fromFirst) {
        if (length > steps) {
            // Laid around any row, so that the first and the last ones are seen as often as those between.
            return Math.clamp(Math.round(place * length - steps / 2.0), 0, length - steps);
        }
        return place < fromFirst ? 0 : (int) ((place - fromFirst) * length);
    }

    /** What enters, and the mean of the rows' losses by their weights. */
    SequenceTask.Batch batch(HistoryEncoding encoding, HistoryLoss loss, int steps) {
        return new SequenceTask.Batch(inputs(encoding, steps), null, loss(loss, steps));
    }

    /** What enters [T·B·F]; zeros after a unit's last row. */
    private float[] inputs(HistoryEncoding encoding, int steps) {
        int size = encoding.inputSize();
        float[] inputs = new float[steps * starts.length * size];
        for (int b = 0; b < starts.length; b++) {
            HistoryEncoder encoder = new HistoryEncoder(encoding);
            double[][] rows = units.get(b).rows();
            for (int t = 0; t < steps && starts[b] + t < rows.length; t++) {
                encoder.encode(rows[starts[b] + t], inputs, (t * starts.length + b) * size);
            }
        }
        return inputs;
    }

    private OutputLoss loss(HistoryLoss loss, int steps) {
        int batch = starts.length;
        double[] weights = new double[steps * batch];
        double sum = 0;
        for (int row = 0; row < weights.length; row++) {
            int at = starts[row % batch] + row / batch;
            weights[row] = at < units.get(row % batch).length() ? loss.weight(units.get(row % batch), at) : 0;
            sum += weights[row];
        }
        double share = sum > 0 ? 1 / sum : 0;
        return (row, outputs, gradient) -> {
            if (weights[row] == 0) {
                Arrays.fill(gradient, 0);
                return 0;
            }
            History unit = units.get(row % batch);
            return loss.apply(unit, starts[row % batch] + row / batch, outputs, weights[row] * share, gradient);
        };
    }
}
