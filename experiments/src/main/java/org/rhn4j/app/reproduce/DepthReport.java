package org.rhn4j.app.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ResultTable;
import org.rhn4j.app.pages.ResultPage;
import org.rhn4j.app.pages.ResultPage.Chart;
import org.rhn4j.app.pages.ResultPage.Line;
import org.rhn4j.app.reproduce.DepthExperiment.Result;
import org.rhn4j.app.reproduce.DepthExperiment.Run;

/** What the depth experiment came to, beside the paper's figures. */
final class DepthReport {
    private DepthReport() {}

    static String text(Result result) {
        return table(result).text();
    }

    static String page(Result result) {
        SortedMap<Integer, List<Run>> byDepth = byDepth(result);
        List<double[]> published = new ArrayList<>();
        byDepth.keySet().forEach(depth -> {
            Published.@Nullable Perplexity figure = Published.byDepth(depth);
            if (figure != null) {
                published.add(new double[] {depth, figure.validation()});
            }
        });
        String lead = ("Networks of equal size: %s parameters, tied embeddings, %d epochs at most. The paper's have"
                        + " 23.5 million at depth 10, fewer at lower depths, and were trained for hundreds of epochs.")
                .formatted(
                        Formats.count(result.plan().parameters()),
                        result.plan().settings().epochs());
        List<Line> perplexities = List.of(
                new Line("ours, validation", points(byDepth, run -> Math.exp(run.validationLoss()))),
                new Line("ours, test", points(byDepth, run -> Math.exp(run.testLoss()))),
                new Line("paper, validation", published));
        List<Line> seconds = List.of(
                new Line("an epoch of training", points(byDepth, Run::secondsPerEpoch)),
                new Line("an evaluation of the test part", points(byDepth, Run::secondsPerEvaluation)));
        return ResultPage.html(
                "What recurrence depth is worth",
                lead,
                List.of(
                        new Chart(
                                "Perplexity",
                                "Means over seeds; lower is better.",
                                "depth",
                                "perplexity",
                                perplexities),
                        new Chart("Cost", "On the machine that trained.", "depth", "seconds", seconds)),
                List.of(table(result)));
    }

    private static SortedMap<Integer, List<Run>> byDepth(Result result) {
        SortedMap<Integer, List<Run>> byDepth = new TreeMap<>();
        result.runs()
                .forEach(run -> byDepth.computeIfAbsent(run.depth(), depth -> new ArrayList<>())
                        .add(run));
        return byDepth;
    }

    private static List<double[]> points(SortedMap<Integer, List<Run>> byDepth, ToDoubleFunction<Run> value) {
        return byDepth.entrySet().stream()
                .map(entry -> new double[] {entry.getKey(), mean(entry.getValue(), value)})
                .toList();
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }

    private static ResultTable table(Result result) {
        List<List<String>> rows = new ArrayList<>();
        byDepth(result).forEach((depth, runs) -> {
            Published.@Nullable Perplexity published = Published.byDepth(depth);
            rows.add(List.of(
                    Integer.toString(depth),
                    Integer.toString(runs.getFirst().units()),
                    Formats.count(runs.getFirst().parameters()),
                    Integer.toString(runs.size()),
                    spread(runs, run -> Math.exp(run.validationLoss())),
                    spread(runs, run -> Math.exp(run.testLoss())),
                    published == null ? "-" : Published.shown(published.validation()),
                    published == null ? "-" : Published.shown(published.test()),
                    seconds(mean(runs, Run::secondsPerEpoch)),
                    seconds(mean(runs, Run::secondsPerEvaluation))));
        });
        return new ResultTable(
                "By depth",
                "Perplexity: means over seeds and, where there are several, from lowest to highest.",
                List.of(
                        "depth",
                        "units",
                        "parameters",
                        "seeds",
                        "validation",
                        "test",
                        "paper valid",
                        "paper test",
                        "s/epoch",
                        "s/evaluation"),
                rows);
    }

    private static String spread(List<Run> runs, ToDoubleFunction<Run> value) {
        String mean = String.format(Locale.ROOT, "%.1f", mean(runs, value));
        if (runs.size() == 1) {
            return mean;
        }
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        return String.format(Locale.ROOT, "%s (%.1f-%.1f)", mean, sorted[0], sorted[sorted.length - 1]);
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
