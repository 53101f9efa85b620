package org.rhn4j.app.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.Shell;
import org.rhn4j.app.files.OutputFolder;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.StackOptions;
import org.rhn4j.app.options.TableOptions;
import org.rhn4j.app.options.TrainingOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.AnomalyPlan;
import org.rhn4j.tasks.anomaly.AnomalyTrainer;
import org.rhn4j.tasks.anomaly.FalseAlarmRate;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rhn train anomaly}: trains a detector on rows without labels, or goes on with a run that was stopped. */
@Command(
        name = "anomaly",
        sortOptions = false,
        customSynopsis = {
            "rhn train anomaly --data=FILE --out=FOLDER [OPTION]...",
            "       rhn train anomaly --data=FILE --out=FOLDER --resume"
        },
        description = {
            "Learn what is usual in a table of measured values, so that 'rhn detect' can tell what is not.",
            "No labels are needed; some anomalies among the rows do no harm."
        },
        footer = {
            "",
            "Examples:",
            "  rhn train anomaly --data sensor.csv --out model",
            "  rhn train anomaly --data pumps.csv --time measured --columns flow,pressure --false-alarms 1/week"
                    + " --out model"
        })
final class TrainAnomalyCommand implements Callable<Integer> {
    /** So that what is left without the rows that choose the best epoch is enough. */
    private static final int FEWEST_ROWS = AnomalyTrainer.FEWEST_ROWS * 5 / 4;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A CSV file, one row for each time; best of times when nothing out of the ordinary happened.")
    private Path data;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "COLUMN",
            description = "What is to be watched (default: all columns of numbers but time and labels).")
    private List<String> columns = List.of();

    @Option(
            names = "--labels",
            paramLabel = "COLUMN",
            description = "A column that tells anomalies. It is left out: nothing is learned from it.")
    private @Nullable String labels;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "Look at the first N rows alone (default: all). The last fifth of them chooses the best epoch.")
    private @Nullable Long rows;

    @Option(
            names = "--false-alarms",
            paramLabel = "N/PERIOD",
            description = "False alarms to accept, as in 1/week, 2/day or 1/10000 rows (default: 1/10000 rows).")
    private @Nullable String falseAlarms;

    @ArgGroup(validate = false, heading = "%nReading the table:%n")
    private TableOptions table = new TableOptions();

    @ArgGroup(validate = false, heading = "%nNetwork:%n")
    private StackOptions network = new StackOptions();

    @ArgGroup(validate = false, heading = "%nTraining:%n")
    private TrainingOptions training = new TrainingOptions();

    @ArgGroup(validate = false, heading = "%nMachine:%n")
    private EngineOptions engineOptions = new EngineOptions();

    /** What a run needs besides an engine. */
    private record Plan(SeriesSet set, AnomalyConfiguration configuration, TrainingSettings settings) {}

    /** The result for programs; a loss is absent where there is none. */
    record Result(
            String model,
            long parameters,
            List<String> columns,
            int trainingRows,
            int validationRows,
            double falseAlarmsPerRow,
            int epochs,
            int bestEpoch,
            @Nullable Double validationLoss,
            double rowsPerSecond,
            double seconds,
            TrainingRecord.Ended ended) {}

    @Override
    public Integer call() {
        return run.conduct(data, AnomalyTrainer.FILES, engineOptions, this::train);
    }

    private int train(Engine engine, OutputFolder folder) {
        Plan plan = run.resume() ? resumedPlan() : newPlan();
        AnomalyConfiguration configuration = plan.configuration();
        WatchedTraining.Outcome outcome = new TableTraining(folder, run, data, true)
                .train(
                        configuration.trainingRows() + configuration.validationRows(),
                        (sources, listener) -> new AnomalyTrainer(
                                engine,
                                plan.set().series().getFirst(),
                                sources,
                                configuration,
                                plan.settings(),
                                run.out(),
                                listener),
                        bytes -> describe(plan, bytes, run.err()));
        report(outcome.record(), configuration);
        return outcome.exitStatus();
    }

    private Plan newPlan() {
        if (rows != null && rows < 1) {
            throw new UserError("--rows must be at least 1, not %d.".formatted(rows));
        }
        FileProblems.requireReadableFile(data);
        training.refuseWithoutGates(network.hasGates());
        TrainingSettings settings = training.over(AnomalyPlan.settings());
        AnomalyPlan plan = AnomalyPlan.of(network.over(AnomalyPlan.NETWORK));
        SeriesSchema schema = table.over(SeriesSchema.of(columns.toArray(String[]::new)));
        if (labels != null) {
            schema = schema.withIgnored(List.of(labels));
        }
        SeriesReader reader = new SeriesReader(schema, table.reading()).orRowNumbers(data);
        SeriesSet set = read(reader, rows == null ? Long.MAX_VALUE : rows);
        if (falseAlarms != null) {
            plan = plan.withFalseAlarms(FalseAlarmRate.perRow(falseAlarms, set.frequency()));
        }
        Series series = set.series().getFirst();
        if (series.length() < FEWEST_ROWS) {
            throw new UserError("%s: %s are too few to train on; a detector needs at least %d."
                    .formatted(data, Formats.counted(series.length(), "row"), FEWEST_ROWS));
        }
        AnomalyConfiguration configuration =
                plan.configuration(set.schema(), set.report().options(), series, series.length());
        return new Plan(set, configuration, settings);
    }

    private SeriesSet read(SeriesReader reader, long most) {
        SeriesSet set = reader.read(data, most);
        if (constants(set).size() == set.channels().size()) {
            throw new UserError("%s: %s in all rows, so there is nothing to learn; name other columns with --columns."
                    .formatted(data, constants(set).getFirst()));
        }
        return set;
    }

    /** Network, settings and the way of reading are in the folder. */
    private Plan resumedPlan() {
        AnomalyConfiguration configuration = AnomalyConfiguration.read(run.out());
        TrainingSettings settings = training.resuming(TrainingLoop.settingsOf(run.out()));
        SeriesReader reader = new SeriesReader(configuration.schema(), configuration.reading());
        int wanted = configuration.trainingRows() + configuration.validationRows();
        SeriesSet set = read(reader, wanted);
        // rows that stood there twice were taken once, so a few more may be needed
        boolean enough = set.series().getFirst().length() >= wanted;
        return new Plan(enough ? set : read(reader, Long.MAX_VALUE), configuration, settings);
    }

    private static List<String> constants(SeriesSet set) {
        double[][] values = set.series().getFirst().targets();
        return IntStream.range(0, values.length)
                .filter(c -> Arrays.stream(values[c])
                                .filter(value -> !Double.isNaN(value))
                                .distinct()
                                .limit(2)
                                .count()
                        < 2)
                .mapToObj(c -> "the column \"%s\" has the one value %s"
                        .formatted(set.channels().get(c), Formats.setting(firstValue(values[c]))))
                .toList();
    }

    private static double firstValue(double[] values) {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .findFirst()
                .orElse(Double.NaN);
    }

    private void describe(Plan plan, long bytes, PrintWriter err) {
        AnomalyConfiguration c = plan.configuration();
        plan.set().report().found().forEach(err::println);
        plan.set().report().warnings().forEach(warning -> err.println("note: " + warning));
        constants(plan.set()).forEach(constant -> err.println("note: " + constant + "; any change of it is an alarm"));
        err.println("network: " + Descriptions.stack(c.network()) + ", " + Formats.count(c.parameterCount())
                + " parameters, " + FileProblems.size(bytes) + " of memory");
        err.println("rows: " + Formats.count(c.trainingRows()) + " to train on, " + Formats.count(c.validationRows())
                + " to choose the best epoch");
        err.flush();
    }

    private void report(TrainingRecord record, AnomalyConfiguration c) {
        Supplier<Object> result = () -> new Result(
                run.out().toString(),
                record.parameters(),
                c.channels(),
                c.trainingRows(),
                c.validationRows(),
                c.falseAlarms(),
                record.epochs().size(),
                record.bestEpoch(),
                TableTraining.validationLoss(record),
                record.timing().itemsPerSecond(),
                record.timing().seconds(),
                record.ended());
        String detect = "detect " + Shell.quoted(run.out()) + " --data " + Shell.quoted(data) + " --plot page.html"
                + (labels == null ? "" : " --labels " + Shell.quoted(labels));
        run.report(record, data, result, stdout -> stdout.println(TableTraining.sentence(record)), List.of(detect));
    }
}
