package org.rhn4j.tasks.forecast.simple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.tasks.forecast.simple.Smoothing.Trend;
import org.rhn4j.tasks.forecast.simple.SmoothingFit.Aim;
import org.rhn4j.tasks.series.Series;

/**
 * Fits simple methods to rows and weighs them by what each, fitted to earlier rows, would have forecast of later ones. Not
 * safe for use by several threads at once.
 */
public final class CombinationFit {
    private static final int FOLDS = 5;

    /** Of the rows the share that is forecast in trials, and horizons that it holds at least. */
    private static final double SHARE = 0.4;

    private static final int FEWEST_HORIZONS = 4;

    /** Of more rows, forms are chosen once, on the first that are fitted to. */
    private static final int FEW_ROWS = 2_000;

    private static final int MOST_SERIES = 150;
    private static final int MOST_WINDOWS = 6_000;
    private static final double POWER = 6;
    private static final double SMALLEST = 1e-6;

    /** Of exponential smoothing: what parameters make small, and the trends of which the best is taken. */
    private record Family(Aim aim, List<Trend> trends) {}

    private static final List<Family> FAMILIES = List.of(
            new Family(Aim.HORIZON, List.of(Trend.NONE, Trend.DAMPED, Trend.LINEAR)),
            new Family(Aim.HORIZON, List.of(Trend.THETA)),
            new Family(Aim.NEXT, List.of(Trend.NONE, Trend.DAMPED, Trend.LINEAR)));

    private final FittingRows rows;
    private final int horizon;
    private final SmoothingFit.@Nullable Form[] forms = new SmoothingFit.Form[FAMILIES.size()];
    private LagRegressionFit.@Nullable Choice choice;

    /** @param rows all that may be looked at */
    public CombinationFit(FittingRows rows) {
        this.rows = rows;
        horizon = rows.horizon();
    }

