package org.rhn4j.app.pilot;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportPage;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.Contender;
import org.rhn4j.pilot.ContenderName;
import org.rhn4j.pilot.DecisionRules;
import org.rhn4j.pilot.Instability;
import org.rhn4j.pilot.PastReach;
import org.rhn4j.pilot.PilotResult;

/** Makes of a pilot's result one HTML page with charts, which needs nothing beside it. */
final class PilotReport {
    private PilotReport() {}

    /** The page. */
    static String html(PilotResult result, ReportLanguage language) {
        PilotSentences sentences = PilotSentences.of(language);
        Map<String, String> names = new TreeMap<>();
        for (Contender contender : result.contenders()) {
            names.put(key(contender.name()), sentences.name(contender.name()));
        }
        Page page = new Page(
                result,
                names,
                sentences.said(result.decision().incumbent()),
                sentences.headline(result.decision()),
                sentences.summary(result.decision()),
                result.decision().reasons().stream()
                        .map(reason -> sentences.reason(reason, result))
                        .toList(),
                result.instabilities().stream()
                        .map(found -> Unstable.of(found, sentences))
                        .toList(),
                result.reach().stream().mapToInt(PastReach::stepsNeeded).toArray(),
                PastReach.TOLERANCE,
                DecisionRules.WORTHWHILE,
                sentences.all());
        String title = sentences.all().get("page.title") + " · " + result.data().target();
        return ReportPage.html("pilot", title, language, page);
    }

    /** The page's data; its keys are what the script of pilot.html reads. */
    private record Page(
            PilotResult result,
            Map<String, String> names,
            String incumbent,
            String headline,
            String summary,
            List<String> reasons,
            List<Unstable> unstable,
            int[] stepsNeeded,
            double tolerance,
            double worthwhile,
            Map<String, String> text) {}

    private record Unstable(boolean inData, String sentence) {
        static Unstable of(Instability found, PilotSentences sentences) {
            return new Unstable(found.contender() == null, sentences.instability(found));
        }
    }

    /** How the page's script calls a contender: {@code lstm}, {@code rhn-3}. */
    private static String key(ContenderName name) {
        return name.kind().equals(CellKind.RHN.key()) ? name.kind() + "-" + name.depth() : name.kind();
    }
}
