package org.rhn4j.tasks.histories;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;

/**
 * Takes the rows of any number of units as they come, each unit's in order of time, and gives the network's outputs after
 * each row.
 *
 * <p>What it knows of a unit is of constant size, however long its history. Owns native memory: close it before its model.
 * Any thread may call; one call at a time computes, others wait for their turn.
 */
public final class HistoryFollower implements AutoCloseable {
    private final HistoryEncoding encoding;
    private final Network network;
    private final float[] inputs;
    private final float[] outputs;
    private final Map<String, State> units = new HashMap<>();

    /**
     * All that is known of a unit, as values.
     *
     * @param rows how many were seen
     * @param features the last value of each feature, scaled, and what is running over them [F]
     * @param layers the network's states, batch 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record State(long rows, double[] features, List<LayerState> layers) {
        public State {
            layers = List.copyOf(layers);
        }
    }

    HistoryFollower(HistoryModel model) {
        encoding = model.encoding();
        inputs = new float[encoding.inputSize()];
        outputs = new float[model.architecture().outputSize()];
        network = model.network(WindowShape.of(1, 1));
    }

    /**
     * Takes a row.
     *
     * @param unit its name; a name not heard before is a new unit
     * @param row [C], NaN where missing
     * @return the outputs [O]
     * @throws org.rhn4j.UserError if a value is infinite; the unit is then as it was
     */
    public synchronized float[] add(String unit, double[] row) {
        if (row.length != encoding.features()) {
            throw new IllegalArgumentException(
                    "a row has %d values, not %d".formatted(encoding.features(), row.length));
        }
        HistoryEncoder encoder = new HistoryEncoder(encoding);
        State before = units.get(unit);
        History.requireFinite(unit, (before == null ? 0 : before.rows()) + 1, row);
        if (before == null) {
            network.clearStates();
        } else {
            encoder.restore(before.rows(), before.features());
            network.setStates(before.layers());
        }
        encoder.encode(row, inputs, 0);
        network.outputs(Sequences.ofValues(inputs), outputs);
        units.put(unit, new State(encoder.rows(), encoder.values(), network.states()));
        return outputs.clone();
    }

    /** What is known of each unit, by its name: all that another follower of the model needs to go on. */
    public synchronized Map<String, State> states() {
        return Map.copyOf(units);
    }

    /** Goes on with a unit where another follower of the same model stood. */
    public synchronized void restore(String unit, State state) {
        units.put(unit, state);
    }

    /** Forgets a unit: one that was taken out of service, or repaired. */
    public synchronized void forget(String unit) {
        units.remove(unit);
    }

    @Override
    public void close() {
        network.close();
    }
}
