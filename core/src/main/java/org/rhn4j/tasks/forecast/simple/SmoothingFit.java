package org.rhn4j.tasks.forecast.simple;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.rhn4j.tasks.forecast.simple.Smoothing.Seasonal;
import org.rhn4j.tasks.forecast.simple.Smoothing.Trend;

/**
 * Fits exponential smoothing: for each form the parameters whose forecasts of all steps of a horizon lie nearest to what
 * came, and of all forms the one that does so best for its number of parameters.
 */
final class SmoothingFit {
    private static final int EVALUATIONS = 150;

    /** Evaluations that tell which forms are worth more. */
    private static final int GLANCED = 50;

    private static final int FINALISTS = 3;

    /** Rows and forecast steps that an evaluation goes through at most, of all series. */
    private static final int MOST_STEPS = 40_000;

    private static final int MOST_SERIES = 60;
    private static final double LEAST_DAMPING = 0.8;
    private static final double MOST_DAMPING = 0.99;
    private static final double MOST_ERROR = 0.995;

    /** What parameters make small. */
    enum Aim {
        /** The absolute errors of all steps of the horizon. */
        HORIZON,
        /** The squared errors of the next row, as the likelihood of normal errors does. */
        NEXT
    }

    private final FittingRows rows;
    private final Aim aim;
    private final int horizon;
    private final List<int[]> stretches = new ArrayList<>();
    private final int stride;
    private final int firstOrigin;

    /** A form without parameters. */
    record Form(Axis axis, Trend trend, Seasonal seasonal, List<Integer> seasons, boolean fades) {
        int parameters() {
            int count = 1 + seasons.size() + (fades ? 1 : 0);
            return count + (trend == Trend.DAMPED ? 2 : trend == Trend.LINEAR ? 1 : 0);
        }
    }

    /** A fitted form; the lower the criterion, the better. */
    record Fitted(Form form, Smoothing method, double criterion) {}

    SmoothingFit(FittingRows rows, Aim aim) {
        this.rows = rows;
        this.aim = aim;
        horizon = rows.horizon();
        int count = rows.ends().length;
        int step = Math.ceilDiv(count, MOST_SERIES);
        long total = 0;
        int longest = 0;
        for (int i = 0; i < count; i += step) {
            if (!Double.isNaN(rows.scale(i)) && rows.ends()[i] > 2) {
                longest = Math.max(longest, rows.ends()[i]);
                total += rows.ends()[i];
                stretches.add(new int[] {i, 0, rows.ends()[i]});
            }
        }
        // the last rows tell most of what comes next
        int most = Math.max(
                3 * rows.longestSeason() + 2 * horizon, (int) (MOST_STEPS / 3L * longest / Math.max(total, 1)));
        for (int[] stretch : stretches) {
            stretch[1] = Math.max(0, stretch[2] - most);
        }
        long kept = stretches.stream().mapToLong(each -> each[2] - each[1]).sum();
        stride = (int) Math.max(1, Math.ceilDiv(kept * horizon, MOST_STEPS));
        int season = rows.longestSeason();
        firstOrigin = season;
    }

    /** The forms that there are for the rows. */
    static List<Form> forms(FittingRows rows, List<Trend> trends, boolean fading) {
        boolean positive = rows.isPositive();
        List<List<Integer>> seasons = new ArrayList<>();
        if (rows.seasons().isEmpty()) {
            seasons.add(List.of());
        } else {
            seasons.add(rows.seasons());
            if (rows.seasons().size() > 1) {
                seasons.add(List.of(rows.seasons().getLast()));
            }
        }
        List<Form> forms = new ArrayList<>();
        for (List<Integer> lengths : seasons) {
            for (Trend trend : trends) {
                for (boolean fades : fading ? new boolean[] {false, true} : new boolean[] {false}) {
                    forms.add(new Form(Axis.PLAIN, trend, Seasonal.ADDED, lengths, fades));
                    if (positive) {
                        forms.add(new Form(Axis.LOG, trend, Seasonal.ADDED, lengths, fades));
                        if (!lengths.isEmpty()) {
                            forms.add(new Form(Axis.PLAIN, trend, Seasonal.MULTIPLIED, lengths, fades));
                        }
                    }
                }
            }
        }
        return forms;
    }

    /** The best of forms. */
    Fitted best(List<Form> forms) {
        List<Form> promising = forms.stream()
                .map(form -> fit(form, GLANCED, false))
                .sorted(Comparator.comparingDouble(Fitted::criterion))
                .limit(FINALISTS)
                .map(Fitted::form)
                .toList();
        return promising.stream()
                .map(this::fit)
                .min(Comparator.comparingDouble(Fitted::criterion))
                .orElseThrow();
    }

    /** Parameters of a form. */
    Fitted fit(Form form) {
        return fit(form, EVALUATIONS, aim == Aim.HORIZON);
    }

