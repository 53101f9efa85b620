package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.Shell;
import org.rhn4j.app.evaluate.ForecastScores;
import org.rhn4j.app.evaluate.ForecastTable;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.ForecastOptions;
import org.rhn4j.app.options.StackOptions;
import org.rhn4j.app.options.TableOptions;
import org.rhn4j.app.options.TrainingOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.forecast.CombinationTrainer;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastSearch;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.forecast.Season;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.training.SettingsSearch.Setting;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn train forecast}: trains one network for all series of a table, or goes on with a run that was stopped. */
@Command(
        name = "forecast",
        sortOptions = false,
        customSynopsis = {
            "rhn train forecast --data=FILE --horizon=H --out=FOLDER [--target=COLUMN] [OPTION]...",
            "       rhn train forecast --data=FILE --out=FOLDER --resume"
        },
        description = {
            "Learn to forecast a column of a table some rows ahead, as quantiles; one network for all of its series.",
            "In the end, forecasts of rows held back are told beside those of the last value and the last season."
        },
        footer = {
            "",
            "Examples:",
            "  rhn train forecast --data sales.csv --target sold --horizon 14 --out model",
            "  rhn train forecast --data sales.csv --target sold --horizon 14 --out model --search --minutes 10",
            "  rhn train forecast --data shops.csv --series shop --target sold --known holiday,price --horizon 14"
                    + " --out model"
        })
