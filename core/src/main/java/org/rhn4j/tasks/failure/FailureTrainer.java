package org.rhn4j.tasks.failure;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryTrainer;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains a predictor of failures into a folder. The units held back for validation choose the best epoch, and widen or
 * narrow the intervals until so many of their lives lie inside as were asked for.
 *
 * <p>Where none are held back, the units that are trained on choose among the epochs, and intervals stay as learnt.
 */
public final class FailureTrainer implements ModelTrainer {
    /** All files that this class writes into a model folder. */
    public static final Set<String> FILES = files();

    /** Share of the windows of a short history that begin with it. */
    private static final double FROM_BIRTH = 0.5;

    private final FailureModel model;
    private final FailureData data;
    private final HistoryTrainer trainer;
    private final Path folder;

    private static Set<String> files() {
        Set<String> files = new HashSet<>(HistoryTrainer.FILES);
        files.add(FailureModel.CALIBRATION_FILE);
        return Set.copyOf(files);
    }

    /**
     * Prepares a run.
     *
     * @param sources the files, for the record
     * @param folder where the model goes; made if missing
     * @throws UserError if a unit to train on has a single row, memory is short, or the folder cannot be written
     */
    public FailureTrainer(
            Engine engine,
            FailureData data,
            List<TrainingRecord.Source> sources,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.data = data;
        this.folder = folder;
        refuseSingleRows(data.split().train());
        refuseSingleRows(data.split().validation());
        FailureConfiguration configuration = data.configuration();
        model = new FailureModel(
                Network.engineFor(configuration.architecture(), settings.batch(), engine), configuration);
        trainer = new HistoryTrainer(model, data.split(), FROM_BIRTH, sources, settings, folder, listener);
    }

    private static void refuseSingleRows(List<History> units) {
        for (History unit : units) {
            if (unit.length() == 1) {
                throw new UserError(
                        "The unit \"%s\" has a single row, which is no history; take it out.".formatted(unit.unit()));
            }
        }
    }

    @Override
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run and calibrates the best weights; see {@link TrainingLoop#train}. */
    @Override
    public TrainingRecord train() {
        TrainingRecord record = trainer.train();
        if (!data.split().validation().isEmpty()) {
            model.calibrate(data.split().validation());
        }
        model.writeDescription(folder);
        return record;
    }

    /** The model with the weights as they are now; after {@link #train} the best ones. */
    public FailureModel model() {
        return model;
    }

    @Override
    public Engine engine() {
        return model.engine();
    }

    @Override
    public long plannedBytes() {
        return trainer.plannedBytes();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
