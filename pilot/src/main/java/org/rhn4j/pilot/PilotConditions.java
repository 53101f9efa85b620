package org.rhn4j.pilot;

/**
 * Under what conditions the pilot ran.
 *
 * @param finished when it ended, as 2026-01-31 14:05
 * @param engine what computed, in a line
 * @param processor the processor's name
 * @param processors how many of it the pilot could use
 * @param sideBySide trainings that ran at once
 * @param secondsPerRun training time that each run was given
 * @param seconds time of the whole pilot
 * @param watts power drawn while computing
 * @param energySource where {@code watts} is from
 * @param pricePerHour of the machine
 * @param currency ISO 4217 code of the price
 * @param residentBytes memory of the whole process, Java included, when the forecasts were timed; 0 where the system
 *     does not tell
 */
public record PilotConditions(
        String finished,
        String engine,
        String processor,
        int processors,
        int sideBySide,
        String java,
        String system,
        double secondsPerRun,
        double seconds,
        double watts,
        EnergySource energySource,
        double pricePerHour,
        String currency,
        long residentBytes) {
    /** The same, with the end of the pilot. */
    PilotConditions finished(String when, double secondsInAll) {
        return new PilotConditions(
                when,
                engine,
                processor,
                processors,
                sideBySide,
                java,
                system,
                secondsPerRun,
                secondsInAll,
                watts,
                energySource,
                pricePerHour,
                currency,
                residentBytes);
    }

    /** Where a figure of power is from. */
    public enum EnergySource {
        /** A rule of thumb: nobody measured or told it. */
        ASSUMED,
        /** The user told it. */
        GIVEN,
        /** The processor's own counters (RAPL), during the timing of forecasts: whole sockets, without the rest. */
        MEASURED
    }
}
