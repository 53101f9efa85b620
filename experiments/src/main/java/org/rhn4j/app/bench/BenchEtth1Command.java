package org.rhn4j.app.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench etth1}: transformer load and oil temperature, 96 hours ahead, as published work splits them. */
@Command(
        name = "etth1",
        sortOptions = false,
        description = {
            "Forecast the 7 variables of ETTh1, 96 hours ahead: 12 months to train, 4 to validate, 4 to test.",
            "Values are standardised by the training rows; every window of the test part counts."
        },
        footer = {"", "Example: rhn bench etth1 --data etth1.csv --seeds 1,2,3"},
        mixinStandardHelpOptions = true)
final class BenchEtth1Command implements Callable<Integer> {
    static final int HORIZON = 96;
    private static final int SEASON = 24;
    private static final TimeSplit.AtRows SPLIT = new TimeSplit.AtRows(8640, 11_520, 14_400);

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "ETTh1 as a CSV file.")
    private Path data;

    @Mixin
    private ForecastBenchmark benchmark;

    @Override
    public Integer call() {
        SeriesSchema schema = SeriesSchema.of("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
                .withLayout(SeriesSchema.Layout.SERIES);
        SeriesSet raw = new SeriesReader(schema, ReadingOptions.AUTOMATIC).read(data);
        if (raw.series().getFirst().length() < SPLIT.end()) {
            throw new UserError("%s has %d rows, but the published split needs %d; take the whole of ETTh1."
                    .formatted(data, raw.series().getFirst().length(), SPLIT.end()));
        }
        SeriesSet set = raw.with(
                raw.series().stream().map(BenchEtth1Command::standardised).toList());
        List<TimeSplit.Parts> parts = SPLIT.of(set);
        ForecastPlan plan = benchmark
                .plan(new RecurrentStack(CellKind.RHN, 32, 3, 1), HORIZON)
                .withContext(14 * SEASON, SEASON)
                .withSeason(SEASON)
                .withHead(HeadKind.MEAN);
        TrainingSettings settings = ForecastPlan.settings().toBuilder()
                .epochs(3)
                .learningRate(5e-4)
                .dropout(new Dropout(0, 0, 0, 0.3, 0))
                .build();
        return benchmark.run(ForecastBenchmark.Data.of(set, parts, HORIZON, 1), plan, settings);
    }

    private static Series standardised(Series series) {
        Scaling scaling = Scaling.fit(Scaling.Kind.STANDARD, series.targets(), 0, SPLIT.trainEnd());
        return new Series(series.id(), series.time(), scaling.apply(series.targets()), series.known(), series.past());
    }
}
