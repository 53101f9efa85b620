package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the data, step by step.
 *
 * @param positions of the tokens in the text, or of the rows in their series
 * @param texts the tokens, or the time stamps
 * @param channels the measured values of series; empty for a text
 */
public record Stretch(List<Integer> positions, List<String> texts, List<Channel> channels) {
    /** Copies the lists. */
    public Stretch {
        positions = List.copyOf(positions);
        texts = List.copyOf(texts);
        channels = List.copyOf(channels);
    }

    /**
     * One measured value along the stretch.
     *
     * @param name its name
     * @param values at each step; null where it is missing
     */
    public record Channel(String name, List<@Nullable Double> values) {}

    static Stretch of(Subject subject, int[] places) {
        List<Integer> positions = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int place : places) {
            positions.add(subject.position(place));
            texts.add(subject.text(place));
        }
        List<Channel> channels = new ArrayList<>();
        for (int c = 0; c < subject.channels().size(); c++) {
            List<@Nullable Double> values = new ArrayList<>();
            for (int place : places) {
                double value = subject.value(place, c);
                values.add(Double.isNaN(value) ? null : Double.valueOf(value));
            }
            channels.add(new Channel(subject.channels().get(c), values));
        }
        return new Stretch(positions, texts, channels);
    }
}
