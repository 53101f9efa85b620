package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;

/**
 * One block of H rows in the weights of a {@link Cell}: the pre-activations of a gate, or of what the gates let through.
 *
 * @param name what files and pages call it
 * @param role what it does
 * @param biasShare where its bias starts, as a multiple of the bias that a training gives to transform gates; null where
 *     it starts as the weights do
 * @param apart whether the recurrent product and its bias are not added to the input's, so that the cell can do something
 *     to them first
 */
public record Gate(String name, Role role, @Nullable Double biasShare, boolean apart) {
    /** What a block's number does; all but the candidate lie between 0 (shut) and 1 (open). */
    public enum Role {
        /** What would be new in the state. */
        CANDIDATE,
        /** How much of the candidate enters the state, or the memory. */
        WRITES,
        /** How much of the state, or of the memory, stays. */
        KEEPS,
        /** How much of the state the candidate is made from. */
        READS,
        /** How much of the memory is shown as the state. */
        SHOWS
    }

    /** A block whose bias starts as the weights do. */
    public Gate(String name, Role role) {
        this(name, role, null, false);
    }

    /** A block whose bias starts at a multiple of the bias of transform gates. */
    public Gate(String name, Role role, double biasShare) {
        this(name, role, biasShare, false);
    }

    /** Whether it lies between 0 and 1. */
    public boolean isGate() {
        return role != Role.CANDIDATE;
    }

    /** A gate that a lesion holds: {@code open} or shut, whatever the cell's weights say. */
    public record Held(Gate gate, boolean open) {
        /** {@code forget-shut}, {@code output-open}. */
        public String name() {
            return gate.name + (open ? "-open" : "-shut");
        }
    }
}
