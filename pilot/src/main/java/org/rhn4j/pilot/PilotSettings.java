package org.rhn4j.pilot;

import java.util.List;
import java.util.Optional;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;

/**
 * How a pilot is to run.
 *
 * @param horizon rows to forecast at once
 * @param minutes time of the whole pilot
 * @param seeds trainings of each network
 * @param incumbent the cell of the network that highway networks are held against
 * @param depths of the highway networks, ascending
 * @param parameters trainable numbers that every network is sized to, about; 0 to choose them by the data
 * @param sideBySide trainings at once, each on one thread
 * @param watts power while computing, where the user knows it
 * @param pricePerHour of the machine
 * @param currency ISO 4217 code of the price
 * @param seed of the first training; the others follow
 */
public record PilotSettings(
        int horizon,
        double minutes,
        int seeds,
        CellKind incumbent,
        List<Integer> depths,
        long parameters,
        int sideBySide,
        Optional<Double> watts,
        double pricePerHour,
        String currency,
        long seed) {
    /** Depths that a pilot tries unless told otherwise. */
    public static final List<Integer> DEPTHS = List.of(1, 2, 3, 5);

    /** Power of a busy core where nobody knows better: a server's draw at the wall, shared by its cores. */
    public static final double ASSUMED_WATTS = 10;

    /**
     * @throws UserError if a value is out of its range
     */
    public PilotSettings {
        depths = List.copyOf(depths);
        require(horizon >= 1 && horizon <= 10_000, "horizon", horizon, "from 1 to 10000");
        require(minutes > 0 && minutes <= 10_000, "time in minutes", minutes, "above 0");
        require(seeds >= 1 && seeds <= 1000, "number of seeds", seeds, "from 1 to 1000");
        require(parameters == 0 || parameters >= 100, "number of parameters", parameters, "at least 100");
        require(sideBySide >= 1 && sideBySide <= 1024, "number of threads", sideBySide, "from 1 to 1024");
        require(pricePerHour >= 0 && pricePerHour < 1e9, "price per hour", pricePerHour, "0 or more");
        if (watts.isPresent()) {
            require(watts.get() > 0 && watts.get() < 1e6, "power in watts", watts.get(), "above 0");
        }
        if (incumbent == CellKind.RHN) {
            throw new UserError(
                    "A pilot holds highway networks against another network; name another cell for it than rhn.");
        }
        for (int depth : depths) {
            require(depth >= 1 && depth <= 100, "depth", depth, "from 1 to 100");
        }
        if (depths.isEmpty()) {
            throw new UserError("A pilot needs at least one depth of highway network; give --depths, as in 1,2,3.");
        }
    }

    private static void require(boolean right, String name, Number value, String range) {
        if (!right) {
            throw new UserError("The %s is %s, but must be %s.".formatted(name, value, range));
        }
    }

    /** Trainings that the pilot plans. */
    public int runs() {
        return seeds * (depths.size() + 1);
    }
}
