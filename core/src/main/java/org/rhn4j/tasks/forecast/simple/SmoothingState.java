package org.rhn4j.tasks.forecast.simple;

/** The states of one series, carried from row to row. */
final class SmoothingState {
    private final Smoothing method;
    private final boolean multiplied;
    private final double damping;
    private final boolean theta;
    private final double[][] seasons;
    private final double[] shares;
    private final int[] places;
    private double level;
    private double slope;
    private double error;
    private int row;
    private double sumRows;
    private double sumSquares;
    private double sumValues;
    private double sumProducts;
    private int count;

    SmoothingState(Smoothing method, SmoothingStart start) {
        this.method = method;
        multiplied = method.seasonal() == Smoothing.Seasonal.MULTIPLIED;
        theta = method.trend() == Smoothing.Trend.THETA;
        boolean moves = method.trend() == Smoothing.Trend.DAMPED || method.trend() == Smoothing.Trend.LINEAR;
        damping = moves ? method.damping() : 0;
        level = start.level();
        slope = moves ? start.slope() : 0;
        seasons = new double[start.seasons().length][];
        shares = new double[seasons.length];
        places = new int[seasons.length];
        for (int k = 0; k < seasons.length; k++) {
            seasons[k] = start.seasons()[k].clone();
            shares[k] = method.season().get(k);
        }
    }

    /** Goes on by a row. */
    void update(double value) {
        double expected = level + damping * slope;
        double season = multiplied ? 1 : 0;
        for (int k = 0; k < places.length; k++) {
            double of = seasons[k][places[k]];
            season = multiplied ? season * of : season + of;
        }
        boolean missing = Double.isNaN(value);
        double off =
                missing ? error * method.error() : multiplied ? value / season - expected : value - season - expected;
        double surprise = missing ? 0 : off - method.error() * error;
        level = expected + method.level() * surprise;
        slope = damping * slope + (damping == 0 ? 0 : method.level() * method.slope() * surprise);
        double share = multiplied ? surprise * season / Math.max(expected, 1e-12) : surprise;
        for (int k = 0; k < places.length; k++) {
            seasons[k][places[k]] += shares[k] * share;
            places[k] = places[k] + 1 == seasons[k].length ? 0 : places[k] + 1;
        }
        error = off;
        if (theta && !missing) {
            double plain = multiplied ? value / season : value - season;
            sumRows += row;
            sumSquares += (double) row * row;
            sumValues += plain;
            sumProducts += row * plain;
            count++;
        }
        row++;
    }

    /** What the next rows are expected to be, on the method's axis. */
    void predict(double[] into) {
        double gone = level;
        double step = damping * slope;
        double off = error;
        double drift = 0;
        if (theta && count > 2) {
            double square = sumSquares - sumRows * sumRows / count;
            drift = 0.5 * (sumProducts - sumRows * sumValues / count) / square;
            gone += drift * (1 / Math.max(method.level(), 1e-2) - 1);
        }
        for (int h = 0; h < into.length; h++) {
            gone += step + drift;
            step *= damping;
            off *= method.error();
            double value = gone + off;
            for (int k = 0; k < places.length; k++) {
                int place = (places[k] + h) % seasons[k].length;
                value = multiplied ? value * seasons[k][place] : value + seasons[k][place];
            }
            into[h] = value;
        }
    }
}
