package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Series;

/**
 * Forecasts windows with a model, and with the simple methods that it is combined with, B side by side. All memory is taken when it is made; a call makes nothing but its
 * results and what its series' rows are turned into. Any thread may call; one call at a time computes, others
 * wait for their turn.
 */
public final class Forecaster implements ForecastMethod, AutoCloseable {
    private final ForecastConfiguration configuration;
    private final ForecastHead head;
    private final ErrorQuantiles errors;
    private final WindowNetwork network;
    private final @Nullable CombinedForecasts combined;
    private double[] levels;

    Forecaster(ForecastModel model, int batch) {
        this(model, batch, model.combination());
    }

    /** @param combination what the network's forecasts are combined with; null for nothing */
    Forecaster(ForecastModel model, int batch, @Nullable ForecastCombination combination) {
        configuration = model.configuration();
        head = ForecastHead.of(configuration.head(), configuration.quantiles());
        errors = model.errors();
        network = new WindowNetwork(model.engine(), model.parameters(), configuration, batch);
        levels = array(configuration.quantiles());
        combined = combination == null ? null : new CombinedForecasts(configuration, combination);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Forecasts quantiles of other levels than the model's from now on; a model of quantiles gives those between its own
     * in proportion, and beyond its own the outermost.
     *
     * @throws UserError if they are not ascending within (0, 1)
     */
    public synchronized Forecaster withLevels(List<Double> wanted) {
        Levels.require(wanted);
        levels = array(wanted);
        return this;
    }

    @Override
    public List<Forecast> forecast(List<ForecastWindow> windows) {
        return forecast(windows, configuration.context());
    }

    /** The forecast of one window. */
    public Forecast forecast(ForecastWindow window) {
        return forecast(List.of(window)).getFirst();
    }

    /**
     * A forecast of each window that sees only the last {@code past} rows before its origin: earlier ones are marked as
     * missing, as if the series began there.
     *
     * @throws UserError if a window has no value to start from, or a covariate of its future is not known
     */
    public synchronized List<Forecast> forecast(List<ForecastWindow> windows, int past) {
        if (past < 1) {
            throw new IllegalArgumentException("a past of " + past + " rows");
        }
        if (combined == null) {
            return network(windows, past);
        }
        List<Forecast> own = combined.needsNetwork() ? network(windows, past) : List.of();
        return combined.forecast(windows, past, own, levels);
    }

    private List<Forecast> network(List<ForecastWindow> windows, int past) {
        List<Forecast> forecasts = new ArrayList<>(windows.size());
        int outputs = configuration.outputSize();
        for (int from = 0; from < windows.size(); from += network.batch()) {
            List<ForecastWindow> some = windows.subList(from, Math.min(windows.size(), from + network.batch()));
            some.forEach(window -> requireUsable(window, past));
            network.run(some, past);
            for (int b = 0; b < some.size(); b++) {
                forecasts.add(decode(
                        b * outputs, network.scaling(b), configuration.floor().of(network.lowest(b))));
            }
        }
        return forecasts;
    }

    private Forecast decode(int at, WindowScaling.Fitted scaling, double floor) {
        int horizon = configuration.horizon();
        double[][] quantiles = new double[levels.length][horizon];
        double[] mean = new double[horizon];
        double[] step = new double[levels.length];
        boolean measured = configuration.head() == HeadKind.MEAN;
        for (int h = 0; h < horizon; h++) {
            double expected = head.decode(network.outputs(), at + h * head.outputs(), scaling, levels, step);
            mean[h] = Math.max(floor, expected);
            for (int q = 0; q < step.length; q++) {
                double error = measured ? errors.at(h, levels[q]) * scaling.scale() : 0;
                quantiles[q][h] = Math.max(floor, step[q] + error);
            }
        }
        return new Forecast(levels, quantiles, mean);
    }

    /** What is missing in a row of the past is marked as missing; what nobody has told of the future is an error. */
    private void requireUsable(ForecastWindow window, int past) {
        Series series = window.series();
        configuration.requireTexts(series);
        if (!configuration.hasPast(series, window.origin(), past)) {
            throw new UserError(
                    "Series \"%s\": a forecast of %s has nothing to start from, for no value of the %d rows before is there."
                            .formatted(
                                    series.id(),
                                    series.time().textAt(window.origin()),
                                    Math.min(Math.min(past, configuration.context()), window.origin())));
        }
        int observed = series.known().length == 0 ? 0 : series.observedLength();
        for (int c = 0; c < series.known().length; c++) {
            for (int h = 0; h < configuration.horizon(); h++) {
                int row = window.origin() + h;
                if (row >= series.length() || (row >= observed && Double.isNaN(series.known()[c][row]))) {
                    String of = series.id().isEmpty() ? "" : " of series \"" + series.id() + "\"";
                    throw new UserError(
                            "The covariate \"%s\" is not known at %s, which is to be forecast%s; add rows with its values, %d after the last with a target."
                                    .formatted(
                                            configuration.schema().known().get(c),
                                            series.time().textAt(row),
                                            of,
                                            configuration.horizon()));
                }
            }
        }
    }

    /** Bytes of memory outside the Java heap, and of the arrays that windows go through; without the weights. */
    public long memoryBytes() {
        return network.bytes();
    }

    @Override
    public void close() {
        network.close();
    }
}