final class TrainForecastCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FILE", description = "A CSV file, one row for each time.")
    private Path data;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--horizon", paramLabel = "H", description = "Rows to forecast at once.")
    private @Nullable Integer horizon;

    @Option(
            names = "--target",
            split = ",",
            paramLabel = "COLUMN",
            description = "What is to be forecast; several columns are a series each (default: the one column of"
                    + " numbers).")
    private List<String> targets = List.of();

    @Option(
            names = "--series",
            paramLabel = "COLUMN",
            description = "The column that tells series apart, where rows of several stand in the table.")
    private @Nullable String series;

    @Option(
            names = "--known",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns whose future is known in advance, such as holidays and prices.")
    private List<String> known = List.of();

    @Option(
            names = "--past",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns that help and are known up to now.")
    private List<String> past = List.of();

    @Option(
            names = "--test-rows",
            paramLabel = "N",
            description = "Rows at the end of each series that are held back to report on (default: a tenth, and at"
                    + " least a horizon).")
    private @Nullable Integer testRows;

    @Option(
            names = "--validation-rows",
            paramLabel = "N",
            description = "Rows before those that choose the best epoch (default: as many).")
    private @Nullable Integer validationRows;

    @Option(
            names = "--search",
            description =
                    "Find learning rate, length of training, depth and gates' bias by trials on the validation rows,"
                        + " but for those that are given, and keep the best model; --minutes bounds it all. It takes"
                        + " some ten times as long as one training.")
    private boolean search;

    @Option(
            names = "--network-alone",
            description = "Forecast by the network alone. Unless this or another --head than quantiles is given, its"
                    + " forecasts are combined with those of simple methods, as trials before the rows held back tell.")
    private boolean networkAlone;

    @Option(names = "--verbose", description = "Tell each epoch.")
    private boolean verbose;

    @ArgGroup(validate = false, heading = "%nForecast:%n")
    private ForecastOptions forecast = new ForecastOptions();

    @ArgGroup(validate = false, heading = "%nReading the table:%n")
    private TableOptions table = new TableOptions();

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private StackOptions network = new StackOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TrainingOptions training = new TrainingOptions();

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    /** What a run needs besides an engine; {@code season} is what was found, where it was looked for. */
    private record Plan(
            ForecastTable table,
            ForecastConfiguration configuration,
            TrainingSettings settings,
            @Nullable Season season) {}

    /**
     * The result for programs; a loss is absent where there is none, scores where no rows were held back, trials where
     * nothing was searched.
     */
    record Result(
            String model,
            long parameters,
            int series,
            int horizon,
            int context,
            int season,
            int epochs,
            int bestEpoch,
            @Nullable Double validationLoss,
            @Nullable List<ForecastSearch.Trial> search,
            @Nullable ForecastScores test,
            double rowsPerSecond,
            double seconds,
            TrainingRecord.Ended ended) {}

    @Override
    public Integer call() {
        return run.conduct(data, ForecastTrainer.FILES, engineOptions, this::train);
    }

    private int train(Engine engine, OutputFolder folder) {
        Plan plan = run.resume() ? resumedPlan() : newPlan();
        return search ? search(engine, folder, plan) : trainOnce(engine, folder, plan);
    }

    private int trainOnce(Engine engine, OutputFolder folder, Plan plan) {
        ForecastTable rows = plan.table();
        WatchedTraining.Outcome outcome = new TableTraining(folder, run, data, verbose)
                .train(
                        rows.trainingRows() + rows.validationRows(),
                        (sources, listener) -> new ForecastTrainer(
                                engine,
                                rows.set(),
                                rows.parts(),
                                sources,
                                plan.configuration(),
                                plan.settings(),
                                run.out(),
                                listener),
                        bytes -> {
                            describe(plan, run.err());
                            describeNetwork(plan.configuration(), bytes, run.err());
                        });
        boolean isComplete = outcome.exitStatus() == ExitStatus.OK;
        report(outcome.record(), plan, null, isComplete ? finished(engine, plan) : null);
        return outcome.exitStatus();
    }

    private int search(Engine engine, OutputFolder folder, Plan plan) {
        Set<Setting> free = searched();
        ForecastTable rows = plan.table();
        describe(plan, run.err());
        try (TemporaryFolder work = TemporaryFolder.make();
                SearchProgress progress = new SearchProgress(run.err())) {
            ForecastSearch forecastSearch = new ForecastSearch(
                    engine,
                    new ForecastSearch.Data(
                            rows.set(),
                            rows.parts(),
                            List.of(TableTraining.source(data, rows.trainingRows() + rows.validationRows()))),
                    plan.configuration(),
                    plan.settings(),
                    ForecastSearch.MOST_UPDATES,
                    work.path(),
                    run.out(),
                    progress);
            if (run.force()) {
                folder.deleteEarlierModel();
            }
            List<ForecastSearch.Trial> trials = forecastSearch.run(free);
            if (trials.isEmpty()) {
                run.err().println("stopped before the first trial's end; nothing is kept");
                return progress.exitStatus();
            }
            if (forecastSearch.isStopped()) {
                run.err().println("stopped; the best of %s is kept".formatted(Formats.counted(trials.size(), "trial")));
            }
            TrainingRecord record = Json.read(run.out().resolve(TrainingRecord.FILE), TrainingRecord.class);
            report(record, plan, trials, forecastSearch.isStopped() ? null : finished(engine, plan));
            return forecastSearch.isStopped() ? progress.exitStatus() : ExitStatus.OK;
        }
    }

    /** What is not given. */
    private Set<Setting> searched() {
        Set<Setting> free = EnumSet.allOf(Setting.class);
        if (training.isLearningRateGiven()) {
            free.remove(Setting.RATE);
        }
        if (training.areEpochsGiven()) {
            throw new UserError("--search finds how long to train; leave --epochs out.");
        }
        if (training.isTransformBiasGiven()) {
            free.remove(Setting.BIAS);
        }
        if (network.isDepthFixed()) {
            free.remove(Setting.DEPTH);
        }
        return free;
    }

    /** Combines the network with simple methods, where that was not declined, and scores what comes of it. */
    private @Nullable ForecastScores finished(Engine engine, Plan plan) {
        ForecastTable rows = plan.table();
        ForecastConfiguration c = plan.configuration();
        ProgressLine line = ProgressLine.on(run.err());
        try (ForecastModel model = ForecastModel.load(run.out(), engine)) {
            if (!networkAlone && c.head() == HeadKind.QUANTILES) {
                line.now("fitting simple methods …");
                new CombinationTrainer(rows.set(), rows.parts(), season(plan), c.horizon()).combine(model, run.out());
                line.clear();
            }
            return rows.testWindows(c).isEmpty() ? null : ForecastScores.of(rows, model, line);
        }
    }

    /** All seasons that were found, unless another one was asked for. */
    private static Season season(Plan plan) {
        int rows = plan.configuration().season();
        Season found = plan.season() == null
                ? Season.find(plan.table().set(), plan.table().parts())
                : plan.season();
        return found.rows() == rows ? found : Season.given(rows);
    }

    private Plan newPlan() {
        FileProblems.requireReadableFile(data);
        if (horizon == null) {
            throw new UserError(
                    "--horizon is missing: say how many rows are to be forecast at once, as in --horizon 24.");
        }
        training.refuseWindow();
        training.refuseWithoutGates(network.hasGates());
        SeriesSchema schema = table.over(SeriesSchema.of(targets.toArray(String[]::new)))
                .withLayout(targets.size() > 1 ? SeriesSchema.Layout.SERIES : SeriesSchema.Layout.CHANNELS)
                .withSeries(series)
                .withKnown(known)
                .withPast(past);
        ForecastTable rows =
                ForecastTable.read(data, new SeriesReader(schema, table.reading()), horizon, testRows, validationRows);
        ForecastPlan plan =
                forecast.over(ForecastPlan.of(network.over(ForecastPlan.network(rows.trainingRows())), horizon));
        @Nullable Season season = plan.season() > 0 ? null : Season.find(rows.set(), rows.parts());
        ForecastPlan seasoned = season == null ? plan : plan.withSeason(season.rows());
        ForecastConfiguration configuration = seasoned.configuration(rows.set(), rows.parts());
        TrainingSettings settings =
                training.over(ForecastPlan.settings(rows.trainingRows(), configuration.parameterCount()));
        return new Plan(rows, configuration, settings, season);
    }

    /** Network, settings and the way of reading are in the folder. */
    private Plan resumedPlan() {
        ForecastConfiguration configuration = ForecastConfiguration.read(run.out());
        if (horizon != null && horizon != configuration.horizon()) {
            throw new UserError(
                    "The run in %s forecasts %d rows, not %d; leave --horizon out, or start anew without --resume."
                            .formatted(run.out(), configuration.horizon(), horizon));
        }
        TrainingSettings settings = training.resuming(TrainingLoop.settingsOf(run.out()));
        ForecastTable rows =
                ForecastTable.read(data, configuration.reader(), configuration.horizon(), testRows, validationRows);
        return new Plan(rows, configuration, settings, null);
    }

    private void describe(Plan plan, PrintWriter err) {
        ForecastConfiguration c = plan.configuration();
        ForecastTable rows = plan.table();
        rows.set().report().found().forEach(err::println);
        rows.set().report().warnings().forEach(warning -> err.println("note: " + warning));
        if (plan.season() != null) {
            err.println(plan.season().why());
        }
        long without = rows.set().series().size() - rows.trained();
        if (without > 0) {
            err.println("note: " + Formats.count(without) + " of "
                    + Formats.count(rows.set().series().size()) + " series are too short to train on a horizon of "
                    + c.horizon() + "; the network forecasts them all the same");
        }
        rows.tellWithoutPast(c, err);
        err.println("windows: " + c.context() + " rows of the past, read " + c.patch() + " at a step, then "
                + c.horizon() + " to forecast");
        err.println("rows: " + Formats.count(rows.trainingRows()) + " to train on, "
                + Formats.count(rows.validationRows()) + " to choose the best epoch");
        err.flush();
    }

    private static String kept(List<ForecastSearch.Trial> trials) {
        ForecastSearch.Trial best =
                trials.stream().filter(ForecastSearch.Trial::best).toList().getLast();
        return "trial %d of %d is kept: rate %s, %s, depth %d, gate bias %s"
                .formatted(
                        best.number(),
                        trials.size(),
                        Formats.rate(best.learningRate()),
                        Formats.counted(best.epochs(), "epoch"),
                        best.depth(),
                        Formats.setting(best.transformBias()));
    }

    private static void describeNetwork(ForecastConfiguration c, long bytes, PrintWriter err) {
        err.println("network: " + Descriptions.stack(c.network()) + ", " + Formats.count(c.parameterCount())
                + " parameters, " + FileProblems.size(bytes) + " of memory");
        err.flush();
    }

    private void report(
            TrainingRecord record,
            Plan plan,
            @Nullable List<ForecastSearch.Trial> trials,
            @Nullable ForecastScores scores) {
        ForecastConfiguration c = plan.configuration();
        Supplier<Object> result = () -> new Result(
                run.out().toString(),
                record.parameters(),
                plan.table().set().series().size(),
                c.horizon(),
                c.context(),
                c.season(),
                record.epochs().size(),
                record.bestEpoch(),
                TableTraining.validationLoss(record),
                trials,
                scores,
                record.timing().itemsPerSecond(),
                record.timing().seconds(),
                record.ended());
        Consumer<PrintWriter> text = stdout -> {
            if (trials != null) {
                stdout.println(kept(trials));
            }
            if (scores != null) {
                int stride = plan.table().testStride();
                stdout.println(Formats.counted(scores.windows(), "window") + " of rows held back"
                        + (stride == 1 ? "" : ", one for each " + stride + " rows") + ", MASE by "
                        + (c.season() == 1 ? "the last value:" : "the season of " + c.season() + " rows:"));
                stdout.print(scores.table(c).text());
                stdout.println();
            }
            stdout.println("network: " + TableTraining.sentence(record));
            if (scores != null) {
                scores.verdict().lines().forEach(stdout::println);
            }
        };
        run.report(
                record,
                data,
                result,
                text,
                List.of("forecast " + Shell.quoted(run.out()) + " --data " + Shell.quoted(data) + " --plot page.html"));
    }
}
