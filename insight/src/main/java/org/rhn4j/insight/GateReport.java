package org.rhn4j.insight;

import java.util.List;

/**
 * What the gates of one layer do along the data.
 *
 * @param steps steps, of all sequences, that means are taken over
 * @param gates every gate of every micro-layer, by gate, then by micro-layer; empty for a deep-transition RNN
 * @param timeConstants the memory of each unit in steps, the mean of −1 ⁄ ln(product of its carries over a step) [H]:
 *     after so many steps what it carries has faded to 1/e; at most {@value #LONGEST}; empty where nothing is carried
 * @param units units shown singly
 */
public record GateReport(long steps, List<GateSummary> gates, float[] timeConstants, List<UnitActivity> units) {
    /** What a time constant is cut off at: f32 carries of 1 would make it infinite. */
    public static final double LONGEST = 1e6;

    /** Copies the lists. */
    public GateReport {
        gates = List.copyOf(gates);
        units = List.copyOf(units);
    }
}
