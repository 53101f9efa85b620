package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rhn4j.UserError;

/**
 * How a pilot's time is spent: every training gets the same, and what follows the trainings has its share set aside.
 *
 * @param rounds trainings that each thread does, one after the other
 * @param secondsPerRun of training
 * @param secondsInAll from the pilot's start to its end
 */
record PilotSchedule(int rounds, double secondsPerRun, double secondsInAll) {
    /** Share of the whole time for a warm-up: with less the first trainings would run code that is not compiled yet. */
    static final double WARM_UP = 0.06;
    /** Share of the whole time to time forecasts. */
    static final double TIMING = 0.05;
    /** Share of the whole time to forecast from shortened pasts. */
    static final double REACH = 0.05;
    /** Share of the whole time for what is drawn and written. */
    static final double REST = 0.01;
    /** Less training than this says nothing about a network. */
    static final double FEWEST_SECONDS = 0.5;

    /**
     * The runs of a pilot. Seeds come one after the other, so that a pilot that is stopped has compared every network
     * as often as it could.
     */
    static List<PilotListener.Run> runs(PilotSettings settings) {
        List<PilotListener.Run> runs = new ArrayList<>();
        for (int i = 0; i < settings.seeds(); i++) {
            for (ContenderName name : networks(settings)) {
                runs.add(new PilotListener.Run(name, settings.seed() + i));
            }
        }
        return runs;
    }

    /** The networks of a pilot. */
    static List<ContenderName> networks(PilotSettings settings) {
        List<ContenderName> names = new ArrayList<>(List.of(ContenderName.of(settings.incumbent(), 1)));
        settings.depths().forEach(depth -> names.add(ContenderName.rhn(depth)));
        return names;
    }

    /** Seconds for the warm-up. */
    static double warmUpSeconds(PilotSettings settings) {
        return WARM_UP * 60 * settings.minutes();
    }

    /**
     * Refuses a pilot whose trainings would be too short, before any work.
     *
     * @throws UserError that tells how long it has to be
     */
    static void requireTime(PilotSettings settings) {
        double around = WARM_UP + TIMING + REACH + REST;
        double training = 60 * settings.minutes() * (1 - around) / rounds(settings);
        if (training < FEWEST_SECONDS) {
            double needed = FEWEST_SECONDS * rounds(settings) / (1 - around) / 60;
            throw new UserError(String.format(
                    Locale.ROOT,
                    "%s minutes are too few for %d trainings, %d at a time; give at least %.1f by --minutes, or fewer"
                            + " --seeds or --depths.",
                    settings.minutes(),
                    settings.runs(),
                    settings.sideBySide(),
                    Math.ceil(10 * needed) / 10));
        }
    }

    private static int rounds(PilotSettings settings) {
        return Math.ceilDiv(settings.runs(), settings.sideBySide());
    }

    /**
     * The schedule of what is left. Where the machine turns out too slow for the time given, trainings still last
     * {@value #FEWEST_SECONDS} s, and the pilot ends later than asked: {@link #secondsInAll} tells when.
     *
     * @param secondsSpent since the pilot's start
     * @param evaluationSeconds that the evaluation after each training takes
     */
    static PilotSchedule of(PilotSettings settings, double secondsSpent, double evaluationSeconds) {
        double all = 60 * settings.minutes();
        int rounds = rounds(settings);
        double afterwards = (TIMING + REACH + REST) * all;
        double left = all - Math.max(secondsSpent, warmUpSeconds(settings)) - afterwards;
        double training = Math.max(FEWEST_SECONDS, left / rounds - evaluationSeconds);
        return new PilotSchedule(rounds, training, secondsSpent + rounds * (training + evaluationSeconds) + afterwards);
    }
}
