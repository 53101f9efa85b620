package org.rhn4j.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ExplainSettings;
import org.rhn4j.insight.ModelExplainer;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.UnknownTokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhn explain}: what makes a model unstable, what its gates do, and what each micro-layer is worth. */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Show what a model does inside.",
            "Jacobians, eigenvalues and Geršgorin discs of its steps, how far back gradients reach, what the gates do,"
                    + " and what each micro-layer is worth."
        },
        footer = {"", "Example:", "  rhn explain model --data ptb/ptb.test.txt --out report.html"})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A text, or a folder whose file named *test* is taken.")
    private Path data;

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

    @Option(names = "--json", description = "Print everything as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec specification;

    @Override
    public Integer call() {
        Path file = TestText.of(data);
        if (report != null) {
            requireNew(report);
        }
        PrintWriter out = specification.commandLine().getOut();
        PrintWriter err = specification.commandLine().getErr();
        try (Engine engine = Engine.builder()
                        .precision(Precision.F32)
                        .threads(threads)
                        .build();
                LanguageModel model = LanguageModel.load(folder, engine)) {
            UnknownTokens unknown = mapUnknown ? UnknownTokens.MAP : UnknownTokens.REJECT;
            int[] ids = model.corpus().encode(file, model.vocabulary(), unknown);
            ProgressLine line = ProgressLine.on(err);
            ModelExplanation explanation;
            try {
                explanation = ModelExplainer.explain(model, ids, ExplainSettings.DEFAULTS, watch(line));
            } finally {
                line.clear();
            }
            if (report != null) {
                String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
                AtomicFiles.writeText(
                        report,
                        ExplainReport.html(explanation, name, Descriptions.network(model.configuration()), language));
                err.println("the page is in " + report);
                err.flush();
            }
            if (json) {
                out.print(Json.toText(explanation));
            } else {
                out.print(ExplanationText.of(explanation));
            }
            out.flush();
        }
        return Main.OK;
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

    private static ExplainProgress watch(ProgressLine line) {
        return (stage, share) -> line.update(() -> String.format(
                Locale.ROOT,
                "measuring %s %.0f %%",
                switch (stage) {
                    case ACTIVITY -> "gates and gradients";
                    case JACOBIANS -> "Jacobians";
                    case EIGENVALUES -> "eigenvalues";
                    case LESIONS -> "lesions";
                },
                100 * share));
    }
}
