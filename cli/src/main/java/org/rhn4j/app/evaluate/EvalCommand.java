package org.rhn4j.app.evaluate;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.tasks.text.UnknownTokens;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn eval}: how well a model predicts a text, or forecasts a table. */
@Command(
        name = "eval",
        sortOptions = false,
        description = "Measure how well a model predicts a text, or forecasts the last rows of a table.",
        footer = {
            "",
            "Examples:",
            "  rhn eval model --data ptb/ptb.test.txt",
            "  rhn eval model --data ptb --mc-dropout 10 --dynamic",
            "  rhn eval model --data sales.csv --rows 60"
        })
public final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A text, or a folder whose file named *test* is taken; or a table to forecast.")
    private Path data;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description =
                    "Parts evaluated side by side: 1 is exact; more are faster, each with the 128 tokens before it"
                            + " as context (default: 1).")
    private int streams = 1;

    @Option(names = "--map-unknown", description = "Read tokens that the model does not know as <unk>.")
    private boolean mapUnknown;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "Of a model that forecasts: score the last N rows of each series (default: a tenth, and at least"
                            + " a horizon).")
    private @Nullable Integer rows;

    @Mixin
    private ResultOutput output;

    @ArgGroup(validate = false, heading = "%nFigures of their own, told beside the plain one:%n")
    private OtherFigures others = new OtherFigures();

    @Mixin
    private EngineOptions engineOptions;

    /**
     * The result for programs; {@code bits_per_character} is per word where the model reads words.
     *
     * @param mcDropout the mean of passes with dropout, where it was asked for
     * @param dynamic weights that follow the text, where they were asked for
     */
    record Result(
            double loss,
            double perplexity,
            double bitsPerCharacter,
            long tokens,
            double seconds,
            OtherFigures.@Nullable MonteCarlo mcDropout,
            OtherFigures.@Nullable Dynamic dynamic) {}

    @Override
    public Integer call() {
        if (ForecastConfiguration.isOf(folder)) {
            return new ForecastEvaluation(folder, data, rows, output, engineOptions).run();
        }
        if (rows != null) {
            throw new UserError("--rows is for models that forecast; leave it out.");
        }
        Path file = TestText.of(data);
        try (Engine engine = engineOptions.open();
                LanguageModel model = LanguageModel.load(folder, engine)) {
            UnknownTokens unknown = mapUnknown ? UnknownTokens.MAP : UnknownTokens.REJECT;
            int[] ids = model.corpus().encode(file, model.vocabulary(), unknown);
            OtherFigures.Plan plan = others.plan(model, folder, data, unknown);
            ProgressLine line = ProgressLine.on(output.err());
            Evaluation plain = WatchedEvaluation.evaluate(model, ids, streams, line);
            OtherFigures.@Nullable MonteCarlo monteCarlo = plan.monteCarlo(model, ids, streams, line);
            OtherFigures.@Nullable Dynamic dynamic = plan.dynamic(model, ids, line);
            Result result = new Result(
                    plain.loss(),
                    plain.perplexity(),
                    plain.bitsPerToken(),
                    plain.tokens(),
                    plain.seconds(),
                    monteCarlo,
                    dynamic);
            TextUnit unit = model.configuration().unit();
            output.print(result, stdout -> {
                stdout.println(text(file, unit, plain));
                if (monteCarlo != null) {
                    stdout.println(monteCarlo.sentence(unit));
                }
                if (dynamic != null) {
                    stdout.println(dynamic.sentence(unit));
                }
            });
        }
        return ExitStatus.OK;
    }

    private static String text(Path file, TextUnit unit, Evaluation evaluation) {
        return String.format(
                Locale.ROOT,
                "%s: perplexity %.2f, %.4f bits per %s, loss %s nats (%s predicted in %s)",
                file,
                evaluation.perplexity(),
                evaluation.bitsPerToken(),
                unit,
                Formats.loss(evaluation.loss()),
                Formats.counted(evaluation.tokens(), unit.toString()),
                Formats.duration(evaluation.seconds()));
    }
}
