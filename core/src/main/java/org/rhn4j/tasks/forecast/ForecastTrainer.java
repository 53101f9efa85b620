package org.rhn4j.tasks.forecast;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.ModelTrainer;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.SequenceTrainer;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains one network on the training rows of all series of a set, into a folder. The rows to forecast of every window
 * that is trained on lie before the end of its series' training part; validation rows choose the best epoch; test rows
 * are not touched.
 */
public final class ForecastTrainer implements ModelTrainer {
    /** All files that this class and {@link ForecastSearch} write into a model folder. */
    public static final Set<String> FILES = Set.of(
            ForecastSearch.FILE,
            ForecastConfiguration.FILE,
            ParameterFile.NAME,
            ErrorQuantiles.FILE,
            ForecastCombination.FILE,
            ForecastCombination.WEIGHTS,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    /** Those of them that a forecast may need. */
    static final List<String> NEEDED = List.of(
            ForecastConfiguration.FILE,
            ParameterFile.NAME,
            ErrorQuantiles.FILE,
            ForecastCombination.FILE,
            ForecastCombination.WEIGHTS);

    private static final int FEWEST_STEPS = 10;
    private static final int MOST_STEPS = 200;
    private static final int VALIDATION_BATCH = 64;

    private final ForecastModel model;
    private final ForecastConfiguration configuration;
    private final ForecastHead head;
    private final TrainingWindows windows;
    private final double usualScale;
    private final WindowNetwork validation;
    private final SequenceTrainer trainer;
    private final Path folder;

    /**
     * Prepares a run.
     *
     * @param set each series with one target
     * @param parts of each series, in their order
     * @param sources the files, for the record
     * @param configuration made for this set; see {@link ForecastPlan#configuration}
     * @param settings their window is the usual one: a forecast's is its context
     * @param folder where the model goes; made if missing
     * @throws UserError if the series have too few rows or values that cannot be forecast, memory is short, or the
     *     folder cannot be written
     */
    public ForecastTrainer(
            Engine engine,
            SeriesSet set,
            List<TimeSplit.Parts> parts,
            List<TrainingRecord.Source> sources,
            ForecastConfiguration configuration,
            TrainingSettings settings,
            Path folder,
            TrainingListener listener) {
        this.folder = folder;
        this.configuration = configuration;
        requireUsable(set, parts);
        requireNoWindow(settings);
        head = ForecastHead.of(configuration.head(), configuration.quantiles());
        windows = new TrainingWindows(configuration, set, parts);
        usualScale = configuration.errors() == Errors.PLAIN ? windows.meanScale() : 1;
        TrainingSettings fitted =
                settings.toBuilder().window(configuration.steps()).build();
        Engine fitting = Network.engineFor(configuration.architecture(), settings.batch(), engine);
        model = new ForecastModel(fitting, configuration);
        @Nullable WindowNetwork made = null;
        try {
            int wide = Math.clamp(windows.validation().size(), 1, VALIDATION_BATCH);
            made = new WindowNetwork(fitting, model.parameters(), configuration, wide);
            trainer = new SequenceTrainer(
                    fitting,
                    model.parameters(),
                    configuration.architecture(),
                    fitted,
                    1,
                    network -> new Task(network, fitted, sources, parts),
                    folder,
                    listener);
        } catch (RuntimeException | Error e) {
            if (made != null) {
                made.close();
            }
            model.close();
            throw e;
        }
        validation = made;
    }

    private void requireUsable(SeriesSet set, List<TimeSplit.Parts> parts) {
        if (parts.size() != set.series().size()) {
            throw new IllegalArgumentException(
                    parts.size() + " parts of " + set.series().size() + " series");
        }
        boolean moves = false;
        for (int i = 0; i < parts.size(); i++) {
            Series series = set.series().get(i);
            configuration.requireTexts(series);
            series.requireFinite(0, series.length());
            if (series.targets().length != 1) {
                throw new UserError(
                        "A forecast has one target, not %d; let each column be a series of its own, or name one."
                                .formatted(series.targets().length));
            }
            double first = Double.NaN;
            for (int row = 0; row < parts.get(i).trainEnd(); row++) {
                double value = series.targets()[0][row];
                if (configuration.head() == HeadKind.NEGATIVE_BINOMIAL && (value < 0 || value != Math.rint(value))) {
                    if (!Double.isNaN(value)) {
                        throw new UserError(
                                "Series \"%s\" has the value %s at %s, but the negative binomial distribution is of counts 0, 1, 2, …; choose another head."
                                        .formatted(
                                                series.id(),
                                                value,
                                                series.time().textAt(row)));
                    }
                }
                if (configuration.window().transform() == WindowScaling.Transform.LOG && value <= 0) {
                    throw new UserError(
                            "Series \"%s\" has the value %s at %s, which has no logarithm; take values as they are."
                                    .formatted(series.id(), value, series.time().textAt(row)));
                }
                moves |= !Double.isNaN(first) && !Double.isNaN(value) && value != first;
                first = Double.isNaN(first) ? value : first;
            }
        }
        if (!moves) {
            throw new UserError(
                    "The target has one and the same value in all rows to train on, so there is nothing to learn; name"
                            + " another column, or hold back fewer rows.");
        }
    }

    /** A window's steps are the context's and the horizon's; a window of another length would be of no effect. */
    private void requireNoWindow(TrainingSettings settings) {
        boolean usual = settings.window() == ForecastPlan.settings().window();
        if (!usual && settings.window() != configuration.steps()) {
            throw new UserError(
                    "A window of %d steps has no effect on forecasts, whose steps are those of the context; choose the context instead."
                            .formatted(settings.window()),
                    List.of("context"));
        }
    }

    /** Updates of an epoch: as many as there are batches of windows, within bounds. */
    static int updates(long windows, int batch) {
        return Math.clamp(windows / batch, FEWEST_STEPS, MOST_STEPS);
    }

    private final class Task extends SequenceTask {
        private final WindowEncoder encoder = new WindowEncoder(configuration);
        private final float[] inputs;
        private final float[] direct;
        private final TrainingWindows.Place[] places;
        private final WindowScaling.Fitted[] scalings;

        Task(
                Network network,
                TrainingSettings settings,
                List<TrainingRecord.Source> sources,
                List<TimeSplit.Parts> parts) {
            super(network, model.parameters(), settings, sources, Json.toText(configuration) + sources + " " + parts);
            int batch = settings.batch();
            inputs = new float[configuration.steps() * batch * configuration.inputSize()];
            direct = new float[batch * configuration.directSize()];
            places = new TrainingWindows.Place[batch];
            scalings = new WindowScaling.Fitted[batch];
            new LinearStart(configuration, windows).set(model.parameters());
            network.pack();
        }

        @Override
        public int windows() {
            return updates(windows.count(), settings().batch());
        }

        @Override
        protected Batch batch(int epoch, int step, RandomSource random) {
            int batch = settings().batch();
            for (int b = 0; b < batch; b++) {
                places[b] = windows.draw(random, b);
                scalings[b] = encoder.encode(
                        windows.features(places[b].series()),
                        places[b].origin(),
                        configuration.context(),
                        b,
                        batch,
                        inputs,
                        direct);
            }
            long observed = observed(Arrays.asList(places));
            double weight = 1.0 / Math.max(1, observed);
            OutputLoss loss =
                    (row, outputs, gradient) -> loss(places[row], scalings[row], outputs, 0, weight, gradient);
            return new Batch(inputs, direct.length == 0 ? null : direct, loss);
        }

        @Override
        public double validate() {
            return validationLoss();
        }

        @Override
        public void writeDescription(Path into) {
            model.writeDescription(into);
        }

        @Override
        public String suspect() {
            return windows.suspect();
        }
    }

    private long observed(List<TrainingWindows.Place> places) {
        long count = 0;
        for (TrainingWindows.Place place : places) {
            for (int h = 0; h < configuration.horizon(); h++) {
                count += Double.isNaN(windows.truth(place, h)) ? 0 : 1;
            }
        }
        return count;
    }

    /** The weighted sum of the losses of a window's steps; missing values count nothing. */
    private double loss(
            TrainingWindows.Place place,
            WindowScaling.Fitted scaling,
            float[] outputs,
            int from,
            double weight,
            float[] gradient) {
        double sum = 0;
        double counted = weight * configuration.errors().weight(scaling.scale(), usualScale);
        int width = head.outputs();
        for (int h = 0; h < configuration.horizon(); h++) {
            int at = from + h * width;
            double truth = windows.truth(place, h);
            if (Double.isNaN(truth)) {
                Arrays.fill(gradient, at, at + width, 0);
            } else {
                sum += head.loss(truth, scaling, outputs, at, counted, gradient);
            }
        }
        return sum;
    }

    /** Something to do with each validation window after its outputs were computed: its place, and its number b. */
    private interface Validated {
        void take(TrainingWindows.Place place, int b);
    }

    private void validate(Validated each) {
        List<TrainingWindows.Place> places = windows.validation();
        validation.pack();
        int wide = validation.batch();
        for (int from = 0; from < places.size(); from += wide) {
            int count = Math.min(wide, places.size() - from);
            for (int b = 0; b < count; b++) {
                TrainingWindows.Place place = places.get(from + b);
                validation.encode(windows.features(place.series()), place.origin(), b);
            }
            validation.run();
            for (int b = 0; b < count; b++) {
                each.take(places.get(from + b), b);
            }
        }
    }

    /** The mean loss over the validation windows. */
    private double validationLoss() {
        long observed = observed(windows.validation());
        int size = configuration.outputSize();
        float[] gradient = new float[validation.batch() * size];
        double[] sum = new double[1];
        validate((place, b) ->
                sum[0] += loss(place, validation.scaling(b), validation.outputs(), b * size, 1, gradient));
        return observed == 0 ? Double.POSITIVE_INFINITY : sum[0] / observed;
    }

    /** Goes on from the checkpoint in the folder; see {@link TrainingLoop#resume}. */
    @Override
    public void resume() {
        trainer.resume();
    }

    /** Trains to the end of the run; see {@link TrainingLoop#train}. The model then has the best weights. */
    @Override
    public TrainingRecord train() {
        TrainingRecord record = trainer.train();
        ParameterFile.read(folder.resolve(ParameterFile.NAME), model.parameters());
        if (configuration.head() == HeadKind.MEAN) {
            measureErrors();
            model.writeErrors(folder);
        }
        return record;
    }

    private void measureErrors() {
        int horizon = configuration.horizon();
        List<List<Double>> errors = new ArrayList<>();
        for (int h = 0; h < horizon; h++) {
            errors.add(new ArrayList<>());
        }
        validate((place, b) -> {
            for (int h = 0; h < horizon; h++) {
                double truth = windows.truth(place, h);
                if (!Double.isNaN(truth)) {
                    float output = validation.outputs()[b * configuration.outputSize() + h];
                    errors.get(h).add(validation.scaling(b).apply(truth) - output);
                }
            }
        });
        List<Double> levels = new ArrayList<>();
        for (int percent = 1; percent < 100; percent++) {
            levels.add(percent / 100.0);
        }
        double[][] quantiles = new double[horizon][levels.size()];
        for (int h = 0; h < horizon; h++) {
            double[] sorted = errors.get(h).stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            for (int q = 0; q < quantiles[h].length && sorted.length > 0; q++) {
                quantiles[h][q] = Levels.ofSorted(sorted, sorted.length, levels.get(q));
            }
        }
        model.setErrors(new ErrorQuantiles(levels, quantiles));
    }

    /** The model with the weights as they are now; after {@link #train} the best ones. It is closed with the trainer. */
    public ForecastModel model() {
        return model;
    }

    /** Windows that there are to train on. */
    public long windowCount() {
        return windows.count();
    }

    @Override
    public Engine engine() {
        return model.engine();
    }

    /** Bytes of native memory that the run takes. */
    @Override
    public long plannedBytes() {
        return trainer.plannedBytes() + validation.bytes();
    }

    @Override
    public void close() {
        trainer.close();
        validation.close();
        model.close();
    }
}
