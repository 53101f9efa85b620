package org.rhn4j.app.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.AnomalyDetector;
import org.rhn4j.tasks.anomaly.AnomalyModel;
import org.rhn4j.tasks.anomaly.AnomalyPlan;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeAxis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench detect}: how many rows a second a detector scores, one after another. */
@Command(
        name = "detect",
        description = "Measure how many rows of a stream are scored in a second, one after another, random weights.",
        footer = {"", "Example: rhn bench detect --hidden 64 --depth 3 --threads 1"},
        mixinStandardHelpOptions = true)
final class BenchDetectCommand implements Callable<Integer> {
    private static final int ROWS = 1 << 14;
    private static final int REPORTED = 7;

    @Option(
            names = "--cell",
            defaultValue = "rhn",
            completionCandidates = Choices.Cells.class,
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private CellKind cell;

    @Option(names = "--hidden", defaultValue = "64", description = "Units; default: ${DEFAULT-VALUE}.")
    private int hidden;

    @Option(names = "--depth", defaultValue = "3", description = "Micro-layers in a step; default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(names = "--layers", defaultValue = "1", description = "Stacked layers; default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(names = "--channels", defaultValue = "2", description = "Values of a row; default: ${DEFAULT-VALUE}.")
    private int channels;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /**
     * What is printed with {@code --json}.
     *
     * @param rowsPerProcessorSecond by the time that the calling thread spent on a processor, which other work on the
     *     machine does not lengthen; with several threads this is of the first alone
     */
    record Result(
            String engine,
            long parameters,
            double rowsPerSecond,
            double microsecondsPerRow,
            double rowsPerProcessorSecond,
            long rows) {}

    @Override
    public Integer call() {
        if (channels < 1 || channels > 10_000) {
            throw new UserError("--channels must be from 1 to 10000, not " + channels + ".");
        }
        double[][] values = values();
        try (Engine engine = engineOptions.open();
                AnomalyModel model = AnomalyModel.untrained(engine, configuration(values, cell.depth(depth)));
                AnomalyDetector detector = model.detector()) {
            output.err().println(engine.description());
            pass(detector, values);
            pass(detector, values);
            double[] seconds = new double[REPORTED];
            double[] processorSeconds = new double[REPORTED];
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            for (int i = 0; i < REPORTED; i++) {
                long start = System.nanoTime();
                long processorStart = threads.getCurrentThreadCpuTime();
                pass(detector, values);
                processorSeconds[i] = (threads.getCurrentThreadCpuTime() - processorStart) * 1e-9;
                seconds[i] = (System.nanoTime() - start) * 1e-9;
            }
            double median = median(seconds) / ROWS;
            print(new Result(
                    engine.description(),
                    model.configuration().parameterCount(),
                    1 / median,
                    median * 1e6,
                    ROWS / median(processorSeconds),
                    (long) REPORTED * ROWS));
        }
        return ExitStatus.OK;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private double[][] values() {
        RandomSource random = new RandomSource(1);
        double[][] rows = new double[ROWS][channels];
        for (int t = 0; t < ROWS; t++) {
            for (int c = 0; c < channels; c++) {
                rows[t][c] = Math.sin(0.01 * t * (c + 1)) + 0.1 * random.uniformDouble((long) t * channels + c);
            }
        }
        return rows;
    }

    private AnomalyConfiguration configuration(double[][] values, int micro) {
        double[][] columns = new double[channels][ROWS];
        for (int t = 0; t < ROWS; t++) {
            for (int c = 0; c < channels; c++) {
                columns[c][t] = values[t][c];
            }
        }
        List<String> names =
                IntStream.range(1, channels + 1).mapToObj(c -> "c" + c).toList();
        TimeAxis hourly = TimeAxis.regular(0, Frequency.HOURLY, null);
        Series series = new Series("", hourly, columns, new double[0][], new double[0][]);
        SeriesSchema schema = SeriesSchema.of(names.toArray(String[]::new)).withTime("time");
        return AnomalyPlan.of(new RecurrentStack(cell, hidden, micro, layers))
                .configuration(schema, ReadingOptions.AUTOMATIC, series, ROWS);
    }

    private static void pass(AnomalyDetector detector, double[][] values) {
        long stamp = detector.rows() * Frequency.HOURLY.count();
        for (double[] row : values) {
            detector.add(stamp, row, null);
            stamp += Frequency.HOURLY.count();
        }
    }

    private void print(Result result) {
        output.print(result, out -> {
            out.printf(
                    Locale.ROOT,
                    "%,d parameters, %d channels: %,.0f rows per second (%.1f microseconds a row), %,.0f per second of"
                            + " processor time; medians of %d passes%n",
                    result.parameters,
                    channels,
                    result.rowsPerSecond,
                    result.microsecondsPerRow,
                    result.rowsPerProcessorSecond,
                    REPORTED);
        });
    }
}
