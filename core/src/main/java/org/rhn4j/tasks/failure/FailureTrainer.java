package org.rhn4j.tasks.failure;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.SequenceTrainer;
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
    public static final Set<String> FILES = Set.of(
            FailureConfiguration.FILE,
            ParameterFile.NAME,
            FailureModel.CALIBRATION_FILE,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    private static final int FEWEST_STEPS = 10;
    private static final int MOST_STEPS = 1000;

    private final FailureModel model;
    private final FailureData data;
    private final HistoryRunner runner;
    private final SequenceTrainer trainer;
    private final Path folder;

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
        model = new FailureModel(engine, data.configuration());
        HistoryRunner validation;
        try {
            validation = new HistoryRunner(engine, model.parameters(), data.configuration(), judges().size());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        runner = validation;
        try {
            trainer = new SequenceTrainer(
                    engine,
                    model.parameters(),
                    data.configuration().architecture(),
                    settings,
                    settings.window(),
                    network -> new Task(network, settings, sources),
                    folder,
                    listener);
        } catch (RuntimeException | Error e) {
            validation.close();
            model.close();
            throw e;
        }
    }

    private static void refuseSingleRows(List<UnitHistory> units) {
        for (UnitHistory unit : units) {
            if (unit.length() == 1) {
                throw new UserError(
                        "The unit \"%s\" has a single row, which is no history; take it out.".formatted(unit.unit()));
            }
        }
    }

    /** The units whose losses choose the epoch. */
    private List<UnitHistory> judges() {
        return data.split().validation().isEmpty()
                ? data.split().train()
                : data.split().validation();
    }

    private final class Task extends SequenceTask {
        private final int windows;

        Task(Network network, TrainingSettings settings, List<TrainingRecord.Source> sources) {
            super(network, model.parameters(), settings, sources, identity(sources));
            long rows =
                    data.split().train().stream().mapToLong(UnitHistory::length).sum();
            long perStep = (long) settings.batch() * settings.window();
            windows = Math.clamp((rows + perStep - 1) / perStep, FEWEST_STEPS, MOST_STEPS);
        }

        @Override
        public int windows() {
            return windows;
        }

        @Override
        protected Batch batch(int epoch, int step, RandomSource random) {
            FailureWindows drawn = FailureWindows.draw(
                    data.split().train(), settings().batch(), settings().window(), random);
            return new Batch(
                    drawn.inputs(data.configuration(), settings().window()),
                    null,
                    drawn.loss(data.configuration(), settings().window()));
        }

        @Override
        public double validate() {
            return meanLoss(judges());
        }

        @Override
        public void writeDescription(Path into) {
            Json.write(into.resolve(FailureConfiguration.FILE), data.configuration());
            model.writeCalibration(into);
        }
    }

    private String identity(List<TrainingRecord.Source> sources) {
        return Json.toText(data.configuration()) + sources + " train"
                + names(data.split().train()) + " validation"
                + names(data.split().validation());
    }

    private static String names(List<UnitHistory> units) {
        return units.stream().map(unit -> " " + unit.unit()).collect(Collectors.joining());
    }

    /** The mean loss over the rows of whole histories of which something is known. */
    private double meanLoss(List<UnitHistory> units) {
        FailureOutputs meaning = new FailureOutputs(data.configuration());
        int size = FailureOutputs.size(data.configuration());
        float[] outputs = new float[size];
        float[] gradient = new float[size];
        double[] sum = new double[2];
        runner.run(units, (unit, row, all, at) -> {
            FailureTarget target = FailureTarget.of(data.configuration(), units.get(unit), row);
            if (target.isKnown()) {
                System.arraycopy(all, at, outputs, 0, size);
                sum[0] += meaning.loss(target, outputs, 1, gradient);
                sum[1]++;
            }
        });
        return sum[1] == 0 ? Double.POSITIVE_INFINITY : sum[0] / sum[1];
    }

    @Override
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run and calibrates the best weights; see {@link TrainingLoop#train}. */
    @Override
    public TrainingRecord train() {
        TrainingRecord record = trainer.train();
        ParameterFile.read(folder.resolve(ParameterFile.NAME), model.parameters());
        if (!data.split().validation().isEmpty()) {
            model.calibrate(runner, data.split().validation());
        }
        model.writeCalibration(folder);
        return record;
    }

    /** The model with the weights as they are now; after {@link #train} the best ones. */
    public FailureModel model() {
        return model;
    }

    @Override
    public long plannedBytes() {
        return trainer.plannedBytes();
    }

    @Override
    public void close() {
        trainer.close();
        runner.close();
        model.close();
    }
}
