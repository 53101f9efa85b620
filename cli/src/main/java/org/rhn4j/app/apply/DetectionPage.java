package org.rhn4j.app.apply;

import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportPage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.tasks.anomaly.Detection;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * The picture of a detection: columns, score and alarms over time as one HTML page, which needs nothing beside it.
 *
 * <p>Memory is constant: rows are gathered in at most {@value #MOST_BUCKETS} buckets of equally many rows, of which least
 * and largest values and the highest score are kept; when all are full, two become one.
 */
final class DetectionPage {
    /** The most points along the time axis. */
    static final int MOST_BUCKETS = 3000;
    /** The most alarms that the page tells. */
    static final int MOST_ALARMS = 500;
    /** The most columns that the page draws. */
    static final int MOST_CHANNELS = 12;

    private final List<String> channels;
    private final double threshold;
    private final String[] times = new String[MOST_BUCKETS];
    private final double[][] low;
    private final double[][] high;
    private final double[] score = new double[MOST_BUCKETS];
    private final boolean[] labelled = new boolean[MOST_BUCKETS];
    private final double[] blame;
    private final List<Alarm> alarms = new ArrayList<>();
    private long rows;
    private long alarmCount;
    private long perBucket = 1;
    private int buckets;
    private long inBucket;

    /** An alarm and the row it is of, from 0. */
    private record Alarm(long row, DetectionReport.Alarm told) {}

    /** The page's data; its keys are what the script of detect.html reads. A value of null is missing. */
    private record Page(
            String model,
            String network,
            long rows,
            long perBucket,
            double threshold,
            long alarmCount,
            int hiddenChannels,
            List<String> times,
            List<Channel> channels,
            List<Double> score,
            List<int[]> labels,
            List<Told> alarms,
            Map<String, String> text) {}

    private record Channel(String name, List<@Nullable Double> low, List<@Nullable Double> high) {}

    private record Told(int bucket, String time, long line, double score, double probability, List<Cause> causes) {}

    private record Cause(String name, double share) {}

    /** @param threshold the score from which on an alarm is raised */
    DetectionPage(List<String> channels, double threshold) {
        this.channels = channels;
        this.threshold = threshold;
        low = new double[channels.size()][MOST_BUCKETS];
        high = new double[channels.size()][MOST_BUCKETS];
        blame = new double[channels.size()];
    }

    /**
     * Takes a row.
     *
     * @param values [C], NaN where missing
     * @param alarm what is told of it where it raised an alarm
     */
    void row(
            TimeAxis axis,
            double[] values,
            Detection detection,
            boolean anomalous,
            DetectionReport.@Nullable Alarm alarm) {
        if (inBucket == 0) {
            open(axis.textAt(0));
        }
        int b = buckets - 1;
        for (int c = 0; c < channels.size(); c++) {
            low[c][b] = least(low[c][b], values[c]);
            high[c][b] = -least(-high[c][b], -values[c]);
        }
        score[b] = Math.max(score[b], detection.score());
        labelled[b] |= anomalous;
        if (alarm != null) {
            alarmCount++;
            for (int c = 0; c < channels.size(); c++) {
                blame[c] += detection.contributions()[c];
            }
            if (alarms.size() < MOST_ALARMS) {
                alarms.add(new Alarm(rows, alarm));
            }
        }
        rows++;
        inBucket = (inBucket + 1) % perBucket;
    }

    private static double least(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
    }

    private void open(String time) {
        if (buckets == MOST_BUCKETS) {
            halve();
        }
        times[buckets] = time;
        for (int c = 0; c < channels.size(); c++) {
            low[c][buckets] = Double.NaN;
            high[c][buckets] = Double.NaN;
        }
        score[buckets] = 0;
        labelled[buckets] = false;
        buckets++;
    }

    private void halve() {
        buckets = MOST_BUCKETS / 2;
        for (int b = 0; b < buckets; b++) {
            times[b] = times[2 * b];
            score[b] = Math.max(score[2 * b], score[2 * b + 1]);
            labelled[b] = labelled[2 * b] || labelled[2 * b + 1];
            for (int c = 0; c < channels.size(); c++) {
                low[c][b] = least(low[c][2 * b], low[c][2 * b + 1]);
                high[c][b] = -least(-high[c][2 * b], -high[c][2 * b + 1]);
            }
        }
        perBucket *= 2;
    }

    /**
     * The page.
     *
     * @param model what to call the model
     * @param network its network in one line
     */
    String html(String model, String network, ReportLanguage language) {
        ReportText text = ReportText.of("detect", language);
        // those that alarms are blamed on first, where not all can be drawn
        int[] drawn = IntStream.range(0, channels.size())
                .boxed()
                .sorted((a, b) -> Double.compare(blame[b], blame[a]))
                .limit(MOST_CHANNELS)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        Page page = new Page(
                model,
                network,
                rows,
                perBucket,
                ReportPage.round(threshold),
                alarmCount,
                channels.size() - drawn.length,
                Arrays.asList(times).subList(0, buckets),
                Arrays.stream(drawn).mapToObj(this::channel).toList(),
                Arrays.stream(score, 0, buckets).mapToObj(ReportPage::round).toList(),
                labels(),
                alarms.stream().map(this::told).toList(),
                text.all());
        return ReportPage.html("detect", text.text("page.title") + " · " + model, language, page);
    }

    private Channel channel(int c) {
        MathContext digits = ReportPage.digits(Arrays.copyOf(low[c], buckets), Arrays.copyOf(high[c], buckets));
        return new Channel(channels.get(c), numbers(low[c], digits), numbers(high[c], digits));
    }

    private List<@Nullable Double> numbers(double[] values, MathContext digits) {
        List<@Nullable Double> numbers = new ArrayList<>(buckets);
        for (int b = 0; b < buckets; b++) {
            numbers.add(Double.isNaN(values[b]) ? null : Double.valueOf(ReportPage.round(values[b], digits)));
        }
        return numbers;
    }

    /** Runs of labelled buckets, first and last. */
    private List<int[]> labels() {
        List<int[]> runs = new ArrayList<>();
        for (int b = 0; b < buckets; b++) {
            if (labelled[b] && b > 0 && labelled[b - 1]) {
                runs.getLast()[1] = b;
            } else if (labelled[b]) {
                runs.add(new int[] {b, b});
            }
        }
        return runs;
    }

    private Told told(Alarm alarm) {
        DetectionReport.Alarm told = alarm.told;
        List<Cause> causes = new ArrayList<>();
        told.causes().forEach((name, share) -> causes.add(new Cause(name, ReportPage.round(share))));
        return new Told(
                (int) (alarm.row / perBucket),
                told.time(),
                told.line(),
                ReportPage.round(told.score()),
                ReportPage.round(told.probability()),
                causes);
    }
}
