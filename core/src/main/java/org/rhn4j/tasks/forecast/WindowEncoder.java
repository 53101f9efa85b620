package org.rhn4j.tasks.forecast;

import java.util.Arrays;

/**
 * Turns windows into what enters the network.
 *
 * <p>A step of the recurrent layers reads a patch of P rows: their values, scaled by the window's own past and
 * compressed as by a logarithm far from 0; a mark where a value is missing or lies in the future; covariates; and the
 * calendar. The autoregression beside them takes the T scaled values as they are, the known covariates of the rows to
 * forecast, and the calendar of the first of these. Missing values are 0 in both, which is the window's centre.
 */
final class WindowEncoder {
    private static final double LINEAR = 3;
    private static final double LARGEST_DIRECT = 20;

    private final int context;
    private final int patch;
    private final int horizon;
    private final int steps;
    private final int season;
    private final int inputSize;
    private final int directSize;
    private final int rowSize;
    private final int knownSize;
    private final int calendarSize;
    private final WindowScaling window;

    WindowEncoder(ForecastConfiguration configuration) {
        context = configuration.context();
        patch = configuration.patch();
        horizon = configuration.horizon();
        steps = configuration.steps();
        season = configuration.season();
        inputSize = configuration.inputSize();
        directSize = configuration.directSize();
        rowSize = configuration.columns().rowSize();
        knownSize = configuration.columns().knownSize();
        calendarSize = configuration.calendar().size();
        window = configuration.window();
    }

    /**
     * Writes a window.
     *
     * @param features of its series
     * @param origin the first row to forecast
     * @param past rows before the origin that may be seen, at least 1
     * @param b its place among B windows side by side
     * @param inputs receives [steps·B·F]
     * @param direct receives [B·D]; not touched where D is 0
     * @return the window's scaling
     */
    WindowScaling.Fitted encode(
            SeriesFeatures features, int origin, int past, int b, int batch, float[] inputs, float[] direct) {
        int first = Math.max(Math.max(0, origin - context), origin - past);
        int history = past < context ? first : WindowScaling.firstRow(origin, context);
        WindowScaling.Fitted scaling = window.fit(features.sums(), history, first, origin, season);
        float zero = compressed(scaling.zero());
        int start = origin - context;
        for (int t = 0; t < steps; t++) {
            int at = (t * batch + b) * inputSize;
            int row = start + t * patch;
            Arrays.fill(inputs, at, at + inputSize, 0);
            encodePatch(features, scaling, row, first, origin, inputs, at);
            int of = at + patch * (2 + rowSize);
            int last = Math.min(row + patch, origin + horizon) - 1;
            if (last >= first) {
                features.copyCalendar(last, inputs, of);
            }
            inputs[of + calendarSize] = zero;
            inputs[of + calendarSize + 1] = row >= origin ? 1 : 0;
        }
        if (directSize > 0) {
            encodeDirect(features, scaling, start, first, origin, direct, b * directSize);
        }
        return scaling;
    }

    private void encodePatch(
            SeriesFeatures features,
            WindowScaling.Fitted scaling,
            int start,
            int first,
            int origin,
            float[] inputs,
            int at) {
        for (int j = 0; j < patch; j++) {
            int row = start + j;
            double z = row >= first && row < origin ? scaling.apply(features.values()[row]) : Double.NaN;
            boolean missing = Double.isNaN(z);
            inputs[at + j] = missing ? 0 : compressed(z);
            inputs[at + patch + j] = missing ? 1 : 0;
            if (rowSize > 0 && row >= first && row < origin + horizon) {
                features.copyRow(row, row < origin ? rowSize : knownSize, inputs, at + 2 * patch + j * rowSize);
            }
        }
    }

    private void encodeDirect(
            SeriesFeatures features,
            WindowScaling.Fitted scaling,
            int start,
            int first,
            int origin,
            float[] direct,
            int at) {
        for (int t = 0; t < context; t++) {
            int row = start + t;
            double z = row >= first ? scaling.apply(features.values()[row]) : Double.NaN;
            direct[at + t] = Double.isNaN(z) ? 0 : (float) Math.clamp(z, -LARGEST_DIRECT, LARGEST_DIRECT);
        }
        int to = at + context;
        for (int h = 0; h < horizon && knownSize > 0; h++, to += knownSize) {
            features.copyRow(origin + h, knownSize, direct, to);
        }
        if (calendarSize > 0) {
            features.copyCalendar(origin, direct, to);
        }
        direct[to + calendarSize] = compressed(scaling.zero());
    }

    /** Straight near zero, logarithmic far from it. */
    private static float compressed(double z) {
        double size = Math.abs(z) / LINEAR;
        return (float) (size < 1 ? z : Math.copySign(LINEAR * (1 + Math.log(size)), z));
    }
}
