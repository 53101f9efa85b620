package org.rhn4j.tasks.anomaly;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

/**
 * Scores a series from its beginning as if it came row by row: a detector is trained on the first rows, and anew on all
 * rows so far whenever they have become twice as many. No score depends on a later row.
 */
public final class GrowingDetection {
    private final Engine engine;
    private final AnomalyPlan plan;
    private final TrainingSettings settings;
    private final Path folder;
    private final TrainingListener listener;

    /** @param folder for the models, which are written over one another */
    public GrowingDetection(
            Engine engine, AnomalyPlan plan, TrainingSettings settings, Path folder, TrainingListener listener) {
        this.engine = engine;
        this.plan = plan;
        this.settings = settings;
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * Scores a series.
     *
     * @param set of one series
     * @param first rows that the first detector is trained on
     * @return a detection for each row; null for the first ones
     */
    public @Nullable Detection[] detect(SeriesSet set, int first) {
        Series series = set.series().getFirst();
        @Nullable Detection[] detections = new Detection[series.length()];
        AnomalyTrainer trainer = null;
        AnomalyDetector detector = null;
        try {
            int next = first;
            for (int row = first; row < series.length(); row++) {
                if (row == next || detector == null || trainer == null) {
                    double peak = detector == null ? 0 : detector.peak();
                    if (detector != null && trainer != null) {
                        detector.close();
                        trainer.close();
                    }
                    trainer = train(set, row);
                    detector = trainer.model().detector();
                    replay(detector, series, row);
                    detector.calibrateAnew(trainer.model(), peak);
                    next = 2 * row;
                }
                detections[row] = add(detector, series, row);
            }
        } finally {
            if (detector != null) {
                detector.close();
            }
            if (trainer != null) {
                trainer.close();
            }
        }
        return detections;
    }

    private AnomalyTrainer train(SeriesSet set, int rows) {
        Series series = set.series().getFirst();
        AnomalyConfiguration configuration =
                plan.configuration(set.schema(), set.report().options(), series, rows);
        AnomalyTrainer trainer =
                new AnomalyTrainer(engine, series, List.of(), configuration, settings, folder, listener);
        trainer.train();
        return trainer;
    }

    private static void replay(AnomalyDetector detector, Series series, int rows) {
        for (int row = 0; row < rows; row++) {
            add(detector, series, row);
        }
    }

    private static Detection add(AnomalyDetector detector, Series series, int row) {
        double[] values = new double[series.targets().length];
        for (int c = 0; c < values.length; c++) {
            values[c] = series.targets()[c][row];
        }
        return detector.add(series.time().stampAt(row), values, series.time().zone());
    }
}
