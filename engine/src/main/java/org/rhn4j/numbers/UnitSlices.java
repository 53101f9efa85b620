package org.rhn4j.numbers;

/**
 * Divides the units of a layer among workers, in whole blocks of 16 units, so that no vector is ever split.
 *
 * @param units the units that the user asked for
 * @param padded {@code units} rounded up to a multiple of 16; those beyond have zero weights, so their states and
 *     gradients stay zero and no user sees them
 * @param workers how many share them
 */
public record UnitSlices(int units, int padded, int workers) {
    /** Units in a block: the floats of the widest vector register, and a cache line. */
    public static final int BLOCK = 16;

    /** The slices of {@code units} units for a number of workers. */
    public static UnitSlices of(int units, int workers) {
        return new UnitSlices(units, Math.ceilDiv(units, BLOCK) * BLOCK, workers);
    }

    /** The first padded unit of a worker. */
    public int start(int worker) {
        long blocks = padded / BLOCK;
        return (int) (blocks * worker / workers) * BLOCK;
    }

    /** How many padded units a worker has; may be 0. */
    public int width(int worker) {
        return start(worker + 1) - start(worker);
    }

    /** The worker that owns a unit. */
    public int ownerOf(int unit) {
        for (int worker = 0; worker < workers; worker++) {
            if (unit < start(worker + 1)) {
                return worker;
            }
        }
        throw new IndexOutOfBoundsException("unit " + unit + " of " + padded);
    }
}
