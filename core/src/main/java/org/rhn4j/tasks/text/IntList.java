package org.rhn4j.tasks.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing list of ints in blocks, so that growing never copies what is there. */
final class IntList {
    static final int LARGEST = Integer.MAX_VALUE - 8;
    private static final int BLOCK = 1 << 18;

    private final List<int[]> full = new ArrayList<>();
    private int[] last = new int[16];
    private int used;

    int size() {
        return full.size() * BLOCK + used;
    }

    void add(int value) {
        if (used == last.length) {
            if (used == BLOCK) {
                full.add(last);
                last = new int[BLOCK];
                used = 0;
            } else {
                last = Arrays.copyOf(last, Math.min(BLOCK, used * 2));
            }
        }
        last[used++] = value;
    }

    int[] toArray() {
        int[] all = new int[size()];
        int at = 0;
        for (int[] block : full) {
            System.arraycopy(block, 0, all, at, BLOCK);
            at += BLOCK;
        }
        System.arraycopy(last, 0, all, at, used);
        return all;
    }
}
