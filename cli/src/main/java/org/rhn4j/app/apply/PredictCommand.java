package org.rhn4j.app.apply;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.CsvCell;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.FailureSentences;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.YesNoOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.failure.FailureEvaluator;
import org.rhn4j.tasks.failure.FailureModel;
import org.rhn4j.tasks.failure.FailurePrediction;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryReader;
import org.rhn4j.tasks.histories.HistorySet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn predict}: how long each unit has left, or how likely it fails soon. */
@Command(
        name = "predict",
        sortOptions = false,
        description = "Tell each unit's remaining life with its interval, and how likely it fails soon.",
        footer = {
            "",
            "Examples:",
            "  rhn predict model --data running.csv --out lives.csv",
            "  rhn predict model --data histories.csv --score"
        })
public final class PredictCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The folder of a model that 'rhn train failure' made.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A table with the model's columns: the rows of each unit from its first on.")
    private Path data;

    @Option(names = "--out", paramLabel = "FILE", description = "A CSV file for the predictions.")
    private @Nullable Path out;

    @Option(names = "--all-rows", description = "Predict after every row, not after each unit's last one alone.")
    private boolean allRows;

    @Option(
            names = "--score",
            description = "The units of the table failed at their last rows: hold the predictions of all rows against"
                    + " that.")
    private boolean score;

    @Option(
            names = "--censored",
            paramLabel = "COLUMN",
            description =
                    "With --score: a column that says yes (1, true, yes) for units that had not failed by their last"
                            + " row; empty cells say no.")
    private @Nullable String censored;

    @Mixin
    private YesNoOptions yesNo;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /** A prediction for programs; what the model does not predict is absent. */
    record Row(
            String unit,
            String time,
            int row,
            @Nullable Double life,
            @Nullable Double lower,
            @Nullable Double upper,
            @Nullable Double probability) {}

    /** The result for programs. */
    record Result(
            String model,
            @Nullable Double cap,
            @Nullable Double within,
            double coverage,
            List<Row> predictions,
            FailureEvaluator.@Nullable Evaluation score) {}

    @Override
    public Integer call() {
        if (censored != null && !score) {
            throw new UserError("--censored tells how predictions are scored; add --score, or leave it out.");
        }
        new CommandFiles()
                .reads("the model", folder)
                .reads("--data", data)
                .writes("--out", out)
                .requireApart();
        FailureConfiguration c = FailureConfiguration.read(folder);
        HistorySet set =
                new HistoryReader(c.schema().withCensored(censored), yesNo.over(c.reading()), c.fill()).read(data);
        List<FailurePrediction[]> predictions;
        try (Engine engine = engineOptions.open();
                FailureModel model = FailureModel.load(folder, engine)) {
            predictions = model.predict(set.units());
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < set.units().size(); i++) {
            History unit = set.units().get(i);
            for (int row = allRows ? 0 : unit.length() - 1; row < unit.length(); row++) {
                rows.add(row(c, set, unit, row, predictions.get(i)[row]));
            }
        }
        FailureEvaluator.@Nullable Evaluation evaluation = score ? evaluation(c, set, predictions) : null;
        if (out != null) {
            AtomicFiles.writeText(out, csv(c, rows));
        }
        print(c, rows, evaluation);
        return ExitStatus.OK;
    }

    private static FailureEvaluator.Evaluation evaluation(
            FailureConfiguration c, HistorySet set, List<FailurePrediction[]> predictions) {
        FailureEvaluator evaluator = new FailureEvaluator(c);
        evaluator.addAll(set.units(), predictions, 1);
        return evaluator.evaluation();
    }

    private static Row row(
            FailureConfiguration c, HistorySet set, History unit, int row, FailurePrediction prediction) {
        boolean life = c.predictsLife();
        return new Row(
                unit.unit(),
                set.stampText(unit.stamps()[row]),
                row + 1,
                life ? prediction.life() : null,
                life ? prediction.lower() : null,
                life ? prediction.upper() : null,
                c.predictsSoon() ? prediction.probability() : null);
    }

    private static String csv(FailureConfiguration c, List<Row> rows) {
        StringBuilder text = new StringBuilder(CsvCell.of(c.unit()));
        text.append(c.time().isEmpty() ? ",row" : "," + CsvCell.of(String.join(" ", c.time())));
        text.append(c.predictsLife() ? ",life,lower,upper" : "");
        text.append(c.predictsSoon() ? ",probability" : "").append('\n');
        for (Row row : rows) {
            text.append(CsvCell.of(row.unit)).append(',');
            text.append(c.time().isEmpty() ? Integer.toString(row.row) : CsvCell.of(row.time));
            for (Double value : new Double[] {row.life, row.lower, row.upper}) {
                text.append(value == null ? "" : String.format(Locale.ROOT, ",%.3f", value));
            }
            text.append(row.probability == null ? "" : String.format(Locale.ROOT, ",%.6f", row.probability));
            text.append('\n');
        }
        return text.toString();
    }

    private void print(FailureConfiguration c, List<Row> rows, FailureEvaluator.@Nullable Evaluation evaluation) {
        Result result = new Result(
                folder.toString(),
                c.predictsLife() ? c.cap() : null,
                c.predictsSoon() ? c.within() : null,
                c.coverage(),
                rows,
                evaluation);
        output.print(result, stdout -> printText(stdout, c, rows, evaluation));
    }

    private void printText(
            PrintWriter stdout,
            FailureConfiguration c,
            List<Row> rows,
            FailureEvaluator.@Nullable Evaluation evaluation) {
        if (out == null) {
            List<String> header = new ArrayList<>(List.of(c.unit(), c.time().isEmpty() ? "row" : "time"));
            if (c.predictsLife()) {
                header.addAll(List.of("life", "from", "to"));
            }
            if (c.predictsSoon()) {
                header.add("fails soon");
            }
            List<List<String>> cells = rows.stream().map(row -> cells(c, row)).toList();
            stdout.print(new ResultTable("", "", header, cells).text());
        }
        if (c.predictsLife()) {
            stdout.println("life: %s left, at most %s; from and to: %s %% of lives lie between"
                    .formatted(c.stepName(), Formats.setting(c.cap()), Formats.setting(100 * c.coverage())));
        }
        if (c.predictsSoon()) {
            stdout.println("fails soon: probability of a failure within %s %s"
                    .formatted(Formats.setting(c.within()), c.stepName()));
        }
        if (evaluation != null) {
            FailureSentences.of(evaluation, "all rows").forEach(stdout::println);
        }
    }

    private static List<String> cells(FailureConfiguration c, Row row) {
        List<String> cells = new ArrayList<>();
        cells.add(row.unit);
        cells.add(c.time().isEmpty() ? Integer.toString(row.row) : row.time);
        for (Double value : new Double[] {row.life, row.lower, row.upper}) {
            if (value != null) {
                cells.add(String.format(Locale.ROOT, "%.1f", value));
            }
        }
        if (row.probability != null) {
            cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * row.probability));
        }
        return cells;
    }
}
