package org.rhn4j.app.insight;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.insight.UnitActivity;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.store.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn explain}: what makes a model unstable, what its gates do, and what each micro-layer is worth. */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Show what a model does inside, whatever its task.",
            "Jacobians, eigenvalues and Geršgorin discs of its steps, how far back gradients reach, what the gates do,"
                    + " what each micro-layer is worth, and how training went."
        },
        footer = {
            "",
            "Examples:",
            "  rhn explain model --data ptb/ptb.test.txt --out report.html",
            "  rhn explain rhn --beside lstm --data sensor.csv --unit 3 --unit 17:0:2 --out report.html"
        })
public final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description =
                    "A text, or a folder whose file named *test* is taken; for a model over series, a CSV file with"
                            + " the model's columns.")
    private Path data;

    @Option(
            names = "--beside",
            paramLabel = "MODEL2",
            description = "Another model of the same task, to be explained on the same data and shown side by side.")
    private @Nullable Path beside;

    @Option(
            names = "--unit",
            paramLabel = "K[:LAYER[:MICRO]]",
            description = "Show where in the data this unit's gate opens, of a layer and micro-layer (default: 0 and 0;"
                    + " all counted from 0). May be given several times; the units that vary most are shown anyway.")
    private List<String> units = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write a page with charts there, in one HTML file that needs no network.")
    private @Nullable Path report;

    @Option(
            names = "--language",
            paramLabel = "en|ja",
            description = "Language of the page, English or Japanese (default: en).")
    private ReportLanguage language = ReportLanguage.EN;

    @Option(names = "--force", description = "Replace the page where --out exists.")
    private boolean force;

    @Option(names = "--map-unknown", description = "Read tokens that the model does not know as <unk>.")
    private boolean mapUnknown;

    @Option(names = "--threads", paramLabel = "P", description = "Threads that compute; 0 for one per processor.")
    private int threads;

    @Mixin
    private ResultOutput output;

    /** What is printed with {@code --json} where two models are explained. */
    record Pair(ModelExplanation model, ModelExplanation beside) {}

    @Override
    public Integer call() {
        if (report != null) {
            requireNew(report);
        }
        new CommandFiles()
                .reads("the model", folder)
                .reads("--beside", beside)
                .reads("--data", data)
                .writes("--out", report)
                .requireApart();
        List<UnitActivity.Choice> chosen =
                units.stream().map(ExplainCommand::unit).toList();
        Path other = beside;
        if (other != null && !ModelDescription.task(other).equals(ModelDescription.task(folder))) {
            throw new UserError("%s is of a model for the task %s, but %s for %s; name two of one task."
                    .formatted(folder, ModelDescription.task(folder), other, ModelDescription.task(other)));
        }
        PrintWriter err = output.err();
        ProgressLine line = ProgressLine.on(err);
        List<ExplainedModel> models = new ArrayList<>();
        try (Engine engine =
                Engine.builder().precision(Precision.F32).threads(threads).build()) {
            models.add(explain(folder, engine, chosen, line));
            if (other != null) {
                models.add(explain(other, engine, List.of(), line));
            }
        } finally {
            line.clear();
        }
        if (report != null) {
            AtomicFiles.writeText(report, ExplainReport.html(models, language));
            err.println("the page is in " + report);
            err.flush();
        }
        print(models);
        return ExitStatus.OK;
    }

    private ExplainedModel explain(Path model, Engine engine, List<UnitActivity.Choice> chosen, ProgressLine line) {
        String of = beside == null ? "" : " of " + model;
        return ExplainedModel.of(model, engine, new ExplainedModel.Request(data, mapUnknown, chosen, watch(line, of)));
    }

    private void print(List<ExplainedModel> models) {
        ModelExplanation first = models.getFirst().explanation();
        Object result =
                models.size() == 1 ? first : new Pair(first, models.get(1).explanation());
        output.print(result, stdout -> {
            for (int i = 0; i < models.size(); i++) {
                ExplainedModel model = models.get(i);
                if (models.size() > 1) {
                    stdout.printf(
                            Locale.ROOT,
                            "%s%s: %s%n",
                            i == 0 ? "" : System.lineSeparator(),
                            model.name(),
                            model.network());
                }
                stdout.print(ExplanationText.of(model.explanation()));
            }
        });
    }

    /** {@code 17:0:2} is unit 17 in micro-layer 2 of layer 0. */
    private static UnitActivity.Choice unit(String text) {
        String[] parts = text.split(":", -1);
        int[] numbers = new int[3];
        try {
            for (int i = 0; i < parts.length && i < numbers.length; i++) {
                numbers[i] = Integer.parseInt(parts[i].strip());
            }
        } catch (NumberFormatException e) {
            throw notAUnit(text);
        }
        if (parts.length > numbers.length) {
            throw notAUnit(text);
        }
        return new UnitActivity.Choice(numbers[1], numbers[2], numbers[0]);
    }

    private static UserError notAUnit(String text) {
        return new UserError(
                "--unit %s is not a unit; write its number, and after colons its layer and micro-layer where they are not 0, as in 17:0:2."
                        .formatted(text));
    }

    private void requireNew(Path page) {
        if (Files.exists(page) && !force) {
            throw new UserError(page + " exists already; name another file in --out, or replace it with --force.");
        }
        Path parent = page.toAbsolutePath().getParent();
        if (Files.isDirectory(page) || parent == null || !Files.isDirectory(parent)) {
            throw new UserError(page + " cannot be written: "
                    + (Files.isDirectory(page) ? "it is a folder" : "there is no folder " + parent)
                    + "; name a file in a folder that exists.");
        }
    }

    private static ExplainProgress watch(ProgressLine line, String of) {
        return (stage, share) -> line.update(() -> String.format(
                Locale.ROOT,
                "measuring %s%s %.0f %%",
                switch (stage) {
                    case ACTIVITY -> "gates and gradients";
                    case JACOBIANS -> "Jacobians";
                    case EIGENVALUES -> "eigenvalues";
                    case LESIONS -> "lesions";
                },
                of,
                100 * share));
    }
}
