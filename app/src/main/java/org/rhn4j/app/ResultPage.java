package org.rhn4j.app;

import java.util.List;
import java.util.Map;

/** Tables and charts of an experiment as one HTML page. */
final class ResultPage {
    private ResultPage() {}

    /** Points joined by a line. */
    record Line(String name, List<double[]> points) {
        Line {
            points = points.stream().map(ReportPage::rounded).toList();
        }
    }

    /** Lines over a common axis. */
    record Chart(String title, String how, String x, String y, List<Line> lines) {}

    /** The page's content; {@code text} has no entries, but what all pages share asks for it. */
    record Data(String title, String lead, List<Chart> charts, List<ResultTable> tables, Map<String, String> text) {}

    /** The page. */
    static String html(String title, String lead, List<Chart> charts, List<ResultTable> tables) {
        return ReportPage.html(
                "result.html", title, ReportLanguage.EN, new Data(title, lead, charts, tables, Map.of()));
    }
}
