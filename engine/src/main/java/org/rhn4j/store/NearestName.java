package org.rhn4j.store;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what a person most likely meant by a misspelt name. */
public final class NearestName {
    private NearestName() {}

    /**
     * The candidate with the fewest edits (insertion, deletion, substitution, swap of neighbours; upper and lower case
     * count as equal), if that is at most a third of the longer name's length; the first of equals.
     */
    public static Optional<String> of(String name, Collection<String> candidates) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Optional<String> nearest = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int longer = Math.max(name.length(), candidate.length());
            int shorter = Math.min(name.length(), candidate.length());
            if (longer > 255 || (longer - shorter) * 3 > longer) {
                continue;
            }
            int edits = edits(wanted, candidate.toLowerCase(Locale.ROOT));
            if (edits < fewest && edits * 3 <= Math.max(longer, 3)) {
                fewest = edits;
                nearest = Optional.of(candidate);
            }
        }
        return nearest;
    }

    /** The optimal string alignment distance. */
    private static int edits(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : fewestEdits(a, b, i, j, distance);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int fewestEdits(String a, String b, int i, int j, int[][] distance) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int fewest = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
        fewest = Math.min(fewest, distance[i - 1][j - 1] + substitution);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(fewest, distance[i - 2][j - 2] + 1) : fewest;
    }
}
