package org.rhn4j.app.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.evaluate.ForecastScores;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.ForecastOptions;
import org.rhn4j.app.options.StackOptions;
import org.rhn4j.app.options.TrainingOptions;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastEvaluator;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastScore;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.forecast.NaiveForecasts;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the benchmarks of forecasts share: networks of several seeds beside naive forecasts, on a published split. */
final class ForecastBenchmark {
    private static final int BATCH = 64;

    @Option(names = "--seeds", split = ",", paramLabel = "S", description = "A run for each (default: 1).")
    private List<Long> seeds = List.of(1L);

    @Option(
            names = "--validation-only",
            description = "Score the validation part in place of the test part, to choose settings by.")
    private boolean validationOnly;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Keep the model of the last seed here.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @ArgGroup(validate = false, heading = "%nForecast:%n")
    private ForecastOptions forecast = new ForecastOptions();

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private StackOptions network = new StackOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private EngineOptions engineOptions;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec specification;

    /** A published split: series, parts, and the windows of validation and test. */
    record Data(
            SeriesSet set, List<TimeSplit.Parts> parts, List<ForecastWindow> validation, List<ForecastWindow> test) {
        /** Parts whose first is all that comes before the test part: what is known when that is forecast. */
        List<TimeSplit.Parts> beforeTest() {
            return parts.stream()
                    .map(part -> new TimeSplit.Parts(part.validationEnd(), part.validationEnd(), part.end()))
                    .toList();
        }

        /** All windows of the parts, a number of rows apart. */
        static Data of(SeriesSet set, List<TimeSplit.Parts> parts, int horizon, int stride) {
            List<ForecastWindow> validation = new ArrayList<>();
            List<ForecastWindow> test = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Series series = set.series().get(i);
                TimeSplit.Parts part = parts.get(i);
                validation.addAll(
                        ForecastWindow.within(series, part.trainEnd(), part.validationEnd(), horizon, stride));
                test.addAll(ForecastWindow.within(series, part.validationEnd(), part.end(), horizon, stride));
            }
            return new Data(set, parts, validation, test);
        }
    }

    /** A method's score; seed and what follows are absent where nothing was trained. */
    record Run(
            String method,
            @Nullable Long seed,
            @Nullable Long parameters,
            @Nullable Integer bestEpoch,
            @Nullable Double validationLoss,
            @Nullable Double trainingSeconds,
            ForecastScores.Row score) {}

    /** What is printed with {@code --json}. */
    record Result(String part, int windows, int context, int patch, List<Run> runs) {}

    /** The plan that the options make of a benchmark's own. */
    ForecastPlan plan(RecurrentStack usual, int horizon) {
        return ForecastPlan.of(network.over(usual), horizon);
    }

    /**
     * Trains, scores and prints.
     *
     * @param usual the benchmark's plan, which the options change
     * @param settings the benchmark's settings, which the options change
     */
    int run(Data data, ForecastPlan usual, TrainingSettings settings) {
        ForecastPlan plan = forecast.over(usual);
        ForecastConfiguration c = plan.configuration(data.set(), data.parts());
        List<ForecastWindow> windows = validationOnly ? data.validation() : data.test();
        List<TimeSplit.Parts> past = validationOnly ? data.parts() : data.beforeTest();
        ForecastEvaluator evaluator = new ForecastEvaluator(data.set(), past, c.season(), c.horizon());
        PrintWriter err = specification.commandLine().getErr();
        ProgressLine line = ProgressLine.on(err);
        List<Run> runs = new ArrayList<>();
        for (int season : c.season() > 1 ? new int[] {1, c.season()} : new int[] {1}) {
            NaiveForecasts naive = new NaiveForecasts(data.set(), past, season, c.horizon(), c.quantiles());
            String name = season == 1 ? "last value" : "last season (" + season + " rows)";
            runs.add(new Run(
                    name, null, null, null, null, null, ForecastScores.Row.of(name, evaluator.score(naive, windows))));
        }
        try (TemporaryFolder work = TemporaryFolder.make();
                Engine engine = engineOptions.open()) {
            err.println(engine.description());
            for (long seed : seeds) {
                runs.add(run(
                        engine,
                        data,
                        c,
                        training.over(settings.toBuilder().seed(seed).build()),
                        out == null ? work.path() : out,
                        evaluator,
                        windows,
                        line));
            }
        } finally {
            line.clear();
        }
        print(new Result(validationOnly ? "validation" : "test", windows.size(), c.context(), c.patch(), runs), c);
        return ExitStatus.OK;
    }

    private Run run(
            Engine engine,
            Data data,
            ForecastConfiguration c,
            TrainingSettings settings,
            Path folder,
            ForecastEvaluator evaluator,
            List<ForecastWindow> windows,
            ProgressLine line) {
        TrainingListener listener = new TrainingListener() {
            @Override
            public Decision afterWindow(Progress progress) {
                line.update(() -> "seed %d: epoch %d of %d, loss %s, %s left"
                        .formatted(
                                settings.seed(),
                                progress.epoch() + 1,
                                progress.epochs(),
                                Formats.loss(progress.loss()),
                                Formats.about(progress.seconds() * (1 / Math.max(progress.progress(), 1e-9) - 1))));
                return Decision.CONTINUE;
            }
        };
        try (ForecastTrainer trainer =
                new ForecastTrainer(engine, data.set(), data.parts(), List.of(), c, settings, folder, listener)) {
            TrainingRecord record = trainer.train();
            ForecastModel model = trainer.model();
            try (Forecaster forecaster = model.forecaster(BATCH)) {
                String name = Descriptions.stack(c.network());
                ForecastScore score = evaluator.score(
                        forecaster,
                        windows,
                        share -> line.update(
                                () -> "seed %d: scoring %d %%".formatted(settings.seed(), Math.round(100 * share))));
                return new Run(
                        name,
                        settings.seed(),
                        record.parameters(),
                        record.bestEpoch(),
                        record.validationLoss(),
                        record.timing().seconds(),
                        ForecastScores.Row.of(name, score));
            }
        }
    }

    private void print(Result result, ForecastConfiguration c) {
        PrintWriter stdout = specification.commandLine().getOut();
        if (json) {
            stdout.print(Json.toText(result));
        } else {
            stdout.println(Formats.counted(result.windows(), "window") + " of the " + result.part() + " part, "
                    + c.context() + " rows of the past read " + c.patch() + " at a step");
            List<List<String>> rows = new ArrayList<>();
            for (Run run : result.runs()) {
                List<String> cells = new ArrayList<>();
                cells.add(run.method() + (run.seed() == null ? "" : ", seed " + run.seed()));
                cells.add(run.parameters() == null ? "" : Formats.count(run.parameters()));
                cells.add(text("%.2f", run.score().smape()));
                cells.add(text("%.3f", run.score().mase()));
                cells.add(text("%.4g", run.score().meanSquared()));
                cells.add(text("%.4f", run.score().weightedQuantileLoss()));
                cells.add(run.trainingSeconds() == null ? "" : Formats.duration(run.trainingSeconds()));
                rows.add(cells);
            }
            stdout.print(new ResultTable(
                            "",
                            "",
                            List.of("method", "parameters", "sMAPE %", "MASE", "MSE", "quantile loss", "training"),
                            rows)
                    .text());
        }
        stdout.flush();
    }

    private static String text(String format, @Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, format, value);
    }
}
