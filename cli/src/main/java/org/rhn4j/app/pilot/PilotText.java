package org.rhn4j.app.pilot;

import java.util.Locale;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.pilot.Contender;
import org.rhn4j.pilot.Cost;
import org.rhn4j.pilot.Decision;
import org.rhn4j.pilot.PilotResult;
import org.rhn4j.pilot.SeedRun;

/** A pilot's result in a few lines: the table, the recommendation and its reasons. */
final class PilotText {
    private PilotText() {}

    static String of(PilotResult result, ReportLanguage language) {
        PilotSentences sentences = PilotSentences.of(language);
        StringBuilder text = new StringBuilder();
        text.append(String.format("%9s %9s %10s %9s %9s  %n", "MASE", "± seeds", "RMSE", "ms p50", "ms p99"));
        for (Contender contender : result.contenders()) {
            if (contender.runs().isEmpty()) {
                continue;
            }
            Cost cost = contender.cost();
            text.append(String.format(
                    Locale.ROOT,
                    "%9.3f %9s %10.4g %9s %9s  %s%n",
                    contender.error(),
                    contender.runs().size() < 2 ? "–" : String.format(Locale.ROOT, "%.3f", deviation(contender)),
                    contender.runs().stream()
                            .mapToDouble(run -> run.accuracy().rmse())
                            .average()
                            .orElseThrow(),
                    cost == null ? "–" : String.format(Locale.ROOT, "%.3f", cost.p50Milliseconds()),
                    cost == null ? "–" : String.format(Locale.ROOT, "%.3f", cost.p99Milliseconds()),
                    sentences.name(contender.name())));
        }
        text.append(System.lineSeparator());
        text.append(sentences.headline(result.decision())).append(System.lineSeparator());
        text.append(sentences.summary(result.decision())).append(System.lineSeparator());
        for (Decision.Reason reason : result.decision().reasons()) {
            text.append("- ").append(sentences.reason(reason, result)).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static double deviation(Contender contender) {
        double mean = contender.error();
        double squares = contender.runs().stream()
                .mapToDouble(SeedRun::error)
                .map(error -> (error - mean) * (error - mean))
                .sum();
        return Math.sqrt(squares / (contender.runs().size() - 1));
    }
}
