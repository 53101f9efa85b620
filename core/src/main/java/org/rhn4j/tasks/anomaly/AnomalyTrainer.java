package org.rhn4j.tasks.anomaly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.FarValues;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.SequenceTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains a detector into a folder on the rows of one series, without labels; then calibrates it: how surprising are its
 * own training and validation rows?
 */
public final class AnomalyTrainer implements ModelTrainer {
    /** All files that this class writes into a model folder. */
    public static final Set<String> FILES = Set.of(
            AnomalyConfiguration.FILE,
            ParameterFile.NAME,
            AnomalyModel.CALIBRATION_FILE,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    /** Fewest rows that a detector can be trained on. */
    public static final int FEWEST_ROWS = 100;

    private static final int FEWEST_STEPS = 10;
    private static final int MOST_STEPS = 200;
    private static final int VALIDATION_STEPS = 32;

    private final AnomalyModel model;
    private final Series series;
    private final AnomalyRows rows;
    private final Network validation;
    private final SequenceTrainer trainer;
    private final Path folder;

    /**
     * Prepares a run.
     *
     * @param series has the configuration's channels, and at least its training and validation rows
     * @param sources the files, for the record
     * @param settings a window longer than the training rows is shortened
     * @param folder where the model goes; made if missing
     * @throws UserError if there are too few rows, memory is short, or the folder cannot be written
     */
    public AnomalyTrainer(
            Engine engine,
            Series series,
            List<TrainingRecord.Source> sources,
            AnomalyConfiguration configuration,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        int trainEnd = configuration.trainingRows();
        int end = trainEnd + configuration.validationRows();
        if (end > series.length()) {
            throw new UserError(
                    "The series has %d rows; the detector is to be trained on %d.".formatted(series.length(), end));
        }
        if (trainEnd < FEWEST_ROWS) {
            throw new UserError(
                    "There are %d rows to train on (a fifth is kept to choose the best epoch); a detector needs at least %d."
                            .formatted(trainEnd, FEWEST_ROWS));
        }
        this.series = series;
        this.folder = folder;
        rows = new AnomalyRows(configuration, series, trainEnd, end);
        requireTargets();
        TrainingSettings fitted = settings.toBuilder()
                .window(Math.min(settings.window(), trainEnd - 1))
                .build();
        Engine fitting = Network.engineFor(configuration.architecture(), settings.batch(), engine);
        model = new AnomalyModel(fitting, configuration);
        Network streaming = new Network(
                fitting, model.parameters(), configuration.architecture(), WindowShape.of(VALIDATION_STEPS, 1), false);
        try {
            validation = streaming.allocate();
            trainer = new SequenceTrainer(
                    fitting,
                    model.parameters(),
                    configuration.architecture(),
                    fitted,
                    fitted.window(),
                    network -> new Task(network, fitted, sources),
                    folder,
                    listener);
        } catch (RuntimeException | Error e) {
            streaming.close();
            model.close();
            throw e;
        }
    }

    private void requireTargets() {
        int[] start = {0};
        if (rows.targets(start, rows.trainEnd(), 0, rows.trainEnd()) == 0) {
            throw new UserError(
                    "No value of the %d rows to train on is there to be predicted; give rows that hold some."
                            .formatted(rows.trainEnd()));
        }
        if (rows.targets(start, rows.length(), validationStart(), rows.length()) == 0) {
            throw new UserError(
                    "No value of the %d rows that choose the best epoch is there; take another part of the rows, whose last fifth holds some."
                            .formatted(rows.length() - rows.trainEnd()),
                    List.of("rows"));
        }
    }

    private int validationStart() {
        return rows.trainEnd() < rows.length() ? rows.trainEnd() : 0;
    }

    private final class Task extends SequenceTask {
        Task(Network network, TrainingSettings settings, List<TrainingRecord.Source> sources) {
            super(network, model.parameters(), settings, sources, Json.toText(rows.configuration()) + sources);
        }

        @Override
        public int windows() {
            return Math.clamp(
                    rows.trainEnd() / ((long) settings().batch() * settings().window()), FEWEST_STEPS, MOST_STEPS);
        }

        @Override
        protected Batch batch(int epoch, int step, RandomSource random) {
            int[] starts = new int[settings().batch()];
            for (int b = 0; b < starts.length; b++) {
                starts[b] = (int)
                        (random.uniformDouble(b) * (rows.trainEnd() - settings().window()));
            }
            return new Batch(
                    rows.inputs(starts, settings().window()),
                    null,
                    rows.loss(starts, settings().window(), 0, rows.trainEnd()));
        }

        @Override
        public double validate() {
            return validationLoss();
        }

        @Override
        public String suspect() {
            for (int c = 0; c < series.targets().length; c++) {
                int row = FarValues.first(Arrays.copyOf(series.targets()[c], rows.length()));
                if (row >= 0) {
                    return "\"%s\" has the value %s at %s, far from all others: mark it as missing, or put it right."
                            .formatted(
                                    rows.configuration().channels().get(c),
                                    series.targets()[c][row],
                                    series.time().textAt(row));
                }
            }
            return "";
        }

        @Override
        public void writeDescription(Path into) {
            model.writeConfiguration(into);
            model.writeCalibration(into);
        }
    }

    /** The mean loss over the validation rows as one stream; over the training rows where there are no others. */
    private double validationLoss() {
        int from = validationStart();
        validation.pack();
        validation.clearStates();
        float[] outputs = new float[VALIDATION_STEPS * rows.configuration().outputSize()];
        float[] row = new float[rows.configuration().outputSize()];
        float[] gradient = new float[row.length];
        double sum = 0;
        long count = 0;
        int[] start = {0};
        for (; start[0] < rows.length(); start[0] += VALIDATION_STEPS) {
            int steps = Math.min(VALIDATION_STEPS, rows.length() - start[0]);
            // the last window is filled up with rows that nothing is held against
            float[] inputs = Arrays.copyOf(
                    rows.inputs(start, steps),
                    VALIDATION_STEPS * rows.configuration().inputSize());
            validation.outputs(Sequences.ofValues(inputs), outputs);
            long targets = rows.targets(start, steps, from, rows.length());
            if (targets == 0) {
                continue;
            }
            OutputLoss loss = rows.loss(start, steps, from, rows.length());
            for (int t = 0; t < steps; t++) {
                System.arraycopy(outputs, t * row.length, row, 0, row.length);
                sum += targets * loss.apply(t, row, gradient);
            }
            count += targets;
        }
        return count == 0 ? Double.POSITIVE_INFINITY : sum / count;
    }

    /** Goes on from the checkpoint in the folder; see {@link TrainingLoop#resume}. */
    @Override
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run and calibrates the best weights; see {@link TrainingLoop#train}. */
    @Override
    public TrainingRecord train() {
        TrainingRecord record = trainer.train();
        ParameterFile.read(folder.resolve(ParameterFile.NAME), model.parameters());
        calibrate();
        model.writeCalibration(folder);
        return record;
    }

    private void calibrate() {
        int kinds = rows.configuration().lookaheads().size();
        double[][] surprises = new double[kinds][rows.length()];
        double[] values = new double[series.targets().length];
        try (AnomalyDetector detector = model.detector()) {
            for (int t = 0; t < rows.length(); t++) {
                for (int c = 0; c < values.length; c++) {
                    values[c] = series.targets()[c][t];
                }
                detector.add(series.time().stampAt(t), values, series.time().zone());
                double[] means = detector.surprises();
                for (int k = 0; k < kinds; k++) {
                    surprises[k][t] = means[k];
                }
            }
        }
        List<AnomalyModel.Tail> tails = new ArrayList<>();
        for (int k = 0; k < kinds; k++) {
            ErrorTail tail = new ErrorTail(rows.configuration().memory());
            fit(tail, surprises[k], 0, rows.length());
            ErrorTail unseen = new ErrorTail(rows.configuration().memory());
            if (fit(unseen, surprises[k], rows.trainEnd(), rows.length())) {
                tail.widen(unseen);
            }
            tails.add(AnomalyModel.tail(tail));
        }
        model.calibrate(tails);
    }

    private static boolean fit(ErrorTail tail, double[] surprises, int from, int to) {
        double[] there = Arrays.stream(surprises, from, to)
                .filter(surprise -> !Double.isNaN(surprise))
                .toArray();
        if (there.length < FEWEST_ROWS / 2) {
            return false;
        }
        tail.fit(there);
        return true;
    }

    /** The model with the weights as they are now; after {@link #train} the best ones. */
    public AnomalyModel model() {
        return model;
    }

    @Override
    public Engine engine() {
        return model.engine();
    }

    /** Bytes of native memory that the run takes. */
    @Override
    public long plannedBytes() {
        return trainer.plannedBytes();
    }

    @Override
    public void close() {
        trainer.close();
        validation.close();
        model.close();
    }
}
