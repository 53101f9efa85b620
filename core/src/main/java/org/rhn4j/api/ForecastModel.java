package org.rhn4j.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.CombinationTrainer;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.forecast.Season;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * Forecasts the next rows of one series or of many, with quantiles: a recurrent network combined with seasonal repetition,
 * smoothing, theta and a linear model, weighed by how they did on rows held back.
 *
 * <p>Owns native memory: close it. Several threads may share it.
 */
public final class ForecastModel implements Model {
    private static final int BATCH = 64;
    private static final double HELD_BACK = 0.1;

    private final Engine engine;
    private final org.rhn4j.tasks.forecast.ForecastModel model;

    private ForecastModel(Engine engine, org.rhn4j.tasks.forecast.ForecastModel model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * What is forecast of one series.
     *
     * @param series its name; empty where there is one
     * @param times the stamps of the rows that are forecast [H], as files have them
     * @param levels of the quantiles [Q], ascending
     * @param quantiles [Q][H]
     * @param mean [H]
     */
    public record Forecast(
            String series, List<String> times, List<Double> levels, List<List<Double>> quantiles, List<Double> mean) {
        /** The middle of what may come [H]. */
        public List<Double> median() {
            int middle = 0;
            for (int q = 1; q < levels.size(); q++) {
                if (Math.abs(levels.get(q) - 0.5) < Math.abs(levels.get(middle) - 0.5)) {
                    middle = q;
                }
            }
            return quantiles.get(middle);
        }
    }

    /**
     * Trains on a table with one series.
     *
     * @param target the column to forecast
     * @param horizon H, rows to forecast at once
     * @throws UserError if the table cannot be used, is too short for the horizon, or the folder cannot be written
     */
    public static ForecastModel train(Table table, String target, int horizon, Training training) {
        return train(table, SeriesSchema.of(target), horizon, training);
    }

    /**
     * Trains one network on a table with many series.
     *
     * @param series the column that tells them apart
     * @param known columns whose future is known in advance, such as holidays and prices
     * @throws UserError as {@link #train(Table, String, int, Training)}
     */
    public static ForecastModel train(
            Table table, String target, String series, int horizon, Training training, String... known) {
        return train(
                table, SeriesSchema.of(target).withSeries(series).withKnown(Arrays.asList(known)), horizon, training);
    }

    private static ForecastModel train(Table table, SeriesSchema schema, int horizon, Training training) {
        SeriesSet set = table.read(file -> new SeriesReader(schema, ReadingOptions.AUTOMATIC)
                .orRowNumbers(file)
                .read(file));
        int longest =
                set.series().stream().mapToInt(Series::observedLength).max().orElse(0);
        int validation = Math.max(horizon, (int) Math.round(longest * HELD_BACK));
        if (horizon < 1 || longest - validation < horizon + 2) {
            throw new UserError(
                    "%s: a horizon of %d rows does not suit this data: the longest series has %d rows, and %d of them choose the best epoch; choose a horizon of at least 1 row, or a shorter one."
                            .formatted(table, horizon, longest, validation));
        }
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(validation, 0).of(set);
        long rows = parts.stream().mapToLong(TimeSplit.Parts::trainEnd).sum();
        Season season = Season.find(set, parts);
        ForecastConfiguration configuration = ForecastPlan.of(training.over(ForecastPlan.network(rows)), horizon)
                .withSeason(season.rows())
                .configuration(set, parts);
        try (Engine engine = training.engine();
                ForecastTrainer trainer = new ForecastTrainer(
                        engine,
                        set,
                        parts,
                        List.of(),
                        configuration,
                        training.over(ForecastPlan.settings(rows, configuration.parameterCount())),
                        training.folder(),
                        training.listener())) {
            trainer.train();
        }
        ForecastModel model = load(training.folder());
        new CombinationTrainer(set, parts, season, horizon).combine(model.model, training.folder());
        return model;
    }

    /**
     * Loads a model folder.
     *
     * @throws UserError if it is missing, damaged, or of another task
     */
    public static ForecastModel load(Path folder) {
        return Models.loadOn(
                Engine.automatic(),
                engine -> new ForecastModel(engine, org.rhn4j.tasks.forecast.ForecastModel.load(folder, engine)));
    }

    /**
     * Forecasts what follows the last row of each series of a table.
     *
     * @throws UserError if the table is not like the one that the model was trained on
     */
    public List<Forecast> forecast(Table table) {
        List<Series> series = table.read(model.configuration().reader()::read).series();
        List<ForecastWindow> windows = series.stream().map(ForecastWindow::next).toList();
        List<Forecast> forecasts = new ArrayList<>();
        try (Forecaster forecaster = model.forecaster(Math.min(BATCH, windows.size()))) {
            List<org.rhn4j.tasks.forecast.Forecast> found = forecaster.forecast(windows);
            for (int i = 0; i < found.size(); i++) {
                forecasts.add(of(windows.get(i), found.get(i)));
            }
        }
        return forecasts;
    }

    private static Forecast of(ForecastWindow window, org.rhn4j.tasks.forecast.Forecast found) {
        List<String> times = IntStream.range(0, found.horizon())
                .mapToObj(step -> window.series().time().textAt(window.origin() + step))
                .toList();
        return new Forecast(
                window.series().id(),
                times,
                list(found.levels()),
                Arrays.stream(found.quantiles()).map(ForecastModel::list).toList(),
                list(found.mean()));
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    @Override
    public String task() {
        return ForecastConfiguration.TASK;
    }

    @Override
    public long parameters() {
        return model.configuration().parameterCount();
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}
