package org.rhn4j.insight;

import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.rhn4j.insight.UnitActivity.Grouping;

/**
 * A way to group the places of the data.
 *
 * @param by what
 * @param channel which measured value; empty where it is not one's
 * @param size how many groups there are
 * @param group the group of a place; −1 where it has none
 * @param text what a group is called
 */
record PlaceGroups(Grouping by, String channel, int size, IntUnaryOperator group, IntFunction<String> text) {
    /** Whether groups are told by how far they open a gate, the first ones only, or all in their own order. */
    boolean ranked() {
        return by == Grouping.TOKEN;
    }
}
