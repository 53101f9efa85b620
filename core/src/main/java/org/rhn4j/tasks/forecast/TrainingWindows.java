package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.UserError;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.series.FarValues;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * Which windows are trained on and which validate. Rows to forecast of the former are all before the end of the training
 * part, those of the latter all after it and before the end of the validation part.
 */
final class TrainingWindows {
    private static final int MOST_VALIDATION = 1024;
    /** Windows that tell the mean scale. */
    private static final int SCALES = 1024;

    private final ForecastConfiguration configuration;
    private final List<Series> series;
    private final List<SeriesFeatures> features = new ArrayList<>();
    private final List<int[]> origins = new ArrayList<>();
    private final long[] before;
    private final List<Place> validation = new ArrayList<>();

    /** A window: the index of its series and its origin. */
    record Place(int series, int origin) {}

    /**
     * @throws UserError if there is no window to train on
     */
    TrainingWindows(ForecastConfiguration configuration, SeriesSet set, List<TimeSplit.Parts> parts) {
        this.configuration = configuration;
        series = set.series();
        int count = set.series().size();
        before = new long[count + 1];
        CovariateColumns columns = configuration.columns();
        int horizon = configuration.horizon();
        for (int i = 0; i < count; i++) {
            TimeSplit.Parts part = parts.get(i);
            int end = Math.max(part.validationEnd(), part.trainEnd());
            features.add(new SeriesFeatures(configuration, columns, set.series().get(i), 0, 0, end, end));
            origins.add(origins(i, part.trainEnd() - horizon));
            before[i + 1] = before[i] + origins.get(i).length;
        }
        if (before[count] == 0) {
            int longest =
                    parts.stream().mapToInt(TimeSplit.Parts::trainEnd).max().orElse(0);
            throw new UserError(
                    "No series has enough rows to train on a horizon of %d: the longest has %d; choose a shorter horizon, or hold back fewer rows."
                            .formatted(horizon, longest));
        }
        chooseValidation(parts);
        if (validation.isEmpty()) {
            throw new UserError(
                    "None of the windows that choose the best epoch has a value to be held against and one before it"
                            + " to start from; hold back other rows to choose by, or none.",
                    List.of("validation-rows"));
        }
    }

    /** Whole contexts where there are plenty of them; otherwise a context may begin before the first row. */
    private int[] origins(int series, int last) {
        int context = configuration.context();
        int first = last - context >= context / 2 ? context : Math.max(1, context / 4);
        return IntStream.rangeClosed(first, last)
                .filter(origin -> isStartable(series, origin) && isObserved(series, origin))
                .toArray();
    }

    private boolean isObserved(int series, int origin) {
        return features.get(series).sums().count(origin, origin + configuration.horizon()) > 0;
    }

    private void chooseValidation(List<TimeSplit.Parts> parts) {
        int horizon = configuration.horizon();
        long all = 0;
        for (TimeSplit.Parts part : parts) {
            all += Math.max(0, part.validationEnd() - part.trainEnd() - horizon + 1);
        }
        if (all == 0) {
            for (int i = 0; i < parts.size(); i++) {
                if (origins.get(i).length > 0) {
                    validation.add(new Place(i, origins.get(i)[origins.get(i).length - 1]));
                }
            }
            return;
        }
        long stride = Math.max(1, all / MOST_VALIDATION);
        long next = 0;
        long at = 0;
        for (int i = 0; i < parts.size(); i++) {
            for (int origin = parts.get(i).trainEnd();
                    origin + horizon <= parts.get(i).validationEnd();
                    origin++, at++) {
                if (at >= next && isStartable(i, origin) && isObserved(i, origin)) {
                    validation.add(new Place(i, origin));
                    next = at + stride;
                }
            }
        }
    }

    private boolean isStartable(int series, int origin) {
        return features.get(series).hasPast(origin);
    }

    /** The windows to train on. */
    long count() {
        return before[before.length - 1];
    }

    /** A window to train on, from 0 to {@link #count} − 1; of one series after another. */
    Place at(long index) {
        int low = 0;
        int high = before.length - 2;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (before[middle] <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new Place(low, origins.get(low)[(int) (index - before[low])]);
    }

    /** A window at random, none likelier than another. */
    Place draw(RandomSource random, int index) {
        return at((long) (random.uniformDouble(index) * count()));
    }

    /** The mean scale of windows at equal distances over all of those to train on. */
    double meanScale() {
        WindowEncoder encoder = new WindowEncoder(configuration);
        float[] inputs = new float[configuration.steps() * configuration.inputSize()];
        float[] direct = new float[configuration.directSize()];
        int looked = (int) Math.min(count(), SCALES);
        double sum = 0;
        for (int i = 0; i < looked; i++) {
            Place place = at(count() * i / looked);
            sum += encoder.encode(
                            features(place.series()), place.origin(), configuration.context(), 0, 1, inputs, direct)
                    .scale();
        }
        return sum / looked;
    }

    /** The windows to validate on; the last ones of the training part where there is no other part. */
    List<Place> validation() {
        return validation;
    }

    /** A value that lies far from all others of its series, in a sentence; empty if there is none. */
    String suspect() {
        for (int i = 0; i < features.size(); i++) {
            int row = FarValues.first(features.get(i).values());
            if (row >= 0) {
                Series of = series.get(i);
                return "series \"%s\" has the value %s at %s, far from all others: mark it as missing, or put it right."
                        .formatted(of.id(), of.targets()[0][row], of.time().textAt(row));
            }
        }
        return "";
    }

    SeriesFeatures features(int series) {
        return features.get(series);
    }

    /** The true value of a step of a window. */
    double truth(Place place, int step) {
        return features.get(place.series()).values()[place.origin() + step];
    }
}
