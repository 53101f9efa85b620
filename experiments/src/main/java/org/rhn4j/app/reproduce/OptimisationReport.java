package org.rhn4j.app.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.pages.ResultPage;
import org.rhn4j.app.pages.ResultPage.Chart;
import org.rhn4j.app.pages.ResultPage.Line;
import org.rhn4j.app.reproduce.OptimisationExperiment.Result;
import org.rhn4j.app.reproduce.OptimisationExperiment.Search;
import org.rhn4j.app.reproduce.OptimisationExperiment.Trial;
import org.rhn4j.cells.CellKind;

/** What the optimisation experiment came to, as lines and as a page. */
final class OptimisationReport {
    /** Recalled from the literature (Chung et al., 2014; Bai et al., 2018). */
    private static final String PUBLISHED =
            "Published on the test part: RNN 8.91, GRU 8.43, LSTM 8.45, temporal convolutions 8.10 nats per time step.";

    private OptimisationReport() {}

    static String text(Result result) {
        StringBuilder text = new StringBuilder(searches(result).text());
        @Nullable Search regularised = result.regularised();
        if (regularised != null) {
            text.append('\n').append(regularised(result, regularised).text());
        }
        return text.append(PUBLISHED).append('\n').toString();
    }

    static String page(Result result) {
        List<ResultTable> tables = new ArrayList<>(List.of(searches(result)));
        @Nullable Search regularised = result.regularised();
        if (regularised != null) {
            tables.add(regularised(result, regularised));
        }
        String lead = "JSB chorales, %s parameters, plain SGD, %d trials of %d epochs for each cell and depth. %s"
                .formatted(
                        Formats.count(result.plan().parameters()),
                        result.plan().trials(),
                        result.plan().epochs(),
                        PUBLISHED);
        return ResultPage.html(
                "How hard deep transitions are to train",
                lead,
                List.of(
                        chart(result, "Final training loss of the best trial", true),
                        chart(result, "Final training loss, median of the trials", false)),
                tables);
    }

    private static Chart chart(Result result, String title, boolean best) {
        List<Line> lines = new ArrayList<>();
        for (CellKind cell : CellKind.values()) {
            List<double[]> points = result.searches().stream()
                    .filter(search -> search.cell() == cell)
                    .map(search ->
                            new double[] {search.depth(), best ? search.best().trainingLoss() : median(search.trials())
                            })
                    .toList();
            if (!points.isEmpty()) {
                lines.add(new Line(cell.title(), points));
            }
        }
        return new Chart(title, "Lower is better.", "transition depth", "nats per time step", lines);
    }

    private static double median(List<Trial> trials) {
        double[] sorted =
                trials.stream().mapToDouble(Trial::trainingLoss).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static ResultTable searches(Result result) {
        List<List<String>> rows = new ArrayList<>();
        for (Search search : result.searches()) {
            Trial best = search.best();
            rows.add(List.of(
                    search.cell().title(),
                    Integer.toString(search.depth()),
                    Integer.toString(best.units()),
                    Formats.count(best.parameters()),
                    nats(best.trainingLoss()),
                    nats(median(search.trials())),
                    Formats.rate(best.learningRate()),
                    nats(search.bestOnValidation().validationLoss()),
                    nats(search.testLoss())));
        }
        return new ResultTable(
                "Search by plain SGD",
                "Losses in nats per time step. Training: the last epoch's, of the best trial and the median one."
                        + " Validation and test: of the trial and epoch that validate best.",
                List.of("cell", "depth", "units", "parameters", "training", "median", "rate", "validation", "test"),
                rows);
    }

    private static ResultTable regularised(Result result, Search search) {
        List<List<String>> rows = new ArrayList<>();
        for (Trial trial : search.trials()) {
            boolean chosen = trial.equals(search.bestOnValidation());
            rows.add(List.of(
                    trial.cell().title(),
                    Integer.toString(trial.depth()),
                    Integer.toString(trial.units()),
                    nats(trial.dropout().input()) + " / " + nats(trial.dropout().state()) + " / "
                            + nats(trial.dropout().output()),
                    Integer.toString(trial.bestEpoch()),
                    nats(trial.trainingLoss()),
                    nats(trial.validationLoss()),
                    chosen ? nats(search.testLoss()) : "-"));
        }
        return new ResultTable(
                "The best of an RHN, with dropout and AdamW",
                "%d epochs each; the trial that validates best meets the test part."
                        .formatted(result.plan().regularisedEpochs()),
                List.of(
                        "cell",
                        "depth",
                        "units",
                        "dropout in / state / out",
                        "best epoch",
                        "training",
                        "validation",
                        "test"),
                rows);
    }

    private static String nats(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
