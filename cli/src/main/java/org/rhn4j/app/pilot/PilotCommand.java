package org.rhn4j.app.pilot;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.PilotResult;
import org.rhn4j.pilot.PilotRunner;
import org.rhn4j.pilot.PilotSettings;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesSet;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhn pilot}: whether a highway network pays for a data set, measured within minutes. */
@Command(
        name = "pilot",
        sortOptions = false,
        description = {
            "Find out on your own data whether a highway network pays.",
            "Naive forecasts, the network in use and highway networks of several depths compete at equal parameters"
                + " and equal training time; the page tells what to use and why, how far back the data reaches, what"
                + " makes training unstable, and what a forecast costs. Without --data it runs on births per day in"
                + " the United States."
        },
        footer = {
            "",
            "Examples:",
            "  rhn pilot",
            "  rhn pilot --data sales.csv --target sold --horizon 14 --series shop --known price,holiday \\",
            "      --price-per-hour 0.12 --currency EUR --out sales-pilot.html --language en,ja"
        })
public final class PilotCommand implements Callable<Integer> {
    private static final double MINUTES = 4;
    private static final int SEEDS = 3;

    @ArgGroup(validate = false, heading = "%nData:%n")
    private PilotDataOptions data = new PilotDataOptions();

    @ArgGroup(validate = false, heading = "%nPilot:%n")
    private Plan plan = new Plan();

    @ArgGroup(validate = false, heading = "%nReport:%n")
    private Report report = new Report();

    @Spec
    private CommandSpec specification;

    /** What competes, and for how long. */
    static final class Plan {
        @Option(
                names = "--minutes",
                paramLabel = "M",
                description = "Time of the whole pilot (default: 4). More time trains longer.")
        private double minutes = MINUTES;

        @Option(names = "--seeds", paramLabel = "N", description = "Trainings of each network (default: 3).")
        private int seeds = SEEDS;

        @Option(
                names = "--against",
                paramLabel = "CELL",
                completionCandidates = Choices.Cells.class,
                description = "Cell of the network in use, which a highway network would replace (default: lstm).")
        private CellKind incumbent = CellKind.LSTM;

        @Option(
                names = "--depths",
                split = ",",
                paramLabel = "L",
                description = "Depths of the highway networks (default: 1,2,3,5).")
        private List<Integer> depths = PilotSettings.DEPTHS;

        @Option(
                names = "--parameters",
                paramLabel = "N",
                description = "Parameters of every network, about; 0 to choose them by the data (default: 0).")
        private long parameters;

        @Option(
                names = "--threads",
                paramLabel = "P",
                description = "Trainings side by side, each on one thread; 0 for one per processor (default: 0).")
        private int threads;

        @Option(names = "--seed", paramLabel = "S", description = "Seed of the first training (default: 1).")
        private long seed = 1;
    }

    /** What a forecast's time is worth, and where the page goes. */
    static final class Report {
        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "The page; figures go beside it as .json (default: pilot.html).")
        private Path page = Path.of("pilot.html");

        @Option(
                names = "--language",
                split = ",",
                paramLabel = "en|ja",
                description = "Language of the page, English or Japanese; with en,ja a page of each (default: en).")
        private List<ReportLanguage> languages = List.of(ReportLanguage.EN);

        @Option(
                names = "--price-per-hour",
                paramLabel = "X",
                description = "Price of the machine, for the cost of forecasts (default: 0.1).")
        private double price = 0.1;

        @Option(names = "--currency", paramLabel = "ISO", description = "Its currency, as EUR or JPY (default: USD).")
        private String currency = "USD";

        @Option(
                names = "--watts",
                paramLabel = "W",
                description = "Power while computing, where the processor does not tell it.")
        private @Nullable Double watts;

        @Option(names = "--force", description = "Replace the page and its figures where they exist.")
        private boolean force;

