package org.rhn4j.pilot;

import java.util.List;
import java.util.Optional;

/**
 * All that a pilot measured, and what it recommends; {@code pilot.json} holds it.
 *
 * @param software name and version of the program
 * @param complete whether every run that was planned is in it; false where the pilot was stopped
 * @param band share of true values that should lie within the outermost quantiles
 * @param windows the test windows, in the order of each run's errors
 */
public record PilotResult(
        String software,
        boolean complete,
        PilotData data,
        PilotConditions conditions,
        double band,
        List<Contender> contenders,
        List<TestWindow> windows,
        List<DrawnForecast> forecasts,
        List<PastReach> reach,
        List<Instability> instabilities,
        Decision decision) {
    /** Copies the lists. */
    public PilotResult {
        contenders = List.copyOf(contenders);
        windows = List.copyOf(windows);
        forecasts = List.copyOf(forecasts);
        reach = List.copyOf(reach);
        instabilities = List.copyOf(instabilities);
    }

    /** The contender of a name, if it took part. */
    public Optional<Contender> contender(ContenderName name) {
        return contenders.stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst();
    }
}
