package org.rhn4j.tasks.anomaly;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * Turns rows, one after another, into what enters the network: of each channel the scaled value, its change since the
 * row before and whether it is missing, then the calendar. Large values are compressed as by a logarithm, so that an
 * anomaly cannot drive the network anywhere.
 *
 * <p>A missing value enters as the last one seen, marked as missing.
 */
final class RowEncoder {
    /** Inputs of one channel. */
    static final int PER_CHANNEL = 3;

    private static final double LINEAR = 3;

    private final Scaling scaling;
    private final CalendarFeatures calendar;
    private final AnomalyConfiguration configuration;
    private final double[] scaled;
    private final double[] last;

    RowEncoder(AnomalyConfiguration configuration) {
        this.configuration = configuration;
        scaling = configuration.scaling();
        calendar = configuration.calendar();
        scaled = new double[configuration.channels().size()];
        last = new double[scaled.length];
    }

    /**
     * Takes a row.
     *
     * @param values [C], NaN where missing
     * @param zone whose clock tells the calendar, or null
     * @param inputs receives [F] from {@code at} on
     */
    void encode(long stamp, double[] values, @Nullable ZoneId zone, float[] inputs, int at) {
        for (int c = 0; c < scaled.length; c++) {
            double z = scaling.apply(c, values[c]);
            scaled[c] = z;
            boolean missing = Double.isNaN(z);
            double now = missing ? last[c] : z;
            int to = at + PER_CHANNEL * c;
            inputs[to] = compressed(now);
            inputs[to + 1] = compressed(now - last[c]);
            inputs[to + 2] = missing ? 1 : 0;
            last[c] = now;
        }
        if (calendar.size() > 0) {
            float[] features = calendar.of(TimeAxis.regular(stamp, configuration.frequency(), zone), 0, 1)[0];
            System.arraycopy(features, 0, inputs, at + PER_CHANNEL * scaled.length, features.length);
        }
    }

    /** Straight near zero, logarithmic far from it. */
    private static float compressed(double z) {
        double size = Math.abs(z) / LINEAR;
        return (float) (size < 1 ? z : Math.copySign(LINEAR * (1 + Math.log(size)), z));
    }

    /** The row just taken, scaled [C]; NaN where missing. */
    double[] scaled() {
        return scaled;
    }

    /** Of each channel the last value seen, scaled [C]; 0, the middle of the training rows, before there was one. */
    double[] last() {
        return last;
    }
}
