package org.rhn4j.app.apply;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.forecast.Forecast;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn forecast}: the rows that follow a table, of each of its series. */
@Command(
        name = "forecast",
        sortOptions = false,
        description = {
            "Forecast the rows that follow the last one with a target, of each series in a table.",
            "Columns that are known in advance must be there for these rows: leave the target empty in them."
        },
        footer = {
            "",
            "Examples:",
            "  rhn forecast model --data sales.csv --out forecast.csv --plot forecast.html",
            "  rhn forecast model --data sales.csv --quantiles .1,.5,.9"
        })
public final class ForecastCommand implements Callable<Integer> {
    private static final int BATCH = 64;
    private static final int AT_ONCE = 256;

    @Parameters(paramLabel = "MODEL", description = "The folder of a model that 'rhn train forecast' made.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A CSV file with the columns that the model was trained on.")
    private Path data;

    @Option(
            names = "--quantiles",
            split = ",",
            paramLabel = "Q",
            description = "Levels of the quantiles (default: the model's).")
    private List<Double> quantiles = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "A CSV file for the forecasts (default: printed).")
    private @Nullable Path out;

    @Option(names = "--plot", paramLabel = "FILE", description = "An HTML page with a picture of each series.")
    private @Nullable Path plot;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    @Override
    public Integer call() {
        new CommandFiles()
                .reads("the model", folder)
                .reads("--data", data)
                .writes("--out", out)
                .writes("--plot", plot)
                .requireApart();
        ForecastConfiguration configuration = ForecastConfiguration.read(folder);
        requireWithin(configuration);
        PrintWriter err = output.err();
        ProgressLine line = ProgressLine.on(err);
        SeriesSet set = configuration.reader().read(data);
        set.report().warnings().forEach(warning -> err.println("note: " + warning));
        List<ForecastWindow> windows = windows(set, err);
        List<Forecast> forecasts = new ArrayList<>();
        String method;
        try (Engine engine = engineOptions.open();
                ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(Math.min(BATCH, windows.size()))) {
            method = Descriptions.forecaster(configuration.network(), model.combination());
            if (!quantiles.isEmpty()) {
                forecaster.withLevels(quantiles);
            }
            for (int from = 0; from < windows.size(); from += AT_ONCE) {
                forecasts.addAll(forecaster.forecast(windows.subList(from, Math.min(windows.size(), from + AT_ONCE))));
                int done = forecasts.size();
                line.update(
                        () -> "forecast %s of %s series".formatted(Formats.count(done), Formats.count(windows.size())));
            }
        }
        line.clear();
        write(new ForecastReport(configuration, method, windows, forecasts));
        return ExitStatus.OK;
    }

    /** A model of quantiles knows nothing beyond its own. */
    private void requireWithin(ForecastConfiguration c) {
        List<Double> own = c.quantiles();
        for (double level : quantiles) {
            if (c.head() == HeadKind.QUANTILES && (level < own.getFirst() || level > own.getLast())) {
                throw new UserError(
                        "The model was trained on quantiles from %s to %s, so it cannot tell that of %s; ask for others, or train with --quantiles or --head student-t."
                                .formatted(own.getFirst(), own.getLast(), level));
            }
        }
    }

    private List<ForecastWindow> windows(SeriesSet set, PrintWriter err) {
        List<ForecastWindow> windows = new ArrayList<>();
        int flat = 0;
        for (Series series : set.series()) {
            windows.add(ForecastWindow.next(series));
            flat += isFlat(series.targets()[0]) ? 1 : 0;
        }
        if (flat > 0) {
            err.println("note: " + Formats.count(flat) + " of " + Formats.count(windows.size())
                    + " series with one and the same value in all rows; a forecast of it is that value and"
                    + " little around it");
        }
        return windows;
    }

    private static boolean isFlat(double[] values) {
        double first = Double.NaN;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                if (!Double.isNaN(first) && value != first) {
                    return false;
                }
                first = value;
            }
        }
        return true;
    }

    private void write(ForecastReport report) {
        if (out != null) {
            AtomicFiles.writeText(out, report.csv());
        }
        if (plot != null) {
            AtomicFiles.writeText(plot, report.html(FileProblems.nameOf(data)));
        }
        boolean isWritten = out != null || plot != null;
        output.print(
                report.result(),
                stdout -> stdout.print(isWritten ? report.summary(out, plot) + System.lineSeparator() : report.csv()));
    }
}
