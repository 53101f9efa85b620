package org.rhn4j.app.evaluate;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;

/** {@code rhn eval} of a model that forecasts: the last rows of a table, beside the last value and the last season. */
record ForecastEvaluation(
        Path folder, Path data, @Nullable Integer rows, ResultOutput output, EngineOptions engineOptions) {
    private static final List<String> OF_TEXTS = List.of("--streams", "--map-unknown", "--mc-dropout", "--dynamic");

    int run() {
        output.command().commandLine().getParseResult().matchedOptions().stream()
                .map(option -> option.longestName())
                .filter(OF_TEXTS::contains)
                .findFirst()
                .ifPresent(name -> {
                    throw new UserError(name + " is for models of texts; leave it out.");
                });
        ForecastConfiguration c = ForecastConfiguration.read(folder);
        ForecastTable table = ForecastTable.read(data, c.reader(), c.horizon(), rows, 0);
        if (table.testWindows(c).isEmpty()) {
            throw new UserError(
                    "%s: no series has %d rows to score among its last %s, with a value in the %d rows before them; give more with --rows."
                            .formatted(data, c.horizon(), rows == null ? "rows" : rows, c.context()));
        }
        PrintWriter err = output.err();
        table.set().report().warnings().forEach(warning -> err.println("note: " + warning));
        table.tellWithoutPast(c, err);
        try (Engine engine = engineOptions.open();
                ForecastModel model = ForecastModel.load(folder, engine)) {
            ForecastScores scores = ForecastScores.of(table, model, ProgressLine.on(err));
            output.print(scores, stdout -> {
                stdout.println(Formats.counted(scores.windows(), "window") + ":");
                stdout.print(scores.table(c).text());
            });
        }
        return ExitStatus.OK;
    }
}
