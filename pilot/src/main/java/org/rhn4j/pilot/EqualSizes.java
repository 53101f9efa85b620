package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * Widths of networks that make their numbers of parameters as equal as whole units allow.
 *
 * <p>A unit more or less changes a small network by several percent, so networks sized one by one to a given number lie
 * up to that far apart. Of all numbers near the one asked for, this takes one at which they lie closest together.
 */
final class EqualSizes {
    /** How far from the number asked for a network may lie, as a share of it. */
    static final double ROOM = 0.1;
    /** Closer together than this is close enough: then the number asked for counts. */
    private static final double CLOSE = 0.01;

    private static final int WIDEST = 65_536;

    private EqualSizes() {}

    /** A network at a width. */
    private record Size(int network, int units, long parameters) {}

    /**
     * Sizes networks.
     *
     * @param counts of each network, its parameters by its units, which rise with them
     * @param wanted about how many parameters
     * @return the units of each
     */
    static int[] of(List<IntToLongFunction> counts, long wanted) {
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            addSizes(i, counts.get(i), wanted, sizes);
        }
        sizes.sort(Comparator.comparingLong(Size::parameters));
        int[] units = new int[counts.size()];
        long best = Long.MAX_VALUE;
        double leastApart = Double.POSITIVE_INFINITY;
        // Going through the sizes in ascending order, the latest of each network are the closest group that ends here.
        Map<Integer, Size> latest = new HashMap<>();
        for (Size size : sizes) {
            latest.put(size.network, size);
            if (latest.size() < counts.size()) {
                continue;
            }
            double apart = Math.max(CLOSE, apart(latest.values()));
            long distance = latest.values().stream()
                    .mapToLong(each -> Math.abs(each.parameters - wanted))
                    .sum();
            if (apart < leastApart || (apart == leastApart && distance < best)) {
                leastApart = apart;
                best = distance;
                latest.values().forEach(each -> units[each.network] = each.units);
            }
        }
        return units;
    }

    /** The widths of a network whose parameters lie near the number wanted, the nearest among them. */
    private static void addSizes(int network, IntToLongFunction count, long wanted, List<Size> sizes) {
        int low = 1;
        int high = WIDEST;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (count.applyAsLong(middle) < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long above = count.applyAsLong(low);
        sizes.add(new Size(network, low, above));
        for (int units = low + 1; units <= WIDEST && count.applyAsLong(units) <= wanted * (1 + ROOM); units++) {
            sizes.add(new Size(network, units, count.applyAsLong(units)));
        }
        for (int units = low - 1; units >= 1; units--) {
            long parameters = count.applyAsLong(units);
            if (units < low - 1 && parameters < wanted * (1 - ROOM)) {
                break;
            }
            sizes.add(new Size(network, units, parameters));
        }
    }

    /** By which share the largest of the networks is larger than the smallest. */
    static double apart(List<IntToLongFunction> counts, int[] units) {
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < units.length; i++) {
            sizes.add(new Size(i, units[i], counts.get(i).applyAsLong(units[i])));
        }
        return apart(sizes);
    }

    private static double apart(Collection<Size> sizes) {
        long smallest = sizes.stream().mapToLong(Size::parameters).min().orElseThrow();
        long largest = sizes.stream().mapToLong(Size::parameters).max().orElseThrow();
        return (largest - smallest) / (double) smallest;
    }
}
