package org.rhn4j.app.apply;

import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.CsvCell;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportPage;
import org.rhn4j.tasks.forecast.Forecast;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * Forecasts of a table's series as CSV, as JSON, and as a page with a picture of each.
 *
 * @param method what made them, in words
 */
record ForecastReport(
        ForecastConfiguration configuration, String method, List<ForecastWindow> windows, List<Forecast> forecasts) {
    private static final int MOST_PICTURES = 40;
    private static final int HORIZONS_SHOWN = 4;
    private static final int FEWEST_SHOWN = 48;

    /** The result for programs. */
    record Result(double[] levels, List<Of> forecasts) {}

    /** A series' forecast: {@code quantiles[level][step]}. */
    record Of(String series, List<String> times, double[] mean, double[][] quantiles) {}

    /** The page's data. {@code text} has no entries, but what all pages share asks for it. */
    record Page(String title, String lead, List<String> levels, List<Picture> pictures, Map<String, String> text) {}

    /** A picture: values where there are any, then quantiles; both over all the times. */
    record Picture(
            String series, List<String> times, List<@Nullable Double> values, int horizon, List<double[]> quantiles) {}

    /** A row for each step of each series. */
    String csv() {
        StringBuilder csv = new StringBuilder("series,time,mean");
        for (double level : forecasts.getFirst().levels()) {
            csv.append(",q").append(Formats.plain(level));
        }
        csv.append('\n');
        for (int i = 0; i < windows.size(); i++) {
            Forecast forecast = forecasts.get(i);
            String name = CsvCell.of(windows.get(i).series().id());
            for (int h = 0; h < forecast.horizon(); h++) {
                csv.append(name).append(',').append(CsvCell.of(time(windows.get(i), h)));
                csv.append(',').append(Formats.plain(forecast.mean()[h]));
                for (double[] quantile : forecast.quantiles()) {
                    csv.append(',').append(Formats.plain(quantile[h]));
                }
                csv.append('\n');
            }
        }
        return csv.toString();
    }

    private static String time(ForecastWindow window, int step) {
        return window.series().time().textAt((long) window.origin() + step);
    }

    Result result() {
        List<Of> all = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            ForecastWindow window = windows.get(i);
            Forecast forecast = forecasts.get(i);
            List<String> times = new ArrayList<>();
            for (int h = 0; h < forecast.horizon(); h++) {
                times.add(time(window, h));
            }
            all.add(new Of(window.series().id(), times, forecast.mean(), forecast.quantiles()));
        }
        return new Result(forecasts.getFirst().levels(), all);
    }

    /** What was written where. */
    String summary(@Nullable Path out, @Nullable Path plot) {
        StringBuilder text = new StringBuilder("%s series, %s rows each, from %s on"
                .formatted(
                        Formats.count(windows.size()),
                        Formats.count(configuration.horizon()),
                        time(windows.getFirst(), 0)));
        if (out != null) {
            text.append("; forecasts in ").append(out);
        }
        if (plot != null) {
            text.append("; pictures in ").append(plot);
        }
        return text.toString();
    }

    /** One page with everything inside. */
    String html(String name) {
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_PICTURES, windows.size()); i++) {
            pictures.add(picture(windows.get(i), forecasts.get(i)));
        }
        String target = String.join(", ", configuration.schema().targets());
        String lead = "%s, the next %s rows, by %s%s"
                .formatted(
                        target,
                        Formats.count(configuration.horizon()),
                        method,
                        windows.size() > MOST_PICTURES
                                ? "; the first " + MOST_PICTURES + " of " + Formats.count(windows.size()) + " series"
                                : "");
        List<String> levels = new ArrayList<>();
        for (double level : forecasts.getFirst().levels()) {
            levels.add(Formats.setting(Math.round(1000 * level) / 10.0) + " %");
        }
        String title = "Forecast · " + name;
        return ReportPage.html("forecast", title, ReportLanguage.EN, new Page(title, lead, levels, pictures, Map.of()));
    }

    private Picture picture(ForecastWindow window, Forecast forecast) {
        int horizon = forecast.horizon();
        int shown = Math.min(window.origin(), Math.max(FEWEST_SHOWN, HORIZONS_SHOWN * horizon));
        TimeAxis axis = window.series().time();
        List<String> times = new ArrayList<>();
        List<@Nullable Double> values = new ArrayList<>();
        MathContext digits = ReportPage.digits(
                Arrays.copyOfRange(window.series().targets()[0], window.origin() - shown, window.origin()),
                forecast.quantiles()[0],
                forecast.quantiles()[forecast.quantiles().length - 1]);
        for (int row = window.origin() - shown; row < window.origin() + horizon; row++) {
            times.add(axis.textAt(row));
            double value = row < window.origin() ? window.series().targets()[0][row] : Double.NaN;
            values.add(Double.isNaN(value) ? null : ReportPage.round(value, digits));
        }
        List<double[]> quantiles = new ArrayList<>();
        for (double[] quantile : forecast.quantiles()) {
            quantiles.add(Arrays.stream(quantile)
                    .map(each -> ReportPage.round(each, digits))
                    .toArray());
        }
        return new Picture(window.series().id(), times, Collections.unmodifiableList(values), horizon, quantiles);
    }
}
