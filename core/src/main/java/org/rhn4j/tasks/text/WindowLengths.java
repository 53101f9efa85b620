package org.rhn4j.tasks.text;

import java.util.Arrays;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.TrainingSettings;

/**
 * How each epoch's streams are cut into windows: all of T steps, or of lengths drawn anew for each epoch (Merity, Keskar,
 * Socher, "Regularizing and optimizing LSTM language models", 2018): normal around T, in one window of twenty around
 * T / 2, so that no token stands at the same place of its window in every epoch.
 */
final class WindowLengths {
    private static final double HALVED = 0.05;
    private static final int SHORTEST = 5;
    /** Lengths are cut off at so many deviations above T: memory is made for the longest. */
    private static final double MOST_DEVIATIONS = 2;

    private final int window;
    private final double deviation;
    private final long seed;
    private final int predicted;
    private final int longest;
    private int epoch = -1;
    private int[] starts = {};

    /**
     * The windows of a run.
     *
     * @param predicted steps of a stream that are predicted in an epoch
     */
    WindowLengths(TrainingSettings settings, int predicted) {
        window = settings.window();
        deviation = settings.windowDeviation();
        seed = settings.seed();
        this.predicted = predicted;
        longest = window + (int) Math.ceil(MOST_DEVIATIONS * deviation);
    }

    /** Steps of the longest window that there can be. */
    int longest() {
        return longest;
    }

    /** Windows in an epoch. */
    int count(int ofEpoch) {
        draw(ofEpoch);
        return starts.length - 1;
    }

    /** Steps of all windows of an epoch. */
    int steps(int ofEpoch) {
        draw(ofEpoch);
        return starts[starts.length - 1];
    }

    /** The place in its stream of a window's first step. */
    int start(int ofEpoch, int index) {
        draw(ofEpoch);
        return starts[index];
    }

    /** Steps of a window. */
    int length(int ofEpoch, int index) {
        draw(ofEpoch);
        return starts[index + 1] - starts[index];
    }

    private void draw(int ofEpoch) {
        if (ofEpoch == epoch) {
            return;
        }
        epoch = ofEpoch;
        RandomSource random = new RandomSource(seed).split("windows").split(ofEpoch);
        int[] drawn = new int[predicted + 1];
        int count = 0;
        int next = deviation == 0 ? window : drawnLength(random, 0);
        while (drawn[count] + next <= predicted) {
            drawn[count + 1] = drawn[count] + next;
            count++;
            next = deviation == 0 ? window : drawnLength(random, count);
        }
        if (count == 0) {
            drawn[++count] = Math.min(predicted, window);
        }
        starts = Arrays.copyOf(drawn, count + 1);
    }

    private int drawnLength(RandomSource random, int index) {
        double mean = random.uniformDouble(3L * index) < HALVED ? window / 2.0 : window;
        double length = mean + deviation * normal(random, 3L * index + 1);
        return Math.clamp(Math.round(length), Math.min(SHORTEST, window), longest);
    }

    /** Standard normal, of two uniform numbers (Box and Muller). */
    private static double normal(RandomSource random, long index) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.uniformDouble(index)));
        return radius * Math.cos(2 * Math.PI * random.uniformDouble(index + 1));
    }
}
