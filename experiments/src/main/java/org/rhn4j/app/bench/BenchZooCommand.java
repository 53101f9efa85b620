package org.rhn4j.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.evaluate.ForecastTable;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.CombinationTrainer;
import org.rhn4j.tasks.forecast.Forecast;
import org.rhn4j.tasks.forecast.ForecastCombination;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastMethod;
import org.rhn4j.tasks.forecast.ForecastMetrics;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.forecast.Season;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn bench zoo}: small sets of many kinds, each by default settings, beside simple methods. */
@Command(
        name = "zoo",
        sortOptions = false,
        description = {
            "Forecast small sets of many kinds, each as 'rhn train forecast' does with no options, by the protocol of"
                    + " the README beside them.",
            "Each stands beside the simple methods whose figures that README has."
        },
        footer = {"", "Example: rhn bench zoo --data zoo --sets air_passengers,taylor --seeds 1,2,3 --threads 1"},
        mixinStandardHelpOptions = true)
final class BenchZooCommand implements Callable<Integer> {
    private static final int BATCH = 64;
    private static final List<Double> LEVELS = List.of(0.05, 0.5, 0.95);
    private static final List<String> COMPARED = List.of(ZooSet.SEASONAL_NAIVE, "ETS", "theta", "ridge", "LightGBM");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "The sets as CSV files, beside their README.md.")
    private Path data;

    @Option(names = "--sets", split = ",", paramLabel = "NAME", description = "Those to run (default: all).")
    private List<String> names = List.of();

    @Option(names = "--seeds", split = ",", paramLabel = "S", description = "A run for each (default: 1).")
    private List<Long> seeds = List.of(1L);

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /**
     * A set by one seed.
     *
     * @param overNaive MASE over that of the seasonal naive forecast
     * @param overBest MASE over that of the best simple method, picked in hindsight
     * @param coverage share of test values within the interval from .05 to .95
     * @param seasonsFound in rows, the shortest first
     * @param seasonTrue in rows, 1 for none
     * @param network share of the network in the combination
     * @param networkAlone MASE of the network's own forecasts
     */
    record Run(
            String set,
            long seed,
            int windows,
            double mase,
            double overNaive,
            double overBest,
            double coverage,
            double seconds,
            List<Integer> seasonsFound,
            int seasonTrue,
            int bestEpoch,
            int epochs,
            double network,
            double networkAlone) {}

    /** Geometric means of MASE over that of a method, over all sets and seeds. */
    record Result(List<Run> runs, Map<String, Double> over, double overBest) {}

    @Override
    public Integer call() {
        List<ZooSet> sets = ZooSet.read(data);
        for (String name : names) {
            if (sets.stream().noneMatch(set -> set.name().equals(name))) {
                throw new UserError("%s has no set \"%s\"; it has %s."
                        .formatted(
                                data,
                                name,
                                String.join(
                                        ", ", sets.stream().map(ZooSet::name).toList())));
            }
        }
        List<ZooSet> chosen = sets.stream()
                .filter(set -> names.isEmpty() || names.contains(set.name()))
                .toList();
        ProgressLine line = ProgressLine.on(output.err());
        List<Run> runs = new ArrayList<>();
        try (Engine engine = engineOptions.open()) {
            output.err().println(engine.description());
            for (long seed : seeds) {
                for (ZooSet set : chosen) {
                    try (TemporaryFolder folder = TemporaryFolder.make()) {
                        runs.add(run(engine, set, seed, folder.path(), line));
                    }
                }
            }
        } finally {
            line.clear();
        }
        Map<String, Double> over = new LinkedHashMap<>();
        for (String method : COMPARED) {
            over.put(
                    method, mean(runs, run -> run.mase() / of(chosen, run.set()).reference(method)));
        }
        Result result = new Result(runs, over, mean(runs, Run::overBest));
        output.print(result, stdout -> stdout.print(text(result)));
        return ExitStatus.OK;
    }

    private static ZooSet of(List<ZooSet> sets, String name) {
        return sets.stream().filter(set -> set.name().equals(name)).findFirst().orElseThrow();
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> ratio) {
        return Math.exp(runs.stream()
                .mapToDouble(run -> Math.log(ratio.applyAsDouble(run)))
                .average()
                .orElseThrow());
    }

    private static Run run(Engine engine, ZooSet set, long seed, Path folder, ProgressLine line) {
        long start = System.nanoTime();
        int horizon = set.horizon();
        ForecastTable table = ForecastTable.read(
                set.file(),
                new SeriesReader(schema(set), ReadingOptions.AUTOMATIC),
                horizon,
                set.testRows(),
                set.validationRows());
        Season season = Season.find(table.set(), table.parts());
        ForecastConfiguration c = ForecastPlan.of(ForecastPlan.network(table.trainingRows()), horizon)
                .withSeason(season.rows())
                .configuration(table.set(), table.parts());
        TrainingSettings settings = ForecastPlan.settings(table.trainingRows(), c.parameterCount()).toBuilder()
                .seed(seed)
                .build();
        TrainingListener listener = new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                line.update(() -> "%s, seed %d: epoch %d of %d"
                        .formatted(set.name(), seed, progress.epoch() + 1, progress.epochs()));
                return Decision.CONTINUE;
            }
        };
        try (ForecastTrainer trainer =
                new ForecastTrainer(engine, table.set(), table.parts(), List.of(), c, settings, folder, listener)) {
            TrainingRecord record = trainer.train();
            ForecastCombination combination = new CombinationTrainer(table.set(), table.parts(), season, horizon)
                    .combine(trainer.model(), folder);
            double seconds = (System.nanoTime() - start) * 1e-9;
            ForecastModel model = trainer.model();
            try (Forecaster forecaster = model.forecaster(BATCH).withLevels(LEVELS);
                    Forecaster network = model.networkForecaster(BATCH).withLevels(LEVELS)) {
                Score score = score(forecaster, table, set);
                return new Run(
                        set.name(),
                        seed,
                        score.windows,
                        score.mase,
                        score.mase / set.reference(ZooSet.SEASONAL_NAIVE),
                        score.mase / set.best(),
                        score.coverage,
                        seconds,
                        season.lengths(),
                        set.season(),
                        record.bestEpoch(),
                        settings.epochs(),
                        combination.network(),
                        score(network, table, set).mase);
            }
        }
    }

    private static SeriesSchema schema(ZooSet set) {
        return SeriesSchema.of("value").withTime("time").withSeries(set.series() > 1 ? "series" : null);
    }

    private record Score(int windows, double mase, double coverage) {}

    private static Score score(ForecastMethod method, ForecastTable table, ZooSet set) {
        int horizon = set.horizon();
        double errors = 0;
        long scored = 0;
        long covered = 0;
        int count = 0;
        for (int i = 0; i < table.parts().size(); i++) {
            Series series = table.set().series().get(i);
            int before = table.parts().get(i).validationEnd();
            double scale = ForecastMetrics.seasonalScale(series.targets()[0], before, set.season());
            List<ForecastWindow> windows =
                    ForecastWindow.within(series, before, table.parts().get(i).end(), horizon, horizon);
            List<Forecast> forecasts = method.forecast(windows);
            for (int w = 0; w < windows.size(); w++) {
                double[] low = forecasts.get(w).quantile(LEVELS.getFirst());
                double[] middle = forecasts.get(w).median();
                double[] high = forecasts.get(w).quantile(LEVELS.getLast());
                for (int h = 0; h < horizon; h++) {
                    double truth = windows.get(w).truth(h);
                    if (!Double.isNaN(truth)) {
                        errors += Math.abs(truth - middle[h]) / scale;
                        covered += truth >= low[h] && truth <= high[h] ? 1 : 0;
                        scored++;
                    }
                }
            }
            count += windows.size();
        }
        return new Score(count, errors / scored, covered / (double) scored);
    }

    private static String text(Result result) {
        List<List<String>> rows = new ArrayList<>();
        for (Run run : result.runs()) {
            rows.add(List.of(
                    run.set() + (run.seed() == 1 ? "" : ", seed " + run.seed()),
                    Integer.toString(run.windows()),
                    ratio(run.mase()),
                    ratio(run.overNaive()),
                    ratio(run.overBest()),
                    String.format(Locale.ROOT, "%.2f", run.coverage()),
                    Formats.duration(run.seconds()),
                    seasons(run),
                    run.bestEpoch() + " of " + run.epochs(),
                    String.format(Locale.ROOT, "%.2f", run.network()),
                    ratio(run.networkAlone())));
        }
        StringBuilder text = new StringBuilder(new ResultTable(
                        "",
                        "",
                        List.of(
                                "set",
                                "windows",
                                "MASE",
                                "/ last season",
                                "/ best simple",
                                "within 90 %",
                                "time",
                                "seasons",
                                "best epoch",
                                "network",
                                "alone"),
                        rows)
                .text());
        text.append("geometric means over");
        result.over()
                .forEach((method, value) -> text.append(" ")
                        .append(method)
                        .append(" ")
                        .append(ratio(value))
                        .append(","));
        return text.append(" the best in hindsight ")
                .append(ratio(result.overBest()))
                .append('\n')
                .toString();
    }

    /** All that were found; the true one behind them where it is not among them. */
    private static String seasons(Run run) {
        boolean isFound = run.seasonTrue() == 1
                ? run.seasonsFound().isEmpty()
                : run.seasonsFound().contains(run.seasonTrue());
        String found = run.seasonsFound().isEmpty()
                ? "none"
                : String.join(
                        "+", run.seasonsFound().stream().map(String::valueOf).toList());
        return isFound ? found : found + " (" + run.seasonTrue() + ")";
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