        @Option(names = "--json", description = "Print the result as one JSON object.")
        private boolean json;
    }

    @Override
    public Integer call() {
        PrintWriter err = specification.commandLine().getErr();
        requirePlaces();
        PilotSettings settings = settings();
        PilotProgressLine progress = new PilotProgressLine(ProgressLine.on(err));
        try (StopSignals signals = new StopSignals(progress::tellStopping)) {
            SeriesSet set = data.read();
            describe(set, settings, err);
            signals.listen();
            PilotResult result;
            try {
                result = PilotRunner.run(set, data.name(), settings, progress.listener(signals));
            } finally {
                progress.clear();
            }
            write(result);
            tell(result, specification.commandLine().getOut(), err);
            return signals.isRaised() ? signals.exitStatus() : ExitStatus.OK;
        }
    }

    private PilotSettings settings() {
        int processors = Runtime.getRuntime().availableProcessors();
        List<Integer> depths = plan.depths.stream().sorted().distinct().toList();
        int runs = Math.max(1, plan.seeds) * (depths.size() + 1);
        int sideBySide = plan.threads == 0 ? Math.clamp(processors, 1, runs) : plan.threads;
        return new PilotSettings(
                data.horizon(),
                plan.minutes,
                plan.seeds,
                plan.incumbent,
                depths,
                plan.parameters,
                sideBySide,
                Optional.ofNullable(report.watts),
                report.price,
                currency(),
                plan.seed);
    }

    private String currency() {
        String code = report.currency.toUpperCase(Locale.ROOT);
        try {
            return Currency.getInstance(code).getCurrencyCode();
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "--currency must be a code of ISO 4217 such as USD, EUR or JPY, not %s.".formatted(report.currency),
                    e);
        }
    }

    /** The page of each language: the first has the name given, another has its language in it. */
    private Map<ReportLanguage, Path> pages() {
        Map<ReportLanguage, Path> pages = new LinkedHashMap<>();
        for (ReportLanguage language : new LinkedHashSet<>(report.languages)) {
            pages.put(language, pages.isEmpty() ? report.page : beside("-" + language.tag() + ".html"));
        }
        return pages;
    }

    private Path figures() {
        return beside(".json");
    }

    private Path beside(String ending) {
        String name = FileProblems.nameOf(report.page);
        int dot = name.lastIndexOf('.');
        return report.page.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
    }

    /** Before minutes of work, not after. */
    private void requirePlaces() {
        if (FileProblems.nameOf(report.page).toLowerCase(Locale.ROOT).endsWith(".json")) {
            throw new UserError("--out names the page, whose figures go beside it as .json; give it another ending, as"
                    + " in pilot.html.");
        }
        Path parent = report.page.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UserError("%s cannot be written: there is no folder %s; name a file in a folder that exists."
                    .formatted(report.page, parent));
        }
        if (!Files.isWritable(parent)) {
            throw new UserError("%s cannot be written: the folder %s may not be written to; name a file in another."
                    .formatted(report.page, parent));
        }
        for (Path file : pages().values()) {
            requirePlace(file);
        }
        requirePlace(figures());
        CommandFiles files = new CommandFiles().reads("--data", data.file()).writes("the file of figures", figures());
        pages().values().forEach(page -> files.writes("--out", page));
        files.requireApart();
    }

    private void requirePlace(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserError("%s is a folder; name a file by --out.".formatted(file));
        }
        if (Files.exists(file) && !report.force) {
            throw new UserError(
                    "%s exists already; name another file by --out, or replace it by --force.".formatted(file));
        }
    }

    private void describe(SeriesSet set, PilotSettings settings, PrintWriter err) {
        set.report().found().forEach(err::println);
        set.report().warnings().forEach(warning -> err.println("note: " + warning));
        err.printf(
                Locale.ROOT,
                "pilot: forecast %s rows of %s; %d trainings, %d at a time, in %s%n",
                Formats.count(settings.horizon()),
                String.join(", ", set.schema().targets()),
                settings.runs(),
                settings.sideBySide(),
                Formats.duration(60 * settings.minutes()));
        err.flush();
    }

    private void write(PilotResult result) {
        Json.write(figures(), result);
        pages().forEach((language, page) -> AtomicFiles.writeText(page, PilotReport.html(result, language)));
    }

    private void tell(PilotResult result, PrintWriter out, PrintWriter err) {
        if (report.json) {
            out.print(Json.toText(result));
        } else {
            out.print(PilotText.of(result, report.languages.getFirst()));
        }
        out.flush();
        pages().values().forEach(page -> err.println("the page is in " + page));
        err.println("all figures are in " + figures());
        err.flush();
    }
}