    private Fitted fit(Form form, int evaluations, boolean twice) {
        List<double[]> values = new ArrayList<>();
        List<SmoothingStart> starts = new ArrayList<>();
        for (int[] stretch : stretches) {
            double[] all = rows.series().get(stretch[0]).targets()[0];
            double[] own = new double[stretch[2] - stretch[1]];
            for (int t = 0; t < own.length; t++) {
                own[t] = form.axis.apply(all[stretch[1] + t]);
            }
            values.add(own);
            starts.add(SmoothingStart.of(own, own.length, form.seasons, form.seasonal == Seasonal.MULTIPLIED));
        }
        ToDoubleFunction<double[]> error = x -> criterion(method(form, x), values, starts);
        double[] found = NelderMead.minimize(error, new double[form.parameters()], evaluations);
        if (!form.seasons.isEmpty() && twice) {
            // a second start where seasons take most of what is new, and the level little: the last season nearly
            double[] other = new double[form.parameters()];
            other[0] = -3;
            for (int k = 0; k < form.seasons.size(); k++) {
                other[form.parameters() - (form.fades ? 2 : 1) - k] = 3.5;
            }
            double[] repeated = NelderMead.minimize(error, other, evaluations);
            found = error.applyAsDouble(repeated) < error.applyAsDouble(found) ? repeated : found;
        }
        Smoothing method = method(form, found);
        long count = stretches.stream().mapToLong(each -> each[2] - each[1]).sum();
        int k = form.parameters();
        double penalty = (k + k * (k + 1.0) / Math.max(1, count - k - 1)) / Math.max(1, count);
        return new Fitted(form, method, criterion(method, values, starts) + penalty);
    }

    private Smoothing method(Form form, double[] x) {
        int at = 0;
        double level = share(x[at++] - 1);
        boolean moves = form.trend == Trend.DAMPED || form.trend == Trend.LINEAR;
        double slope = moves ? share(x[at++] - 2) : 0;
        double damping = form.trend == Trend.DAMPED
                ? LEAST_DAMPING + (MOST_DAMPING - LEAST_DAMPING) * share(x[at++] + 1)
                : form.trend == Trend.LINEAR ? 1 : 0;
        List<Double> seasons = new ArrayList<>();
        for (int k = 0; k < form.seasons.size(); k++) {
            seasons.add((1 - level) * share(x[at++] - 2));
        }
        double error = form.fades ? MOST_ERROR * share(x[at]) : 0;
        return new Smoothing(
                form.axis, form.trend, form.seasonal, form.seasons, level, slope, damping, seasons, error, horizon);
    }

    private static double share(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The logarithm of what is made small, comparable between forms. */
    private double criterion(Smoothing method, List<double[]> values, List<SmoothingStart> starts) {
        return aim == Aim.HORIZON ? Math.log(error(method, values, starts)) : likelihood(method, values, starts);
    }

    /** Minus the logarithm of the likelihood for each row; errors are relative where the season multiplies. */
    private double likelihood(Smoothing method, List<double[]> values, List<SmoothingStart> starts) {
        boolean relative = method.seasonal() == Seasonal.MULTIPLIED;
        double[] into = new double[1];
        double sum = 0;
        long count = 0;
        for (int i = 0; i < stretches.size(); i++) {
            double[] own = values.get(i);
            double scale = rows.scale(stretches.get(i)[0]);
            SmoothingState state = new SmoothingState(method, starts.get(i));
            double squares = 0;
            double logs = 0;
            int there = 0;
            for (double value : own) {
                state.predict(into);
                if (!Double.isNaN(value)) {
                    double off = relative ? value / into[0] - 1 : value - into[0];
                    squares += off * off;
                    logs += method.axis() == Axis.LOG
                            ? value - Math.log(scale)
                            : Math.log(relative ? Math.abs(into[0]) / scale : 1 / scale);
                    there++;
                }
                state.update(value);
            }
            if (there > 0) {
                sum += there * 0.5 * Math.log(squares / there + 1e-18) + logs;
                count += there;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The mean absolute error of all steps over the series' scales. */
    private double error(Smoothing method, List<double[]> values, List<SmoothingStart> starts) {
        double[] into = new double[horizon];
        double sum = 0;
        long count = 0;
        for (int i = 0; i < stretches.size(); i++) {
            double[] own = values.get(i);
            double[] plain = rows.series().get(stretches.get(i)[0]).targets()[0];
            int offset = stretches.get(i)[1];
            double scale = rows.scale(stretches.get(i)[0]);
            SmoothingState state = new SmoothingState(method, starts.get(i));
            int first = Math.min(firstOrigin, own.length / 2);
            for (int t = 0; t < own.length; t++) {
                if (t >= first && (t - first) % stride == 0) {
                    state.predict(into);
                    int steps = Math.min(horizon, own.length - t);
                    for (int h = 0; h < steps; h++) {
                        double truth = plain[offset + t + h];
                        if (!Double.isNaN(truth)) {
                            sum += Math.abs(truth - method.axis().invert(into[h])) / scale;
                            count++;
                        }
                    }
                }
                state.update(own[t]);
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }
}
