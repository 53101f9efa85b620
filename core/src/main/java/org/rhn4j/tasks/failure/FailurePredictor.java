package org.rhn4j.tasks.failure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;

/**
 * Takes the rows of any number of units as they come, each unit's in order of time, and predicts after each row.
 *
 * <p>What it knows of a unit is of constant size, however long its history.
 */
public final class FailurePredictor implements AutoCloseable {
    private final FailureModel model;
    private final Network network;
    private final float[] inputs;
    private final float[] outputs;
    private final Map<String, UnitState> units = new HashMap<>();

    /**
     * All that is known of a unit, as values.
     *
     * @param rows how many were seen
     * @param features the last value of each feature, scaled, and its running means [F]
     * @param layers the network's states, batch 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record UnitState(long rows, double[] features, List<LayerState> layers) {
        public UnitState {
            layers = List.copyOf(layers);
        }
    }

    FailurePredictor(FailureModel model) {
        this.model = model;
        FailureConfiguration configuration = model.configuration();
        inputs = new float[configuration.inputSize()];
        outputs = new float[FailureOutputs.size(configuration)];
        network = new Network(
                        model.engine(), model.parameters(), configuration.architecture(), WindowShape.of(1, 1), false)
                .allocate();
    }

    /**
     * Takes a row.
     *
     * @param unit its name; a name not heard before is a new unit
     * @param row [C], NaN where missing
     */
    public FailurePrediction add(String unit, double[] row) {
        FailureConfiguration configuration = model.configuration();
        if (row.length != configuration.features().size()) {
            throw new IllegalArgumentException("a row has %d values, not %d"
                    .formatted(configuration.features().size(), row.length));
        }
        FeatureEncoder encoder = new FeatureEncoder(configuration);
        UnitState before = units.get(unit);
        if (before == null) {
            network.clearStates();
        } else {
            encoder.restore(before.rows(), before.features());
            network.setStates(before.layers());
        }
        encoder.encode(row, inputs, 0);
        network.outputs(Sequences.ofValues(inputs), outputs);
        units.put(unit, new UnitState(encoder.rows(), encoder.values().clone(), network.states()));
        return model.prediction(outputs, 0);
    }

    /** What is known of each unit, by its name: all that another predictor of the model needs to go on. */
    public Map<String, UnitState> states() {
        return Map.copyOf(units);
    }

    /** Goes on with a unit where another predictor of the same model stood. */
    public void restore(String unit, UnitState state) {
        units.put(unit, state);
    }

    /** Forgets a unit: one that was taken out of service, or repaired. */
    public void forget(String unit) {
        units.remove(unit);
    }

    @Override
    public void close() {
        network.close();
    }
}
