package org.rhn4j.app.pages;

import java.util.List;
import java.util.Map;
import org.rhn4j.app.console.ResultTable;

/** Tables and charts of an experiment as one HTML page. */
public final class ResultPage {
    private ResultPage() {}

    /** Points joined by a line. */
    public record Line(String name, List<double[]> points) {
        public Line {
            points = points.stream().map(ReportPage::rounded).toList();
        }
    }

    /** Lines over a common axis. */
    public record Chart(String title, String how, String x, String y, List<Line> lines) {}

    /** The page's content; {@code text} has no entries, but what all pages share asks for it. */
    record Data(String title, String lead, List<Chart> charts, List<ResultTable> tables, Map<String, String> text) {}

    /** The page. */
    public static String html(String title, String lead, List<Chart> charts, List<ResultTable> tables) {
        return ReportPage.html("result", title, ReportLanguage.EN, new Data(title, lead, charts, tables, Map.of()));
    }
}
