package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;

/** Runs a subject's network over its data, window by window, and traces every layer. */
final class NetworkTracer implements AutoCloseable {
    private final MatrixProducts products;
    private final RunShape shape;
    private final NetworkRun run;
    private final List<LayerWeights> weights = new ArrayList<>();
    private int done;

    /**
     * What a network computed over a window; arrays are [T·B], time-major.
     *
     * @param places what entered, by the subject's numbers
     * @param losses NaN where nothing is held against a step
     * @param gradients of these losses
     * @param layers traces of the layers, lowest first
     */
    record Window(int[] places, float[] losses, NetworkRun.LossGradients gradients, List<LayerTrace> layers) {}

    NetworkTracer(MatrixProducts products, Subject subject, RunShape shape) {
        this.products = products;
        this.shape = shape;
        run = subject.open(products.engine(), shape);
        try {
            for (int k = 0; k < subject.layers(); k++) {
                weights.add(LayerWeights.of(products, subject, k));
            }
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    /** Weights of the layers, lowest first. */
    List<LayerWeights> weights() {
        return weights;
    }

    /** Runs the next window without tracing it. */
    void skip() {
        run.window(number());
    }

    private int number() {
        if (done == shape.windows()) {
            throw new IllegalStateException("the data has no window left");
        }
        return done++;
    }

    /** Runs and traces the next window. */
    Window next() {
        Network network = run.network();
        int number = number();
        List<LayerState> carried = network.states();
        NetworkRun.Result result = run.window(number);
        List<LayerTrace> traces = new ArrayList<>();
        float[] entering = network.entered();
        for (int k = 0; k < weights.size(); k++) {
            float[] outputs = network.states(k);
            LayerState before = result.fromZero() ? zero(carried.get(k)) : carried.get(k);
            traces.add(LayerTrace.of(products, weights.get(k), entering, outputs, before));
            entering = outputs;
        }
        return new Window(result.places(), result.losses(), result.gradients(), traces);
    }

    private static LayerState zero(LayerState like) {
        float[] memory = like.memory();
        return new LayerState(
                new float[like.state().length],
                memory == null ? null : new float[memory.length],
                like.batch(),
                like.units());
    }

    @Override
    public void close() {
        run.close();
    }
}
