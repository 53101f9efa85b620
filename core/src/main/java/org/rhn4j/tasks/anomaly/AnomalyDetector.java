package org.rhn4j.tasks.anomaly;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;

/**
 * Scores rows one at a time, in constant memory; a row's score depends on it and the rows before it, on no later one.
 *
 * <p>All it knows of the rows before can be {@linkplain #save saved} and {@linkplain #restore restored}; scores then go
 * on bit for bit. Any thread may call; one call at a time computes, others wait for their turn.
 */
public final class AnomalyDetector implements AutoCloseable {
    private final AnomalyConfiguration configuration;
    private final Network network;
    private final RowEncoder encoder;
    private final AlarmHold hold = new AlarmHold();
    private final int channels;
    private final int[] horizons;
    private final Watch[] watches;
    private final double[][] locations;
    private final double[][] scales;
    private final float[] inputs;
    private final float[] outputs;
    private final double falseAlarms;
    private long rows;
    private long lastStamp = Long.MIN_VALUE;

    /** One way of looking, −1 the index of its horizon where nothing is predicted: its surprises of the last rows, and how rare they are. */
    private static final class Watch {
        final int horizonIndex;
        final int rows;
        final double[] recent;
        final ErrorTail tail;
        double mean;

        Watch(int horizonIndex, int rows, int channels, ErrorTail tail) {
            this.horizonIndex = horizonIndex;
            this.rows = rows;
            this.recent = new double[rows * channels];
            this.tail = tail;
        }
    }

    AnomalyDetector(AnomalyModel model, double falseAlarms) {
        this.falseAlarms = falseAlarms;
        configuration = model.configuration();
        channels = configuration.channels().size();
        horizons = configuration.horizons();
        locations = new double[horizons.length][];
        scales = new double[horizons.length][];
        for (int h = 0; h < horizons.length; h++) {
            locations[h] = new double[horizons[h] * channels];
            scales[h] = new double[horizons[h] * channels];
        }
        watches = new Watch[configuration.lookaheads().size()];
        for (int k = 0; k < watches.length; k++) {
            Lookahead lookahead = configuration.lookaheads().get(k);
            AnomalyModel.Tail from = model.tails().get(k);
            ErrorTail tail = new ErrorTail(configuration.memory());
            tail.setValues(new double[] {from.threshold(), from.meanExcess(), from.meanSquare()}, 0);
            int index = lookahead.horizon() == 0 ? -1 : Arrays.binarySearch(horizons, lookahead.horizon());
            watches[k] = new Watch(index, lookahead.mean(), channels, tail);
        }
        encoder = new RowEncoder(configuration);
        inputs = new float[configuration.inputSize()];
        outputs = new float[configuration.outputSize()];
        network = new Network(
                        model.engine(), model.parameters(), configuration.architecture(), WindowShape.of(1, 1), false)
                .allocate();
    }

    /**
     * Scores a row.
     *
     * @param stamp as {@link org.rhn4j.tasks.series.TimeAxis} counts
     * @param values [C], NaN where missing
     * @param zone whose clock tells the calendar, or null
     */
    public synchronized Detection add(long stamp, double[] values, @Nullable ZoneId zone) {
        if (values.length != channels) {
            throw new IllegalArgumentException("a row has " + channels + " values, not " + values.length);
        }
        encoder.encode(stamp, values, zone, inputs, 0);
        boolean present = takeSurprises();
        network.outputs(Sequences.ofValues(inputs), outputs);
        keepPredictions();
        rows++;
        lastStamp = stamp;
        if (!present) {
            return new Detection(0, 1, 0, false, 0, new double[channels]);
        }
        return judge();
    }

    /** Holds the row against what was predicted for it; false where the row is missing altogether. */
    private boolean takeSurprises() {
        double[] values = encoder.scaled();
        int present = 0;
        for (double value : values) {
            present += Double.isNaN(value) ? 0 : 1;
        }
        for (Watch watch : watches) {
            int to = (int) (rows % watch.rows) * channels;
            for (int c = 0; c < channels; c++) {
                double surprise = surprise(watch.horizonIndex, c, values[c]);
                watch.recent[to + c] = Double.isNaN(surprise) ? 0 : surprise / present;
            }
        }
        return present > 0;
    }

    /** NaN where the value is missing or was not predicted. */
    private double surprise(int horizonIndex, int channel, double value) {
        if (horizonIndex < 0) {
            return Surprise.of(value, 1);
        }
        int horizon = horizons[horizonIndex];
        int slot = (int) (rows % horizon) * channels + channel;
        return rows < horizon
                ? Double.NaN
                : Surprise.of(value - locations[horizonIndex][slot], scales[horizonIndex][slot]);
    }

