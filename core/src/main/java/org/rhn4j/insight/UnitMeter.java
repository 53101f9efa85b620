package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Gathers where one unit's gate opens, window by window. */
final class UnitMeter {
    private static final int SHOWN = 12;

    private record Place(int position, int token, double value) {}

    private final UnitActivity.Choice choice;
    private final GateKind gate;
    private final double[] sums;
    private final int[] counts;
    private final PriorityQueue<Place> widest = new PriorityQueue<>(Comparator.comparingDouble(Place::value));
    private double sum;
    private double squares;
    private long steps;

    /**
     * @param gate the first gate of the cell
     * @param vocabularySize V
     */
    UnitMeter(UnitActivity.Choice choice, GateKind gate, int vocabularySize) {
        this.choice = choice;
        this.gate = gate;
        sums = new double[vocabularySize];
        counts = new int[vocabularySize];
    }

    UnitActivity.Choice choice() {
        return choice;
    }

    /**
     * Adds a window.
     *
     * @param trace of the unit's layer
     * @param inputs tokens that entered the network [T·B]
     * @param positions their places in the text [T·B]
     */
    void add(LayerTrace trace, int[] inputs, int[] positions) {
        for (int row = 0; row < trace.rows(); row++) {
            double value = trace.gate(choice.microLayer(), 0, row, choice.unit());
            sums[inputs[row]] += value;
            counts[inputs[row]]++;
            sum += value;
            squares += value * value;
            widest.add(new Place(positions[row], inputs[row], value));
            if (widest.size() > SHOWN) {
                widest.remove();
            }
        }
        steps += trace.rows();
    }

    /**
     * What was found.
     *
     * @param minimumCount tokens that came less often are not ranked
     * @param text the text of a token
     */
    UnitActivity result(int minimumCount, IntFunction<String> text) {
        List<UnitActivity.Opening> tokens = IntStream.range(0, counts.length)
                .filter(token -> counts[token] >= minimumCount)
                .mapToObj(token ->
                        new UnitActivity.Opening(token, text.apply(token), counts[token], sums[token] / counts[token]))
                .sorted(Comparator.comparingDouble(UnitActivity.Opening::mean).reversed())
                .limit(SHOWN)
                .toList();
        List<Place> places = new ArrayList<>(widest);
        places.sort(Comparator.comparingDouble(Place::value).reversed().thenComparingInt(Place::position));
        double mean = sum / steps;
        return new UnitActivity(
                gate,
                choice.microLayer(),
                choice.unit(),
                mean,
                Math.sqrt(Math.max(0, squares / steps - mean * mean)),
                tokens,
                places.stream()
                        .map(p -> new UnitActivity.Position(p.position, p.token, text.apply(p.token), p.value))
                        .toList());
    }
}
