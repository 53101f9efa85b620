package org.rhn4j.insight;

import java.util.List;

/**
 * Where in a text one unit's gate opens.
 *
 * @param gate which gate
 * @param microLayer of which micro-layer
 * @param unit which unit
 * @param mean mean over the text
 * @param standardDeviation standard deviation over the text
 * @param tokens the tokens at which it is open widest on average, widest first
 * @param positions the places where it was open widest, widest first
 */
public record UnitActivity(
        GateKind gate,
        int microLayer,
        int unit,
        double mean,
        double standardDeviation,
        List<Opening> tokens,
        List<Position> positions) {
    /** Copies the lists. */
    public UnitActivity {
        tokens = List.copyOf(tokens);
        positions = List.copyOf(positions);
    }

    /**
     * How open a gate is at a token: at the step whose input the token is.
     *
     * @param token its id
     * @param text the token
     * @param count how often it came
     * @param mean the gate's mean then
     */
    public record Opening(int token, String text, int count, double mean) {}

    /**
     * How open a gate was at a place.
     *
     * @param position index of the token in the text
     * @param token its id
     * @param text the token
     * @param value the gate then
     */
    public record Position(int position, int token, String text, double value) {}

    /** A unit to be shown: its gate is that which lets something new in, of one micro-layer. */
    public record Choice(int layer, int microLayer, int unit) {}
}
