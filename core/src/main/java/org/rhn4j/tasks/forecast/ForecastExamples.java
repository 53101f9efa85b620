package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.Parameters;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.training.SequenceTask;

/** A forecasting network and windows of series whose future is known, spread over all of their rows. */
final class ForecastExamples implements SeriesExamples {
    private static final int MOST_WINDOWS = 2048;

    private final ForecastModel model;
    private final ForecastConfiguration configuration;
    private final WindowEncoder encoder;
    private final ForecastHead head;
    private final List<Series> series;
    private final List<SeriesFeatures> features = new ArrayList<>();
    private final List<int[]> windows = new ArrayList<>();

    /**
     * @throws UserError if no series has rows enough
     */
    ForecastExamples(ForecastModel model, SeriesSet set) {
        this.model = model;
        configuration = model.configuration();
        encoder = new WindowEncoder(configuration);
        head = ForecastHead.of(configuration.head(), configuration.quantiles());
        series = set.series();
        series.forEach(configuration::requireTexts);
        CovariateColumns columns = configuration.columns();
        long all = 0;
        for (Series each : series) {
            int end = each.observedLength();
            features.add(new SeriesFeatures(configuration, columns, each, 0, 0, end, end));
            all += Math.max(0, end - configuration.context() - configuration.horizon() + 1);
        }
        long stride = Math.max(1, all / MOST_WINDOWS);
        long at = 0;
        for (int i = 0; i < series.size(); i++) {
            int last = series.get(i).observedLength() - configuration.horizon();
            for (int origin = configuration.context(); origin <= last; origin++, at++) {
                if (at % stride == 0 && isObserved(i, origin)) {
                    windows.add(new int[] {i, origin});
                }
            }
        }
        if (windows.isEmpty()) {
            throw new UserError(
                    "No series has the %d rows that a window and what is forecast of it need; give more rows."
                            .formatted(configuration.context() + configuration.horizon()));
        }
    }

    private boolean isObserved(int index, int origin) {
        SeriesFeatures of = features.get(index);
        return of.hasPast(origin) && of.sums().count(origin, origin + configuration.horizon()) > 0;
    }

    @Override
    public Architecture architecture() {
        return configuration.architecture();
    }

    @Override
    public Parameters parameters() {
        return model.parameters();
    }

    @Override
    public int steps() {
        return configuration.steps();
    }

    @Override
    public int outputSteps() {
        return 1;
    }

    @Override
    public int count() {
        return windows.size();
    }

    @Override
    public SequenceTask.Batch batch(int[] chosen) {
        int batch = chosen.length;
        float[] inputs = new float[configuration.steps() * batch * configuration.inputSize()];
        float[] direct = new float[batch * configuration.directSize()];
        WindowScaling.Fitted[] scalings = new WindowScaling.Fitted[batch];
        long observed = 0;
        for (int b = 0; b < batch; b++) {
            int[] window = windows.get(chosen[b]);
            SeriesFeatures of = features.get(window[0]);
            scalings[b] = encoder.encode(of, window[1], configuration.context(), b, batch, inputs, direct);
            observed += of.sums().count(window[1], window[1] + configuration.horizon());
        }
        return new SequenceTask.Batch(
                inputs, direct.length == 0 ? null : direct, loss(chosen, scalings, 1.0 / Math.max(1, observed)));
    }

    /** The mean over the values that the windows forecast. */
    private OutputLoss loss(int[] chosen, WindowScaling.Fitted[] scalings, double weight) {
        return (row, outputs, gradient) -> {
            int[] window = windows.get(chosen[row]);
            double sum = 0;
            for (int h = 0; h < configuration.horizon(); h++) {
                int at = h * head.outputs();
                double truth = features.get(window[0]).values()[window[1] + h];
                if (Double.isNaN(truth)) {
                    Arrays.fill(gradient, at, at + head.outputs(), 0);
                } else {
                    sum += head.loss(truth, scalings[row], outputs, at, weight, gradient);
                }
            }
            return sum;
        };
    }

    /** A step reads a patch of rows; its place is the last of them, which may lie in the future. */
    @Override
    public Place place(int window, int step) {
        int[] at = windows.get(window);
        int row = at[1] - configuration.context() + (step + 1) * configuration.patch() - 1;
        return new Place(series.get(at[0]), row);
    }

    @Override
    public List<String> channels() {
        SeriesSchema schema = configuration.schema();
        boolean named = schema.layout() != SeriesSchema.Layout.SERIES
                && schema.targets().size() == 1;
        return List.of(named ? schema.targets().getFirst() : "value");
    }
}
