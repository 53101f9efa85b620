package org.rhn4j.pilot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.Forecast;
import org.rhn4j.tasks.forecast.ForecastMethod;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.series.Series;

/** Windows of the test part to draw, at equal distances: none is picked. */
final class PilotDrawing {
    private static final int WINDOWS = 12;
    private static final int MOST_PAST = 200;

    private PilotDrawing() {}

    /**
     * Forecasts of some windows by some contenders.
     *
     * @param naive the naive forecast to draw
     * @param models the folder of a model of each network to draw
     */
    static List<DrawnForecast> of(
            PilotTask task, PilotSettings settings, ContenderName naive, Map<ContenderName, Path> models) {
        List<ForecastWindow> all = task.test();
        int count = Math.min(WINDOWS, all.size());
        List<ForecastWindow> windows = IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
        Map<ContenderName, List<Forecast>> forecasts = new LinkedHashMap<>();
        @Nullable ForecastMethod simple = task.naive().get(naive);
        if (simple != null) {
            forecasts.put(naive, simple.forecast(windows));
        }
        try (Engine engine = PilotTrainings.engine()) {
            models.forEach((name, folder) -> {
                try (ForecastModel model = ForecastModel.load(folder, engine);
                        Forecaster forecaster = model.forecaster(count)) {
                    forecasts.put(name, forecaster.forecast(windows));
                }
            });
        }
        int past = Math.clamp(Math.max(2L * settings.horizon(), 2L * task.season()), 1, MOST_PAST);
        List<DrawnForecast> drawn = new ArrayList<>();
        for (int w = 0; w < count; w++) {
            drawn.add(draw(windows.get(w), past, settings.horizon(), forecasts, w));
        }
        return drawn;
    }

    private static DrawnForecast draw(
            ForecastWindow window, int past, int horizon, Map<ContenderName, List<Forecast>> forecasts, int w) {
        Series series = window.series();
        int from = Math.max(0, window.origin() - past);
        List<String> times = new ArrayList<>();
        List<@Nullable Double> values = new ArrayList<>();
        for (int row = from; row < window.origin() + horizon; row++) {
            times.add(series.time().textAt(row));
            double value = series.targets()[0][row];
            values.add(Double.isNaN(value) ? null : Double.valueOf(value));
        }
        List<DrawnForecast.Line> lines = new ArrayList<>();
        forecasts.forEach(
                (name, all) -> lines.add(new DrawnForecast.Line(name, all.get(w).quantiles())));
        double[] levels =
                PilotTask.QUANTILES.stream().mapToDouble(Double::doubleValue).toArray();
        return new DrawnForecast(series.id(), times, values, horizon, levels, lines);
    }
}
