package org.rhn4j.app.bench;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesPerRow;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench carparts}: intermittent demand for spare parts, the last 12 of 51 months. */
@Command(
        name = "carparts",
        sortOptions = false,
        description = {
            "Forecast the demand for 2,674 spare parts in the last 12 of 51 months.",
            "Months 28 to 39 choose the best epoch; many parts end early or have gaps."
        },
        footer = {"", "Example: rhn bench carparts --data carparts.csv"},
        mixinStandardHelpOptions = true)
final class BenchCarpartsCommand implements Callable<Integer> {
    private static final int HORIZON = 12;
    private static final int SEASON = 12;
    private static final TimeSplit.AtRows SPLIT = new TimeSplit.AtRows(27, 39, 51);

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A part in each row, from January 1998 on.")
    private Path data;

    @Mixin
    private ForecastBenchmark benchmark;

    @Override
    public Integer call() {
        TimeAxis months = TimeAxis.regular(TimeAxis.stamp(LocalDateTime.of(1998, 1, 1, 0, 0)), Frequency.MONTHLY, null);
        SeriesSet set = SeriesPerRow.read(data, months);
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        List<ForecastWindow> validation = new ArrayList<>();
        List<ForecastWindow> test = new ArrayList<>();
        for (Series series : set.series()) {
            add(validation, series, SPLIT.trainEnd());
            add(test, series, SPLIT.validationEnd());
        }
        ForecastPlan plan = benchmark
                .plan(new RecurrentStack(CellKind.RHN, 32, 3, 1), HORIZON)
                .withContext(15, 1)
                .withSeason(SEASON)
                .withHead(HeadKind.NEGATIVE_BINOMIAL);
        TrainingSettings settings = ForecastPlan.settings();
        return benchmark.run(new ForecastBenchmark.Data(set, parts, validation, test), plan, settings);
    }

    /** The window that starts at a month, of parts whose demand is known before and after it. */
    private static void add(List<ForecastWindow> windows, Series series, int origin) {
        boolean before = false;
        for (int row = Math.max(0, origin - SEASON); row < Math.min(origin, series.length()); row++) {
            before |= !Double.isNaN(series.targets()[0][row]);
        }
        if (before && series.length() > origin) {
            windows.add(new ForecastWindow(series, origin));
        }
    }
}
