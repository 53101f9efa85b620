package org.rhn4j.tasks.forecast;

import java.util.List;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.series.Series;

/** A network that reads B windows side by side, and the arrays that they go through. */
final class WindowNetwork implements AutoCloseable {
    /** Rows before an origin that tell its floor. */
    private static final int LONGEST_FLOOR = 1 << 16;

    private final ForecastConfiguration configuration;
    private final CovariateColumns columns;
    private final WindowEncoder encoder;
    private final Network network;
    private final int batch;
    private final float[] inputs;
    private final float[] direct;
    private final float[] outputs;
    private final WindowScaling.Fitted[] scalings;
    private final double[] lowest;

    /** Plans and allocates. */
    WindowNetwork(Engine engine, Parameters parameters, ForecastConfiguration configuration, int batch) {
        this.configuration = configuration;
        this.batch = batch;
        columns = configuration.columns();
        encoder = new WindowEncoder(configuration);
        int steps = configuration.steps();
        inputs = new float[steps * batch * configuration.inputSize()];
        direct = new float[batch * configuration.directSize()];
        outputs = new float[batch * configuration.outputSize()];
        scalings = new WindowScaling.Fitted[batch];
        lowest = new double[batch];
        network = new Network(
                engine,
                parameters,
                configuration.architecture(),
                WindowShape.of(steps, batch).withOutputSteps(1),
                false);
        try {
            network.allocate();
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    int batch() {
        return batch;
    }

    /** Takes the parameters as they are now. */
    void pack() {
        network.pack();
    }

    /**
     * Computes the outputs of up to B windows.
     *
     * @param past rows before an origin that may be seen
     */
    void run(List<ForecastWindow> windows, int past) {
        int at = 0;
        while (at < windows.size()) {
            Series series = windows.get(at).series();
            int to = at;
            int first = Integer.MAX_VALUE;
            int last = 0;
            for (; to < windows.size() && windows.get(to).series().equals(series); to++) {
                first = Math.min(first, windows.get(to).origin());
                last = Math.max(last, windows.get(to).origin());
            }
            SeriesFeatures features = new SeriesFeatures(
                    configuration,
                    columns,
                    series,
                    WindowScaling.firstRow(first, configuration.context()),
                    Math.max(0, first - configuration.context()),
                    last,
                    last + configuration.horizon());
            for (; at < to; at++) {
                lowest[at] = lowest(series.targets()[0], windows.get(at).origin(), past);
                scalings[at] = encoder.encode(features, windows.get(at).origin(), past, at, batch, inputs, direct);
            }
        }
        run();
    }

    private double lowest(double[] values, int origin, int past) {
        double least = Double.POSITIVE_INFINITY;
        int rows = past < configuration.context() ? past : LONGEST_FLOOR;
        for (int row = Math.max(0, origin - rows); row < origin; row++) {
            least = values[row] < least ? values[row] : least;
        }
        return least;
    }

    /** As {@link #run(List, int)} for one window of features that are there already; {@link #run()} must follow. */
    void encode(SeriesFeatures features, int origin, int b) {
        scalings[b] = encoder.encode(features, origin, configuration.context(), b, batch, inputs, direct);
    }

    /** Computes the outputs of what was encoded. */
    void run() {
        network.clearStates();
        network.outputs(Sequences.ofValues(inputs).withDirect(direct.length == 0 ? null : direct), outputs);
    }

    /** The outputs [B·O]. */
    float[] outputs() {
        return outputs;
    }

    /** The scaling of the b-th window. */
    WindowScaling.Fitted scaling(int b) {
        return scalings[b];
    }

    /** The lowest value that could be seen before the b-th window; after {@link #run(List, int)}. */
    double lowest(int b) {
        return lowest[b];
    }

    /** Bytes of native memory and arrays. */
    long bytes() {
        return network.plannedBytes() + 4L * (inputs.length + direct.length + outputs.length);
    }

    @Override
    public void close() {
        network.close();
    }
}
