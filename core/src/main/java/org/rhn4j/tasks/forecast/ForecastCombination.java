package org.rhn4j.tasks.forecast;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.Json;
import org.rhn4j.store.SafetensorsFile;
import org.rhn4j.store.SafetensorsWriter;
import org.rhn4j.tasks.forecast.simple.Axis;
import org.rhn4j.tasks.forecast.simple.Combination;
import org.rhn4j.tasks.forecast.simple.ErrorSpread;
import org.rhn4j.tasks.forecast.simple.LagRegression;
import org.rhn4j.tasks.forecast.simple.LastSeason;
import org.rhn4j.tasks.forecast.simple.PointMethod;
import org.rhn4j.tasks.forecast.simple.Smoothing;

/**
 * Simple methods that a network's forecasts are combined with, in its model folder.
 *
 * @param simple the methods and their weights
 * @param network the network's share in the median, from 0 to 1; the rest is the simple methods'
 * @param spread of errors around the median
 * @param widening what distances between quantiles are multiplied with
 * @param trials what the methods would have forecast of rows that they had not seen
 */
public record ForecastCombination(
        Combination simple, double network, ErrorSpread spread, double widening, TrialFigures trials) {
    /** The file in a model folder. */
    public static final String FILE = "combination.json";

    /** The file of the regression's weights beside it. */
    public static final String WEIGHTS = "combination.safetensors";

    /** Of fewer windows that have no row in common the network is not believed at all. */
    private static final double FEWEST_WINDOWS = 5;

    private static final String REGRESSION = "regression.weight";

    /**
     * How methods did in trials.
     *
     * @param windows how many there are that have no row in common
     * @param errors of each method, over those of the simple methods together
     * @param lastSeason the error of the last season, or the last value, likewise
     * @param combined the error of the simple methods and the network together, likewise, over the windows that validate the
     *     network; 1 where there is none
     * @param network the error of the network alone, likewise; absent where no window validates it
     * @param validated windows that validate the network and have no row in common
     */
    public record TrialFigures(
            double windows,
            List<Double> errors,
            double lastSeason,
            double combined,
            @Nullable Double network,
            double validated) {
        /** Copies the list. */
        public TrialFigures {
            errors = List.copyOf(errors);
        }

        TrialFigures withCombined(double error) {
            return new TrialFigures(windows, errors, lastSeason, error, network, validated);
        }

        /** Whether the network could be judged. */
        public boolean judgesNetwork() {
            return network != null && validated >= FEWEST_WINDOWS;
        }
    }

    /** A method in JSON: one of them is there. */
    record Stored(
            double weight,
            @Nullable LastSeason lastSeason,
            @Nullable Smoothing smoothing,
            @Nullable StoredRegression regression) {}

    /** What is stored of a regression beside its weights. */
    record StoredRegression(Axis axis, int season, int lags) {}

    /** The content of {@link #FILE}. */
    record Document(List<Stored> methods, double network, ErrorSpread spread, double widening, TrialFigures trials) {}

    /**
     * That of a model folder; empty where its network forecasts alone.
     *
     * @throws UserError if a file is missing or damaged, or they do not fit the model
     */
    public static Optional<ForecastCombination> in(Path folder) {
        return Files.exists(folder.resolve(FILE))
                ? Optional.of(read(folder, ForecastConfiguration.read(folder).horizon()))
                : Optional.empty();
    }

    void write(Path folder) {
        List<Stored> methods = new ArrayList<>();
        for (Combination.Part part : simple.parts()) {
            methods.add(
                    switch (part.method()) {
                        case LastSeason method -> new Stored(part.weight(), method, null, null);
                        case Smoothing method -> new Stored(part.weight(), null, method, null);
                        case LagRegression method -> {
                            double[][] weights = method.weights();
                            double[] all = Arrays.stream(weights)
                                    .flatMapToDouble(Arrays::stream)
                                    .toArray();
                            new SafetensorsWriter()
                                    .add(REGRESSION, all, weights.length, weights[0].length)
                                    .write(folder.resolve(WEIGHTS));
                            yield new Stored(
                                    part.weight(),
                                    null,
                                    null,
                                    new StoredRegression(method.axis(), method.season(), weights[0].length - 1));
                        }
                    });
        }
        Json.write(folder.resolve(FILE), new Document(methods, network, spread, widening, trials));
    }

    private static ForecastCombination read(Path folder, int horizon) {
        Path file = folder.resolve(FILE);
        Document document = Json.read(file, Document.class);
        List<Combination.Part> parts = new ArrayList<>();
        for (Stored stored : document.methods) {
            parts.add(new Combination.Part(method(stored, folder, horizon), stored.weight));
        }
        boolean fits = document.spread.steps().size() == horizon
                && document.spread.levels().size()
                        == document.spread.quantiles().size()
                && !parts.isEmpty()
                && parts.stream().allMatch(part -> part.method().horizon() == horizon);
        if (!fits) {
            throw new UserError(
                    "%s is not of a horizon of %d rows; take all files from one model.".formatted(file, horizon));
        }
        return new ForecastCombination(
                new Combination(parts), document.network, document.spread, document.widening, document.trials);
    }

    private static PointMethod method(Stored stored, Path folder, int horizon) {
        if (stored.lastSeason != null) {
            return stored.lastSeason;
        }
        if (stored.smoothing != null) {
            return stored.smoothing;
        }
        Path file = folder.resolve(FILE);
        StoredRegression regression = stored.regression;
        if (regression == null) {
            throw new UserError("%s has a weight without a method; take the file as it was trained.".formatted(file));
        }
        int width = regression.lags + 1;
        try (SafetensorsFile tensors = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
            double[] all = tensors.tensor(REGRESSION, horizon, width).toDoubles();
            double[][] weights = new double[horizon][];
            for (int h = 0; h < horizon; h++) {
                weights[h] = Arrays.copyOfRange(all, h * width, (h + 1) * width);
            }
            return new LagRegression(regression.axis, regression.season, weights);
        }
    }
}
