package org.rhn4j.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.forecast.Errors;
import org.rhn4j.tasks.forecast.Floor;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.WindowScaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesPerRow;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench m4}: the hourly series of the M4 competition, on its test part. */
@Command(
        name = "m4",
        sortOptions = false,
        description = {
            "Forecast the hourly series of the M4 competition, 48 hours ahead, by its own formulas.",
            "One network for all series, on their logarithms, so that errors are shares as in the competition; the"
                    + " last 48 hours of the training file choose the best epoch."
        },
        footer = {"", "Example: rhn bench m4 --data m4 --seeds 1,2,3"},
        mixinStandardHelpOptions = true)
final class BenchM4Command implements Callable<Integer> {
    static final int HORIZON = 48;
    private static final int SEASON = 24;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "Holds Hourly-train.csv and Hourly-test.csv of the competition.")
    private Path data;

    @Mixin
    private ForecastBenchmark benchmark;

    @Override
    public Integer call() {
        SeriesSet set = read(data);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(HORIZON, HORIZON).of(set);
        ForecastPlan plan = benchmark
                .plan(new RecurrentStack(CellKind.RHN, 128, 3, 1), HORIZON)
                .withContext(14 * SEASON, 2 * SEASON)
                .withSeason(SEASON)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .withWindow(new WindowScaling(
                        WindowScaling.Transform.LOG, WindowScaling.Center.LAST, WindowScaling.Scale.DEVIATION))
                .withFloor(Floor.LOWEST)
                .withErrors(Errors.PLAIN);
        TrainingSettings settings = ForecastPlan.settings().toBuilder()
                .epochs(60)
                .learningRate(2e-3)
                .average(0.999)
                .patience(0)
                .build();
        return benchmark.run(ForecastBenchmark.Data.of(set, parts, HORIZON, 1), plan, settings);
    }

    /** Each series with its test rows behind those of training. */
    static SeriesSet read(Path folder) {
        SeriesSet train = SeriesPerRow.read(folder.resolve("Hourly-train.csv"), TimeAxis.rows(0));
        SeriesSet test = SeriesPerRow.read(folder.resolve("Hourly-test.csv"), TimeAxis.rows(0));
        if (train.series().size() != test.series().size()) {
            throw new UserError("%s: there are %d series to train on and %d to test; take both files from one source."
                    .formatted(folder, train.series().size(), test.series().size()));
        }
        List<Series> joined = new ArrayList<>();
        for (int i = 0; i < train.series().size(); i++) {
            Series before = train.series().get(i);
            Series after = test.series().get(i);
            if (!before.id().equals(after.id()) || after.length() != HORIZON) {
                throw new UserError(
                        "%s: series \"%s\" of the training file meets \"%s\" of %d test rows; there must be %d of the same series."
                                .formatted(folder, before.id(), after.id(), after.length(), HORIZON));
            }
            double[] values = Arrays.copyOf(before.targets()[0], before.length() + HORIZON);
            System.arraycopy(after.targets()[0], 0, values, before.length(), HORIZON);
            joined.add(
                    new Series(before.id(), before.time(), new double[][] {values}, new double[0][], new double[0][]));
        }
        return train.with(joined);
    }
}
