package org.rhn4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.rhn4j.store.Json;
import org.rhn4j.training.TrainingRecord;

/**
 * Draws validation perplexity by epoch of several trained models, from their {@code training.json}, as one SVG file.
 *
 * <p>{@code java -cp benchmarks/target/rhn4j-benchmarks-0.1.0.jar org.rhn4j.benchmarks.LearningCurves OUT.svg
 * NAME=MODEL …}
 */
public final class LearningCurves {
    private LearningCurves() {}

    /** Draws the file named first; the others are names and model folders. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("usage: OUT.svg NAME=MODEL [NAME=MODEL …]");
        }
        XYChart chart = new XYChartBuilder()
                .width(720)
                .height(400)
                .xAxisTitle("epoch")
                .yAxisTitle("perplexity on validation data")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setYAxisMax(200.0);
        chart.getStyler().setChartBackgroundColor(java.awt.Color.WHITE);
        for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
            int cut = argument.indexOf('=');
            Path model = Path.of(argument.substring(cut + 1));
            TrainingRecord record = Json.read(model.resolve(TrainingRecord.FILE), TrainingRecord.class);
            List<Double> epochs =
                    record.epochs().stream().map(e -> (double) e.epoch()).toList();
            List<Double> perplexities =
                    record.epochs().stream().map(e -> e.validationPerplexity()).toList();
            chart.addSeries(argument.substring(0, cut), epochs, perplexities).setMarker(SeriesMarkers.CIRCLE);
        }
        try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
            ChartEncoder.saveChart(chart, out, "svg");
        }
    }
}
