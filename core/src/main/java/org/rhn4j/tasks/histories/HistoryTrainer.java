package org.rhn4j.tasks.histories;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.FarValues;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.SequenceTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains a model over histories into a folder: on windows of some units, and the others choose the best epoch by the mean
 * loss of their rows, each history read from its first row on.
 *
 * <p>Where no units are held back, those that are trained on choose among the epochs.
 */
public final class HistoryTrainer implements ModelTrainer {
    /** All files that this class writes into a model folder. */
    public static final Set<String> FILES = Set.of(
            HistoryModel.CONFIGURATION_FILE,
            ParameterFile.NAME,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    private static final int FEWEST_STEPS = 10;
    private static final int MOST_STEPS = 1000;

    private final HistoryModel model;
    private final HistorySplit split;
    private final double fromFirst;
    private final HistoryRunner runner;
    private final SequenceTrainer trainer;
    private final Path folder;

    /**
     * Prepares a run.
     *
     * @param model what is trained; the trainer closes it, also where it cannot be made
     * @param split units with the model's features
     * @param fromFirst share of the windows of a history no longer than they that begin with its first row
     * @param sources the files, for the record
     * @param folder where the model goes; made if missing
     * @throws UserError if a value is infinite, nothing is known of the units that choose the best epoch, memory is short, or
     *     the folder cannot be written
     */
    public HistoryTrainer(
            HistoryModel model,
            HistorySplit split,
            double fromFirst,
            List<TrainingRecord.Source> sources,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.model = model;
        this.split = split;
        this.fromFirst = fromFirst;
        this.folder = folder;
        HistoryRunner validation;
        try {
            requireUsable();
            validation = new HistoryRunner(model, judges().size());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        runner = validation;
        try {
            trainer = new SequenceTrainer(
                    model.engine(),
                    model.parameters(),
                    model.architecture(),
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

    /** Where nothing is known of the units that choose, no epoch is better than another. */
    private void requireUsable() {
        split.train().forEach(History::requireFinite);
        split.validation().forEach(History::requireFinite);
        for (History unit : judges()) {
            for (int row = 0; row < unit.length(); row++) {
                if (model.loss().weight(unit, row) > 0) {
                    return;
                }
            }
        }
        throw new UserError(
                "Of none of the %d units that choose the best epoch is it known what became of them; hold back others, or none."
                        .formatted(judges().size()),
                List.of("validation"));
    }

    /** The units whose losses choose the epoch. */
    private List<History> judges() {
        return split.validation().isEmpty() ? split.train() : split.validation();
    }

    private final class Task extends SequenceTask {
        private final int windows;

        Task(Network network, TrainingSettings settings, List<TrainingRecord.Source> sources) {
            super(network, model.parameters(), settings, sources, identity(sources));
            long rows = split.train().stream().mapToLong(History::length).sum();
            long perStep = (long) settings.batch() * settings.window();
            windows = Math.clamp((rows + perStep - 1) / perStep, FEWEST_STEPS, MOST_STEPS);
        }

        @Override
        public int windows() {
            return windows;
        }

        @Override
        protected Batch batch(int epoch, int step, RandomSource random) {
            int steps = settings().window();
            return HistoryWindows.draw(split.train(), settings().batch(), steps, fromFirst, random)
                    .batch(model.encoding(), model.loss(), steps);
        }

        @Override
        public double validate() {
            return meanLoss(judges());
        }

        @Override
        public void writeDescription(Path into) {
            model.writeDescription(into);
        }

        @Override
        public String suspect() {
            double[][] columns = History.columns(split.train());
            for (int c = 0; c < columns.length; c++) {
                FarValues far = FarValues.of(columns[c]);
                for (History unit : split.train()) {
                    for (int row = 0; row < unit.length(); row++) {
                        if (far.isFar(unit.rows()[row][c])) {
                            return "unit \"%s\" has the value %s of feature %d in row %d, far from all others: mark it as missing, or put it right."
                                    .formatted(unit.unit(), unit.rows()[row][c], c + 1, row + 1);
                        }
                    }
                }
            }
            return "";
        }
    }

    private String identity(List<TrainingRecord.Source> sources) {
        return Json.toText(model.configuration()) + sources + " train" + names(split.train()) + " validation"
                + names(split.validation());
    }

    private static String names(List<History> units) {
        return units.stream().map(unit -> " " + unit.unit()).collect(Collectors.joining());
    }

    /** The mean loss over the rows of whole histories, each by its weight. */
    private double meanLoss(List<History> units) {
        int size = model.architecture().outputSize();
        float[] gradient = new float[size];
        double[] sum = new double[2];
        runner.run(units, (unit, row, all, at) -> {
            double weight = model.loss().weight(units.get(unit), row);
            if (weight > 0) {
                float[] outputs = Arrays.copyOfRange(all, at, at + size);
                sum[0] += model.loss().apply(units.get(unit), row, outputs, weight, gradient);
                sum[1] += weight;
            }
        });
        return sum[1] == 0 ? Double.POSITIVE_INFINITY : sum[0] / sum[1];
    }

    @Override
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run; the model then has the best weights. See {@link TrainingLoop#train}. */
    @Override
    public TrainingRecord train() {
        TrainingRecord record = trainer.train();
        ParameterFile.read(folder.resolve(ParameterFile.NAME), model.parameters());
        return record;
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
        runner.close();
        model.close();
    }
}
