package org.rhn4j.app.apply;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.Detection;
import org.rhn4j.tasks.anomaly.LabelledScore;
import org.rhn4j.tasks.series.TimeAxis;

/** What {@code rhn detect} prints: alarms as they come, a summary in the end. */
final class DetectionReport {
    private static final double NAMED_SHARE = 0.1;
    private static final int SLACK = 10;
    private static final int MOST_KEPT = 10_000;

    private final PrintWriter printer;
    private final ProgressLine line;
    private final AnomalyConfiguration configuration;
    private final double rate;
    private final boolean json;
    private final boolean follow;
    private final LabelledScore.Counter counter = new LabelledScore.Counter(SLACK);
    private final List<Alarm> kept = new ArrayList<>();
    private final long start = System.nanoTime();
    private boolean labelled;
    private long rows;
    private long passedOver;
    private long alarms;

    /** An alarm: when, in which line, how surprising, and each channel's share where it is a tenth at least. */
    record Alarm(String time, long line, double score, double probability, Map<String, Double> causes) {}

    /** Precision and recall against labels; absent where nothing was flagged, labelled or alarmed. */
    record Labels(
            @Nullable Double rowPrecision,
            @Nullable Double rowRecall,
            @Nullable Double eventPrecision,
            @Nullable Double eventRecall,
            LabelledScore counts) {
        static Labels of(LabelledScore score) {
            return new Labels(
                    number(score.rowPrecision()),
                    number(score.rowRecall()),
                    number(score.eventPrecision()),
                    number(score.eventRecall()),
                    score);
        }

        private static @Nullable Double number(double value) {
            return Double.isNaN(value) ? null : value;
        }
    }

    /** The result for programs; the first ten thousand alarms. */
    record Result(
            long rows,
            long passedOver,
            double seconds,
            double rowsPerSecond,
            double threshold,
            long alarmCount,
            List<Alarm> alarms,
            @Nullable Labels labels) {}

    DetectionReport(
            PrintWriter printer,
            ProgressLine line,
            AnomalyConfiguration configuration,
            double rate,
            boolean json,
            boolean follow) {
        this.printer = printer;
        this.line = line;
        this.configuration = configuration;
        this.rate = rate;
        this.json = json;
        this.follow = follow;
    }

    AnomalyConfiguration configuration() {
        return configuration;
    }

    /** A row was seen before the restart. */
    void passOver() {
        passedOver++;
    }

    /** Takes a row; the alarm that it raised, or null. */
    @Nullable
    Alarm row(TimeAxis axis, long inputLine, Detection detection, boolean anomalous, boolean hasLabel) {
        rows++;
        labelled |= hasLabel;
        if (hasLabel) {
            counter.add(detection.probability() <= rate, detection.alarm(), anomalous);
        }
        if (!detection.alarm()) {
            return null;
        }
        Alarm alarm =
                new Alarm(axis.textAt(0), inputLine, detection.score(), detection.probability(), causes(detection));
        tell(alarm);
        return alarm;
    }

    private void tell(Alarm alarm) {
        alarms++;
        if (json && !follow) {
            if (kept.size() < MOST_KEPT) {
                kept.add(alarm);
            }
            return;
        }
        line.clear();
        printer.println(json ? Json.toLine(alarm).strip() : sentence(alarm));
        printer.flush();
    }

    private String sentence(Alarm alarm) {
        List<String> causes = new ArrayList<>();
        alarm.causes().forEach((name, share) -> causes.add("%s %.0f %%".formatted(name, 100 * share)));
        return String.format(
                Locale.ROOT,
                "%s  line %d  score %.3f (one row in %s)  %s",
                alarm.time(),
                alarm.line(),
                alarm.score(),
                rarity(alarm.probability()),
                String.join(", ", causes));
    }

    private static String rarity(double probability) {
        return probability < 1e-9 ? "more than a billion" : Formats.count(Math.round(1 / probability));
    }

    private Map<String, Double> causes(Detection detection) {
        Map<String, Double> causes = new LinkedHashMap<>();
        double[] shares = detection.contributions();
        IntStream.range(0, shares.length)
                .boxed()
                .filter(c -> shares[c] >= NAMED_SHARE)
                .sorted((a, b) -> Double.compare(shares[b], shares[a]))
                .forEach(c -> causes.put(configuration.channels().get(c), shares[c]));
        return causes;
    }

    /** How far it is, with the time left where the share done is known. */
    String progress(double share) {
        double seconds = seconds();
        String text = "%s rows, %s rows/s, %s"
                .formatted(Formats.count(rows), Formats.count(Math.round(rows / seconds)), alarmsText());
        return share <= 0 ? text : text + ", " + Formats.about(seconds * (1 - share) / share) + " left";
    }

    private String alarmsText() {
        return Formats.counted(alarms, "alarm");
    }

    private double seconds() {
        return Math.max(1e-9, (System.nanoTime() - start) * 1e-9);
    }

    /** Prints the summary. */
    void end() {
        double seconds = seconds();
        LabelledScore score = counter.score();
        if (json && !follow) {
            printer.print(Json.toText(new Result(
                    rows,
                    passedOver,
                    seconds,
                    rows / seconds,
                    Detection.score(rate),
                    alarms,
                    kept,
                    labelled ? Labels.of(score) : null)));
        } else if (!json) {
            printer.printf(
                    Locale.ROOT,
                    "%s rows in %s (%s rows per second), %s; an alarm is a score of %.3f or more%n",
                    Formats.count(rows),
                    Formats.duration(seconds),
                    Formats.count(Math.round(rows / seconds)),
                    alarmsText(),
                    Detection.score(rate));
            if (passedOver > 0) {
                printer.printf(Locale.ROOT, "%s rows had been seen before%n", Formats.count(passedOver));
            }
            if (labelled) {
                printer.printf(
                        Locale.ROOT,
                        "against the labels, by rows: precision %s, recall %s; by events: %d of %d found, %d false"
                                + " alarms%n",
                        Formats.share(score.rowPrecision(), "no row is flagged"),
                        Formats.share(score.rowRecall(), "no row is labelled"),
                        score.foundEvents(),
                        score.events(),
                        score.falseAlarms());
            }
        }
        printer.flush();
    }
}
