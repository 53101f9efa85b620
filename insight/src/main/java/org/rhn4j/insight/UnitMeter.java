package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Gathers where one unit's gate opens, window by window. */
final class UnitMeter {
    private static final int SHOWN = 12;

    private record Place(int place, double value) {}

    private final UnitActivity.Choice choice;
    private final String gate;
    private final List<PlaceGroups> groups;
    private final double[][] sums;
    private final int[][] counts;
    private final PriorityQueue<Place> widest = new PriorityQueue<>(Comparator.comparingDouble(Place::value));
    private float[] byStep = new float[0];
    private double sum;
    private double squares;
    private long steps;

    /**
     * @param gate the first gate of the cell
     * @param groups by what places are grouped
     */
    UnitMeter(UnitActivity.Choice choice, String gate, List<PlaceGroups> groups) {
        this.choice = choice;
        this.gate = gate;
        this.groups = groups;
        sums = groups.stream().map(each -> new double[each.size()]).toArray(double[][]::new);
        counts = groups.stream().map(each -> new int[each.size()]).toArray(int[][]::new);
    }

    UnitActivity.Choice choice() {
        return choice;
    }

    /**
     * Adds a window; the first one's first sequence is the stretch that is kept step by step.
     *
     * @param trace of the unit's layer
     * @param places what entered the network [T·B]
     */
    void add(LayerTrace trace, int[] places) {
        boolean first = byStep.length == 0;
        if (first) {
            byStep = new float[trace.steps()];
        }
        for (int row = 0; row < trace.rows(); row++) {
            float value = trace.gate(choice.microLayer(), 0, row, choice.unit());
            for (int g = 0; g < sums.length; g++) {
                int group = groups.get(g).group().applyAsInt(places[row]);
                if (group >= 0) {
                    sums[g][group] += value;
                    counts[g][group]++;
                }
            }
            if (first && row % trace.batch() == 0) {
                byStep[row / trace.batch()] = value;
            }
            sum += value;
            squares += (double) value * value;
            widest.add(new Place(places[row], value));
            if (widest.size() > SHOWN) {
                widest.remove();
            }
        }
        steps += trace.rows();
    }

    /**
     * What was found.
     *
     * @param minimumCount groups that are ranked must have come so often
     * @param subject knows the texts
     * @param timeConstants of the layer's units; empty where nothing is carried
     */
    UnitActivity result(int minimumCount, Subject subject, float[] timeConstants) {
        List<UnitActivity.Profile> profiles = new ArrayList<>();
        int[] telling = IntStream.range(0, sums.length)
                .boxed()
                .sorted(Comparator.comparingDouble(this::explained).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        for (int g : telling) {
            List<UnitActivity.Opening> openings = openings(g, minimumCount);
            if (openings.size() > 1) {
                profiles.add(new UnitActivity.Profile(
                        groups.get(g).by(), groups.get(g).channel(), openings));
            }
        }
        List<Place> places = new ArrayList<>(widest);
        places.sort(Comparator.comparingDouble(Place::value).reversed().thenComparingInt(Place::place));
        double mean = sum / steps;
        return new UnitActivity(
                gate,
                choice.microLayer(),
                choice.unit(),
                mean,
                Math.sqrt(Math.max(0, squares / steps - mean * mean)),
                timeConstants.length == 0 ? null : Double.valueOf(timeConstants[choice.unit()]),
                byStep,
                profiles,
                places.stream()
                        .map(p -> new UnitActivity.Position(subject.position(p.place), subject.text(p.place), p.value))
                        .toList());
    }

    /** The part of the gate's variance that lies between the groups' means: how much the grouping tells of it. */
    private double explained(int g) {
        double total = 0;
        double between = 0;
        long count = 0;
        for (int group = 0; group < counts[g].length; group++) {
            if (counts[g][group] > 0) {
                total += sums[g][group];
                count += counts[g][group];
                between += sums[g][group] * sums[g][group] / counts[g][group];
            }
        }
        return count == 0 ? 0 : between / count - total / count * (total / count);
    }

    private List<UnitActivity.Opening> openings(int g, int minimumCount) {
        PlaceGroups by = groups.get(g);
        int least = by.ranked() ? minimumCount : 1;
        Stream<UnitActivity.Opening> all = IntStream.range(0, by.size())
                .filter(group -> counts[g][group] >= least)
                .mapToObj(group -> new UnitActivity.Opening(
                        by.text().apply(group), counts[g][group], sums[g][group] / counts[g][group]));
        return by.ranked()
                ? all.sorted(Comparator.comparingDouble(UnitActivity.Opening::mean)
                                .reversed())
                        .limit(SHOWN)
                        .toList()
                : all.toList();
    }
}