    /**
     * Forecasts by methods fitted anew before each of several stretches of the last rows. Of many series some take part.
     */
    public Trials trials() {
        int[] ends = rows.ends();
        int every = Math.ceilDiv(ends.length, MOST_SERIES);
        int longest = Arrays.stream(ends).max().orElse(0);
        long possible = (long) Math.ceilDiv(ends.length, every) * region(longest);
        int step = (int) Math.max(Math.max(1, horizon / 4), possible / MOST_WINDOWS);
        List<String> labels = new ArrayList<>();
        List<Trials.Window> windows = new ArrayList<>();
        double independent = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            int[] starts = new int[ends.length];
            for (int i = 0; i < ends.length; i++) {
                starts[i] = start(ends[i], fold);
            }
            List<PointMethod> methods = methods(rows.until(starts));
            if (fold == 0) {
                methods.forEach(method -> labels.add(method.label()));
            }
            for (int i = 0; i < ends.length; i += every) {
                int next = fold + 1 < FOLDS ? start(ends[i], fold + 1) : ends[i];
                independent += (next - starts[i]) / (double) horizon;
                forecast(methods, i, starts[i], Math.min(ends[i], next + horizon - 1), step, windows);
            }
        }
        // series of one set go through the same times: several tell more than one, but not as much as so many times
        int taking = Math.ceilDiv(ends.length, every);
        return new Trials(labels, horizon, independent / Math.sqrt(taking), windows);
    }

    private void forecast(
            List<PointMethod> methods, int index, int from, int to, int step, List<Trials.Window> windows) {
        Series series = rows.series().get(index);
        double[] values = series.targets()[0];
        int[] origins = Arrays.stream(Origins.between(Math.max(1, from), to, horizon, step))
                .filter(origin -> hasPast(values, origin))
                .toArray();
        double[][][] all = new double[methods.size()][][];
        for (int m = 0; m < all.length; m++) {
            all[m] = methods.get(m).forecast(series, origins);
        }
        for (int o = 0; o < origins.length; o++) {
            double[][] own = new double[all.length][];
            for (int m = 0; m < all.length; m++) {
                own[m] = all[m][o];
            }
            double[] truth = Arrays.copyOfRange(values, origins[o], origins[o] + horizon);
            windows.add(new Trials.Window(index, origins[o], own, truth));
        }
    }

    private static boolean hasPast(double[] values, int origin) {
        for (int t = origin - 1; t >= 0; t--) {
            if (!Double.isNaN(values[t])) {
                return true;
            }
        }
        return false;
    }

    private int start(int end, int fold) {
        int region = region(end);
        return end - region + (int) ((long) region * fold / FOLDS);
    }

    private int region(int end) {
        return Math.min(end / 2, Math.max((int) (end * SHARE), FEWEST_HORIZONS * horizon));
    }

    /** All methods fitted to all rows, weighed by the trials. */
    public Combination combination(Trials trials) {
        List<PointMethod> methods = methods(rows);
        double[] weights = weights(trials);
        List<Combination.Part> parts = new ArrayList<>();
        for (int m = 0; m < weights.length; m++) {
            parts.add(new Combination.Part(methods.get(m), weights[m]));
        }
        return new Combination(parts);
    }

    /**
     * The weights of the methods, in their order: they fall with the error to its sixth power, and the last season has a part
     * of them as if it had been the best in one window more than there are.
     */
    public static double[] weights(Trials trials) {
        int methods = trials.labels().size();
        double[] weights = new double[methods];
        double sum = 0;
        for (int m = 0; m < methods; m++) {
            double error = trials.error(m);
            weights[m] = error >= 0 ? Math.pow(Math.max(error, SMALLEST), -POWER) : 0;
            sum += weights[m];
        }
        int naive = naive(trials);
        double hedge = hedge(trials);
        for (int m = 0; m < methods; m++) {
            double own = sum > 0 ? weights[m] / sum : 1.0 / methods;
            weights[m] = (1 - hedge) * own + (m == naive ? hedge : 0);
        }
        return weights;
    }

    /** Of the last seasons, or the last value, the one that did best in trials: its place among the methods. */
    public static int naive(Trials trials) {
        int best = 0;
        for (int m = 1; m < trials.labels().size(); m++) {
            boolean isNaive = trials.labels().get(m).startsWith(LastSeason.LABEL);
            best = isNaive && trials.error(m) < trials.error(best) ? m : best;
        }
        return best;
    }

    /** What the last season counts for whatever trials tell: the less they tell, the more. */
    static double hedge(Trials trials) {
        return 1 / (1 + trials.independent());
    }

    /** The methods fitted to rows, always as many and in one order. */
    private List<PointMethod> methods(FittingRows own) {
        List<PointMethod> methods = new ArrayList<>();
        if (own.seasons().isEmpty()) {
            methods.add(new LastSeason(1, horizon));
        }
        for (int season : own.seasons()) {
            methods.add(new LastSeason(season, horizon));
        }
        boolean anew = rows.rows() <= FEW_ROWS;
        for (int f = 0; f < forms.length; f++) {
            Family family = FAMILIES.get(f);
            SmoothingFit smoothing = new SmoothingFit(own, family.aim);
            SmoothingFit.Form known = forms[f];
            SmoothingFit.Fitted fitted = known == null || anew
                    ? smoothing.best(SmoothingFit.forms(own, family.trends, family.aim == Aim.HORIZON))
                    : smoothing.fit(known);
            forms[f] = fitted.form();
            methods.add(fitted.method());
        }
        LagRegressionFit regression = new LagRegressionFit(own);
        LagRegressionFit.@Nullable Choice known = choice == null || anew ? regression.choose() : choice;
        choice = known;
        @Nullable LagRegression ridge = known == null ? null : regression.fit(known);
        methods.add(ridge == null ? new LastSeason(own.longestSeason(), horizon) : ridge);
        return methods;
    }
}
