package org.rhn4j.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.AnomalyDetector;
import org.rhn4j.tasks.anomaly.AnomalyPlan;
import org.rhn4j.tasks.anomaly.AnomalyTrainer;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;

/**
 * Finds anomalies: learns from rows without labels what is usual, and says of each new row how unusual it is.
 *
 * <p>Owns native memory: close it. Several threads may share it.
 */
public final class AnomalyModel implements Model {
    private final Engine engine;
    private final org.rhn4j.tasks.anomaly.AnomalyModel model;

    private AnomalyModel(Engine engine, org.rhn4j.tasks.anomaly.AnomalyModel model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * What is said of a row.
     *
     * @param time its stamp, as files have it
     * @param score in [0, 1): 0.5 is one row in ten thousand, 0.6 one in a million
     * @param alarm whether an alarm is raised here; one that goes on is raised once
     * @param cause the column that contributed most; empty where nothing was predicted yet
     */
    public record Row(String time, double score, boolean alarm, String cause) {}

    /**
     * Trains on the rows of a table, most of which are usual.
     *
     * @param ignored columns that are not to be watched, such as labels
     * @throws org.rhn4j.UserError if the table cannot be used, or the folder cannot be written
     */
    public static AnomalyModel train(Table table, Training training, String... ignored) {
        SeriesSet set = read(table, SeriesSchema.of().withIgnored(Arrays.asList(ignored)), ReadingOptions.AUTOMATIC);
        Series series = set.series().getFirst();
        AnomalyConfiguration configuration = AnomalyPlan.of(training.over(AnomalyPlan.NETWORK))
                .configuration(set.schema(), set.report().options(), series, series.length());
        try (Engine engine = training.engine();
                AnomalyTrainer trainer = new AnomalyTrainer(
                        engine,
                        series,
                        List.of(),
                        configuration,
                        training.over(AnomalyPlan.settings()),
                        training.folder(),
                        training.listener())) {
            trainer.train();
        }
        return load(training.folder());
    }

    /**
     * Loads a model folder.
     *
     * @throws org.rhn4j.UserError if it is missing, damaged, or of another task
     */
    public static AnomalyModel load(Path folder) {
        return Models.loadOn(
                Engine.automatic(),
                engine -> new AnomalyModel(engine, org.rhn4j.tasks.anomaly.AnomalyModel.load(folder, engine)));
    }

    private static SeriesSet read(Table table, SeriesSchema schema, ReadingOptions options) {
        return table.read(
                file -> new SeriesReader(schema, options).orRowNumbers(file).read(file));
    }

    /**
     * Says of each row of a table, read from its first, how unusual it is. Rows that a regular series lacks are among
     * them.
     *
     * @throws org.rhn4j.UserError if the table is not like the one that the model was trained on
     */
    public List<Row> detect(Table table) {
        AnomalyConfiguration c = model.configuration();
        Series series = table.read(file -> new SeriesReader(c.schema(), c.reading()).read(file))
                .series()
                .getFirst();
        List<Row> rows = new ArrayList<>();
        try (AnomalyDetector detector = model.detector()) {
            double[] values = new double[c.channels().size()];
            for (int t = 0; t < series.length(); t++) {
                for (int channel = 0; channel < values.length; channel++) {
                    values[channel] = series.targets()[channel][t];
                }
                var found = detector.add(
                        series.time().stampAt(t), values, series.time().zone());
                int cause = found.mainChannel();
                rows.add(new Row(
                        series.time().textAt(t),
                        found.score(),
                        found.alarm(),
                        cause < 0 ? "" : c.channels().get(cause)));
            }
        }
        return rows;
    }

    @Override
    public String task() {
        return AnomalyConfiguration.TASK;
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
