package org.rhn4j.tasks.histories;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;

/** Runs a network over whole histories, several side by side, each from its first row on. Owns native memory. */
final class HistoryRunner implements AutoCloseable {
    private static final int STEPS = 32;
    private static final int MOST_UNITS = 16;

    private final HistoryEncoding encoding;
    private final int outputSize;
    private final Network network;
    private final int units;

    /** @param histories how many there will be, more or less */
    HistoryRunner(HistoryModel model, int histories) {
        encoding = model.encoding();
        outputSize = model.architecture().outputSize();
        units = Math.clamp(histories, 1, MOST_UNITS);
        network = model.network(WindowShape.of(STEPS, units));
    }

    /** Runs over histories with the parameters as they are now. */
    void run(List<History> histories, HistoryModel.Listener listener) {
        network.pack();
        // Histories of like length side by side leave little to fill up.
        int[] order = IntStream.range(0, histories.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> histories.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int from = 0; from < order.length; from += units) {
            runGroup(histories, Arrays.copyOfRange(order, from, Math.min(order.length, from + units)), listener);
        }
    }

    private void runGroup(List<History> histories, int[] group, HistoryModel.Listener listener) {
        network.clearStates();
        int size = encoding.inputSize();
        HistoryEncoder[] encoders = new HistoryEncoder[group.length];
        int longest = 0;
        for (int b = 0; b < group.length; b++) {
            encoders[b] = new HistoryEncoder(encoding);
            longest = Math.max(longest, histories.get(group[b]).length());
        }
        float[] outputs = new float[STEPS * units * outputSize];
        for (int first = 0; first < longest; first += STEPS) {
            float[] inputs = new float[STEPS * units * size];
            for (int b = 0; b < group.length; b++) {
                double[][] rows = histories.get(group[b]).rows();
                for (int t = 0; t < STEPS && first + t < rows.length; t++) {
                    encoders[b].encode(rows[first + t], inputs, (t * units + b) * size);
                }
            }
            network.outputs(Sequences.ofValues(inputs), outputs);
            for (int b = 0; b < group.length; b++) {
                int length = histories.get(group[b]).length();
                for (int t = 0; t < STEPS && first + t < length; t++) {
                    listener.outputs(group[b], first + t, outputs, (t * units + b) * outputSize);
                }
            }
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
