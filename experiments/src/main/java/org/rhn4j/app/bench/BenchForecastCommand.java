package org.rhn4j.app.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn bench forecast}: how many series a second a model forecasts. */
@Command(
        name = "forecast",
        description = "Measure how many series a model forecasts in a second, each from a past of its own.",
        footer = {"", "Example: rhn bench forecast model --series 10000 --threads 1"},
        mixinStandardHelpOptions = true)
final class BenchForecastCommand implements Callable<Integer> {
    private static final int REPORTED = 5;

    @Parameters(paramLabel = "MODEL", description = "The folder of a model that 'rhn train forecast' made.")
    private Path folder;

    @Option(names = "--series", defaultValue = "10000", description = "How many; default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--batch", defaultValue = "64", description = "Side by side; default: ${DEFAULT-VALUE}.")
    private int batch;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /** What is printed with {@code --json}. */
    record Result(
            String engine,
            long parameters,
            int horizon,
            int context,
            int batch,
            double seriesPerSecond,
            double microsecondsPerSeries,
            long memoryBytes,
            long modelBytes) {}

    @Override
    public Integer call() {
        requirePositive("--series", count);
        requirePositive("--batch", batch);
        ForecastConfiguration c = ForecastConfiguration.read(folder);
        List<ForecastWindow> windows = windows(c);
        PrintWriter err = output.err();
        ProgressLine line = ProgressLine.on(err);
        try (Engine engine = engineOptions.open();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(batch)) {
            err.println(engine.description());
            double[] seconds = new double[REPORTED];
            for (int pass = -1; pass < REPORTED; pass++) {
                line.now(pass < 0 ? "warming up" : "pass %d of %d".formatted(pass + 1, REPORTED));
                long start = System.nanoTime();
                for (int from = 0; from < count; from += batch) {
                    forecaster.forecast(windows.subList(from, Math.min(count, from + batch)));
                }
                seconds[Math.max(pass, 0)] = (System.nanoTime() - start) * 1e-9;
            }
            line.clear();
            Arrays.sort(seconds);
            double median = seconds[REPORTED / 2];
            print(new Result(
                    engine.description(),
                    c.parameterCount(),
                    c.horizon(),
                    c.context(),
                    batch,
                    count / median,
                    median / count * 1e6,
                    model.memoryBytes() + forecaster.memoryBytes(),
                    ForecastModel.fileBytes(folder)));
        }
        return ExitStatus.OK;
    }

    private static void requirePositive(String option, int value) {
        if (value < 1 || value > 10_000_000) {
            throw new UserError("%s must be from 1 to 10000000, not %d.".formatted(option, value));
        }
    }

    /** Noisy waves on levels of their own; covariates are zero. */
    private List<ForecastWindow> windows(ForecastConfiguration c) {
        RandomSource random = new RandomSource(1);
        int rows = c.context() + c.horizon();
        TimeAxis time = c.frequency().isTimeless() ? TimeAxis.rows(0) : TimeAxis.regular(0, c.frequency(), null);
        double[][] known = new double[c.schema().known().size()][rows];
        double[][] past = new double[c.schema().past().size()][rows];
        List<ForecastWindow> windows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double[] values = new double[rows];
            Arrays.fill(values, c.context(), rows, Double.NaN);
            double level = 100 * random.uniformDouble(i);
            for (int t = 0; t < c.context(); t++) {
                double wave = Math.sin(2 * Math.PI * t / Math.max(2, c.season()));
                values[t] = Math.rint(level + 10 * wave + 5 * random.uniformDouble((long) count + i + 7919L * t));
            }
            Series series = new Series(Integer.toString(i), time, new double[][] {values}, known, past, c.levels());
            windows.add(new ForecastWindow(series, c.context()));
        }
        return windows;
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, %d rows ahead from %d: %,.0f series per second (%.0f microseconds a series, median"
                            + " of %d passes over %,d)%n",
                    result.parameters,
                    result.horizon,
                    result.context,
                    result.seriesPerSecond,
                    result.microsecondsPerSeries,
                    REPORTED,
                    count);
        });
    }
}
