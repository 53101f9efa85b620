package org.rhn4j.tasks.anomaly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.LayerState;
import org.rhn4j.store.SafetensorsFile;
import org.rhn4j.store.SafetensorsWriter;
import org.rhn4j.store.StoredTensor;

/**
 * All that a detector knows of the rows it has seen, as values.
 *
 * @param rows how many rows
 * @param stamp of the last row
 * @param peak of the scores, as far as it is remembered
 * @param last of each channel the last value seen, scaled [C]
 * @param predictions that await their rows
 * @param surprises of the last rows
 * @param tails how rare surprises are [K·3]
 * @param layers the network's states, batch 1
 */
@SuppressWarnings("ArrayRecordComponent")
record DetectorState(
        long rows,
        long stamp,
        double peak,
        double[] last,
        double[] predictions,
        double[] surprises,
        double[] tails,
        List<LayerState> layers) {
    /** Writes the state as a safetensors file, atomically. */
    void write(Path file) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .add("rows", new long[] {rows}, 1)
                .add("stamp", new long[] {stamp}, 1)
                .add("peak", new double[] {peak}, 1)
                .add("last", last, last.length)
                .add("predictions", predictions, predictions.length)
                .add("surprises", surprises, surprises.length)
                .add("tails", tails, tails.length);
        for (int k = 0; k < layers.size(); k++) {
            LayerState layer = layers.get(k);
            writer.add("layers." + k + ".state", layer.state(), layer.state().length);
            float[] memory = layer.memory();
            if (memory != null) {
                writer.add("layers." + k + ".memory", memory, memory.length);
            }
        }
        writer.write(file);
    }

    /**
     * Reads a state.
     *
     * @param like a state of the same model, whose sizes the file must have
     * @throws org.rhn4j.UserError if the file is missing, damaged, or of another model
     */
    static DetectorState read(Path file, DetectorState like) {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            List<LayerState> layers = new ArrayList<>();
            for (int k = 0; k < like.layers.size(); k++) {
                LayerState layer = like.layers.get(k);
                float[] memory = layer.memory();
                layers.add(new LayerState(
                        floats(stored, "layers." + k + ".state", layer.state().length, file),
                        memory == null ? null : floats(stored, "layers." + k + ".memory", memory.length, file),
                        layer.batch(),
                        layer.units()));
            }
            DetectorState state = new DetectorState(
                    stored.tensor("rows", 1).toLongs()[0],
                    stored.tensor("stamp", 1).toLongs()[0],
                    doubles(stored, "peak", 1, file)[0],
                    doubles(stored, "last", like.last.length, file),
                    doubles(stored, "predictions", like.predictions.length, file),
                    doubles(stored, "surprises", like.surprises.length, file),
                    doubles(stored, "tails", like.tails.length, file),
                    layers);
            state.requireUsable(file);
            return state;
        }
    }

    private void requireUsable(Path file) {
        requireUsable(rows >= 0, "rows", rows, "0 or more", file);
        requireUsable(peak >= 0, "peak", peak, "0 or more", file);
        for (int at = 0; at < tails.length; at += ErrorTail.VALUES) {
            requireUsable(tails[at + 1] > 0, "the mean excess of a tail", tails[at + 1], "above 0", file);
            requireUsable(tails[at + 2] > 0, "the mean square of a tail", tails[at + 2], "above 0", file);
        }
    }

    private static void requireUsable(boolean right, String name, Number value, String range, Path file) {
        if (!right) {
            throw new UserError(
                    "%s: this state is damaged: %s is %s, but must be %s; take an earlier one, or begin without."
                            .formatted(file, name, value, range));
        }
    }

    private static double[] doubles(SafetensorsFile stored, String name, int length, Path file) {
        StoredTensor tensor = stored.tensor(name, length);
        SafetensorsFile.requireFinite(tensor, file);
        return tensor.toDoubles();
    }

    private static float[] floats(SafetensorsFile stored, String name, int length, Path file) {
        StoredTensor tensor = stored.tensor(name, length);
        SafetensorsFile.requireFinite(tensor, file);
        return tensor.toFloats();
    }
}
