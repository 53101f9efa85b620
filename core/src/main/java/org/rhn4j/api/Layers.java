package org.rhn4j.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.Initialization;

/**
 * Recurrent layers alone, with their gradients: [T,B,I] → [T,B,H] and back, for whoever has an optimiser, a loss or a
 * network of their own around them.
 *
 * <p>Arrays are row-major and time-major: unit h of step t and sequence b is at {@code (t · B + b) · H + h}. Products are
 * of f32. Owns native memory: close it. One thread at a time.
 */
public final class Layers implements AutoCloseable {
    private final Engine engine;
    private final Architecture architecture;
    private final Parameters parameters;
    private @Nullable Network network;

    private Layers(Engine engine, Architecture architecture) {
        this.engine = engine;
        this.architecture = architecture;
        parameters = Network.parameters(architecture, engine.threads());
        parameters.allocate();
    }

    /**
     * Layers of recurrent highway cells (Zilly et al., 2017), with weights drawn uniform in ±1/√H and gates nearly shut.
     *
     * @param inputs I, values that enter at each step
     * @param units H
     * @param depth L, micro-layers in a time step
     * @param seed of the first weights
     */
    public static Layers highway(int inputs, int units, int depth, long seed) {
        return of("rhn", inputs, units, depth, 1, seed);
    }

    /**
     * Layers of any cell.
     *
     * @param cell {@code rhn}, {@code lstm}, {@code gru} or {@code dt-rnn}
     * @param inputs I, values that enter at each step
     * @param units H
     * @param depth micro-layers in a time step; 1 for cells that have no depth
     * @param layers K, layers above one another
     * @param seed of the first weights
     * @throws org.rhn4j.UserError if there is no such cell, it has no such depth, or a size is below 1
     */
    public static Layers of(String cell, int inputs, int units, int depth, int layers, long seed) {
        Architecture architecture = new Architecture(
                new Architecture.Values(inputs),
                Architecture.alike(Training.cellNamed(cell).cell(depth), units, layers),
                new Architecture.States());
        Layers made = new Layers(
                Engine.builder()
                        .threads(1)
                        .precision(org.rhn4j.numbers.Precision.F32)
                        .build(),
                architecture);
        Initialization.uniform(made.parameters, architecture, 0, -2, new RandomSource(seed));
        return made;
    }

    /** Names of the weights, as in the model format. */
    public List<String> names() {
        return parameters.all().stream().map(Parameters.Parameter::name).toList();
    }

    /** The values of a weight, row-major in its shape, in PyTorch's orientation [out, in]. */
    public float[] weight(String name) {
        return parameters.values(name);
    }

    /** Sets a weight; the next window uses it. */
    public void setWeight(String name, float[] values) {
        parameters.setValues(name, values);
        if (network != null) {
            network.pack();
        }
    }

    /**
     * Runs a window from states of zero and keeps what {@link #backward} needs.
     *
     * @param values what enters [T,B,I], finite
     * @param batch B
     * @return the states of the last layer after each step [T,B,H]
     * @throws IllegalArgumentException if the values are no whole number of steps
     */
    public float[] forward(float[] values, int batch) {
        Network made = networkFor(values, batch);
        made.clearStates();
        made.forward(Sequences.ofValues(values), Dropout.NONE, new RandomSource(0));
        return made.outputs();
    }

    /**
     * Runs the last window backward.
     *
     * @param gradient ∂loss/∂states of the last layer [T,B,H]
     * @return ∂loss/∂values [T,B,I]; {@link #gradient} has those of the weights
     * @throws IllegalStateException if no window was run forward
     */
    public float[] backward(float[] gradient) {
        Network made = ran();
        made.backward(gradient, (List<LayerState>) null);
        return made.inputGradients();
    }

    /** ∂loss/∂weight after {@link #backward}, in the weight's shape. */
    public float[] gradient(String name) {
        return ran().gradient(name);
    }

    private Network ran() {
        if (network == null) {
            throw new IllegalStateException("no window was run forward");
        }
        return network;
    }

    private Network networkFor(float[] values, int batch) {
        int row = ((Architecture.Values) architecture.input()).size() * Math.max(batch, 1);
        if (batch < 1 || values.length == 0 || values.length % row != 0) {
            throw new IllegalArgumentException("%d values are no steps of %d sequences of %d values"
                    .formatted(values.length, batch, row / Math.max(batch, 1)));
        }
        WindowShape window = WindowShape.of(values.length / row, batch);
        Network made = network;
        if (made == null || !made.window().equals(window)) {
            if (made != null) {
                made.close();
            }
            made = new Network(engine, parameters, architecture, window, true).allocate();
            network = made;
        }
        return made;
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
        parameters.close();
        engine.close();
    }
}