    private void keepPredictions() {
        double[] last = encoder.last();
        int at = 0;
        for (int h = 0; h < horizons.length; h++) {
            int slot = (int) (rows % horizons[h]) * channels;
            for (int c = 0; c < channels; c++) {
                locations[h][slot + c] = last[c] + outputs[at];
                scales[h][slot + c] = Surprise.scale(outputs[at + 1]);
                at += Surprise.OUTPUTS;
            }
        }
    }

    private Detection judge() {
        double least = 1;
        int rarest = 0;
        for (int k = 0; k < watches.length; k++) {
            Watch watch = watches[k];
            double sum = 0;
            for (double surprise : watch.recent) {
                sum += surprise;
            }
            watch.mean = sum / watch.rows;
            if (isReady(k)) {
                double probability = watch.tail.probability(watch.mean);
                if (probability < least) {
                    least = probability;
                    rarest = k;
                }
                watch.tail.add(watch.mean);
            }
        }
        double probability = Math.min(1, least * watches.length);
        double score = Detection.score(probability);
        double onset = hold.onset(score);
        boolean alarm = onset > 0 && probability <= falseAlarms;
        return new Detection(score, probability, onset, alarm, rarest, contributions(watches[rarest]));
    }

    /** Whether a way of looking has had predictions for all the rows that it averages. */
    private boolean isReady(int k) {
        Lookahead lookahead = configuration.lookaheads().get(k);
        return rows >= lookahead.horizon() + lookahead.mean();
    }

    private double[] contributions(Watch watch) {
        double[] shares = new double[channels];
        double sum = 0;
        for (int i = 0; i < watch.recent.length; i++) {
            shares[i % channels] += watch.recent[i];
            sum += watch.recent[i];
        }
        for (int c = 0; c < channels && sum > 0; c++) {
            shares[c] /= sum;
        }
        return shares;
    }

    /** The mean surprise of each way of looking at the last row [K]; NaN before it was predicted. */
    double[] surprises() {
        double[] means = new double[watches.length];
        for (int k = 0; k < means.length; k++) {
            means[k] = isReady(k) ? watches[k].mean : Double.NaN;
        }
        return means;
    }

    /** Takes a model's calibration, and the peak of scores that another detector remembers. */
    void calibrateAnew(AnomalyModel model, double peak) {
        for (int k = 0; k < watches.length; k++) {
            AnomalyModel.Tail from = model.tails().get(k);
            watches[k].tail.setValues(new double[] {from.threshold(), from.meanExcess(), from.meanSquare()}, 0);
        }
        hold.setPeak(peak);
    }

    /** The peak of the scores, as far as it is remembered. */
    double peak() {
        return hold.peak();
    }

    /** Rows scored so far. */
    public synchronized long rows() {
        return rows;
    }

    /** The stamp of the last row; {@link Long#MIN_VALUE} before there was one. */
    public synchronized long lastStamp() {
        return lastStamp;
    }

    /** Writes all that the detector knows of the rows before into a file, atomically. */
    public synchronized void save(Path file) {
        state().write(file);
    }

    /**
     * Goes on where a saved detector of the same model stood.
     *
     * @throws org.rhn4j.UserError if the file is missing, damaged, or of another model
     */
    public synchronized void restore(Path file) {
        DetectorState state = DetectorState.read(file, state());
        rows = state.rows();
        lastStamp = state.stamp();
        hold.setPeak(state.peak());
        System.arraycopy(state.last(), 0, encoder.last(), 0, channels);
        int at = 0;
        for (int h = 0; h < horizons.length; h++) {
            at = take(state.predictions(), at, locations[h]);
            at = take(state.predictions(), at, scales[h]);
        }
        at = 0;
        for (int k = 0; k < watches.length; k++) {
            at = take(state.surprises(), at, watches[k].recent);
            watches[k].tail.setValues(state.tails(), k * ErrorTail.VALUES);
        }
        network.setStates(state.layers());
    }

    private static int take(double[] from, int at, double[] to) {
        System.arraycopy(from, at, to, 0, to.length);
        return at + to.length;
    }

    private DetectorState state() {
        double[] predictions = new double[0];
        for (int h = 0; h < horizons.length; h++) {
            predictions = joined(joined(predictions, locations[h]), scales[h]);
        }
        double[] surprises = new double[0];
        double[] tails = new double[0];
        for (Watch watch : watches) {
            surprises = joined(surprises, watch.recent);
            tails = joined(tails, watch.tail.values());
        }
        return new DetectorState(
                rows, lastStamp, hold.peak(), encoder.last().clone(), predictions, surprises, tails, network.states());
    }

    private static double[] joined(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public void close() {
        network.close();
    }
}
