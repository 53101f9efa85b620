package org.rhn4j.app.apply;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.app.console.StopSignals;
import org.rhn4j.app.files.CommandFiles;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.app.options.YesNoOptions;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.AnomalyDetector;
import org.rhn4j.tasks.anomaly.AnomalyModel;
import org.rhn4j.tasks.anomaly.Detection;
import org.rhn4j.tasks.anomaly.FalseAlarmRate;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesRows;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeAxis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhn detect}: scores rows one after another, with constant memory. */
@Command(
        name = "detect",
        sortOptions = false,
        description = "Score rows, tell alarms and what caused them.",
        footer = {
            "",
            "Examples:",
            "  rhn detect model --data sensor.csv --out scores.csv --plot page.html",
            "  rhn detect model --data sensor.csv --follow --state sensor.state --false-alarms 1/week",
            "  my-source | rhn detect model --data -"
        })
public final class DetectCommand implements Callable<Integer> {
    private static final int LONGEST_GAP = 1000;
    private static final String STANDARD_INPUT = "-";

    @Parameters(paramLabel = "MODEL", description = "The folder of a model that 'rhn train anomaly' made.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "A CSV file with the model's columns, or - for standard input.")
    private String data;

    @Option(names = "--follow", description = "Wait at the end of the file for more rows, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--out", paramLabel = "FILE", description = "A CSV file for the score of every row.")
    private @Nullable Path out;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Go on from the state in this file where there is one, and save it there in the end and now"
                    + " and then. Rows that it has seen already are passed over: by their time, or where a file has"
                    + " none by their number. --out goes on where the state does.")
    private @Nullable Path state;

    @Option(
            names = "--save-seconds",
            paramLabel = "S",
            description = "Time between two savings of the state (default: 10).")
    private double saveSeconds = 10;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draw columns, scores and alarms in the end, as one HTML file that needs no network.")
    private @Nullable Path plot;

    @Option(
            names = "--language",
            paramLabel = "en|ja",
            description = "Language of the picture, English or Japanese (default: en).")
    private ReportLanguage language = ReportLanguage.EN;

    @Option(
            names = "--false-alarms",
            paramLabel = "N/PERIOD",
            description = "False alarms to accept, as in 1/week, 2/day or 1/10000 rows (default: the model's).")
    private @Nullable String falseAlarms;

    @Option(
            names = "--labels",
            paramLabel = "COLUMN",
            description =
                    "A column that says whether a row is anomalous, to tell precision and recall: 1, true, yes; 0,"
                            + " false, no or empty.")
    private @Nullable String labels;

    @Mixin
    private YesNoOptions yesNo;

    @Option(
            names = "--json",
            description = "Print the result as one JSON object; with --follow each alarm as one, a line each.")
    private boolean json;

    @Mixin
    private EngineOptions engineOptions;

    @Spec
    private CommandSpec specification;

    private boolean seenAll;

    @Override
    public Integer call() {
        refuseContradictions();
        AnomalyConfiguration configuration = AnomalyConfiguration.read(folder);
        double rate = falseAlarms == null
                ? configuration.falseAlarms()
                : FalseAlarmRate.perRow(falseAlarms, configuration.frequency());
        PrintWriter err = specification.commandLine().getErr();
        ProgressLine line = ProgressLine.on(err);
        try (StopSignals signals = new StopSignals(() -> {});
                Engine engine = engineOptions.open();
                AnomalyModel model = AnomalyModel.load(folder, engine);
                AnomalyDetector detector = model.detector(rate);
                WatchedStream stream = new WatchedStream(stream(), follow, signals::isRaised)) {
            DetectionReport report =
                    new DetectionReport(specification.commandLine().getOut(), line, configuration, rate, json, follow);
            DetectionPage page =
                    plot == null ? null : new DetectionPage(configuration.channels(), Detection.score(rate));
            if (state != null && Files.exists(state)) {
                detector.restore(state);
                line.line("restored: %s rows were seen before".formatted(Formats.count(detector.rows())));
            }
            signals.listen();
            detect(detector, stream, report, page, signals, line);
            line.clear();
            if (page != null && plot != null) {
                String name = FileProblems.nameOf(folder.toAbsolutePath().normalize());
                AtomicFiles.writeText(plot, page.html(name, Descriptions.stack(configuration.network()), language));
                specification.commandLine().getErr().println("the picture is in " + plot);
            }
            report.end();
            return signals.isRaised() && !follow ? signals.exitStatus() : ExitStatus.OK;
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(data), e);
        }
    }

    private void refuseContradictions() {
        if (follow && data.equals(STANDARD_INPUT)) {
            throw new UserError("Standard input is read until it ends, so --follow is for files; leave it out.");
        }
        if (!(saveSeconds > 0)) {
            throw new UserError("--save-seconds must be above 0, not %s.".formatted(saveSeconds));
        }
        CommandFiles files = new CommandFiles()
                .reads("the model", folder)
                .writes("--out", out)
                .writes("--state", state)
                .writes("--plot", plot);
        boolean isFile = !data.equals(STANDARD_INPUT);
        (isFile ? files.reads("--data", Path.of(data)) : files.readsStandardInput()).requireApart();
    }

    private InputStream stream() throws IOException {
        if (data.equals(STANDARD_INPUT)) {
            return System.in;
        }
        FileProblems.requireReadableFile(Path.of(data));
        return Files.newInputStream(Path.of(data));
    }

    private void detect(
            AnomalyDetector detector,
            WatchedStream stream,
            DetectionReport report,
            @Nullable DetectionPage page,
            StopSignals signals,
            ProgressLine line)
            throws IOException {
        AnomalyConfiguration configuration = report.configuration();
        SeriesSchema schema =
                labels == null ? configuration.schema() : configuration.schema().withIgnored(List.of(labels));
        boolean file = !data.equals(STANDARD_INPUT);
        long size = file && !follow ? Files.size(Path.of(data)) : 0;
        long restored = detector.rows();
        long saved = System.nanoTime();
        @Nullable ScoreFile scores = null;
        try (SeriesRows rows =
                SeriesRows.open(stream, file ? data : "standard input", schema, yesNo.over(configuration.reading()))) {
            while (!signals.isRaised() && rows.next()) {
                if (isSeen(detector, restored, rows, configuration)) {
                    report.passOver();
                    continue;
                }
                ZoneId zone = rows.zone();
                TimeAxis axis = TimeAxis.regular(rows.stamp(), configuration.frequency(), zone);
                if (out != null && scores == null) {
                    scores = new ScoreFile(
                            out, configuration.channels(), restored == 0 ? null : axis.text(detector.lastStamp()));
                }
                double[] values = rows.values().clone();
                bridgeGap(detector, rows.stamp(), zone, configuration);
                Detection detection = detector.add(rows.stamp(), values, zone);
                boolean anomalous = labels != null && rows.flag(labels);
                DetectionReport.Alarm alarm = report.row(axis, rows.line(), detection, anomalous, labels != null);
                if (scores != null) {
                    scores.row(axis.textAt(0), detection);
                }
                if (page != null) {
                    page.row(axis, values, detection, anomalous, alarm);
                }
                line.update(() -> report.progress(size == 0 ? 0 : stream.bytes() / (double) size));
                if (follow && scores != null) {
                    scores.flush();
                }
                if (state != null && (System.nanoTime() - saved) * 1e-9 > saveSeconds) {
                    save(detector, scores);
                    saved = System.nanoTime();
                }
            }
            save(detector, scores);
        } finally {
            if (scores != null) {
                scores.close();
            }
        }
    }

    /** Rows that a regular series lacks are seen as missing, as in training; a long gap is bridged in part. */
    private static void bridgeGap(
            AnomalyDetector detector, long stamp, @Nullable ZoneId zone, AnomalyConfiguration configuration) {
        boolean regular = !configuration.time().isEmpty()
                && configuration.reading().irregular() == ReadingOptions.Irregular.REFUSE;
        if (!regular || detector.rows() == 0) {
            return;
        }
        TimeAxis axis = TimeAxis.regular(detector.lastStamp(), configuration.frequency(), zone);
        // a stamp a little off its step is that of the step
        long next = axis.firstAtOrAfter(stamp - (axis.stampAt(1) - axis.start()) / 2);
        double[] missing = new double[configuration.channels().size()];
        Arrays.fill(missing, Double.NaN);
        for (long i = Math.max(1, next - LONGEST_GAP); i < next; i++) {
            detector.add(axis.stampAt(i), missing, zone);
        }
    }

    /** Whether the state has seen this row; refuses rows that go back in time otherwise. */
    private boolean isSeen(
            AnomalyDetector detector, long restored, SeriesRows rows, AnomalyConfiguration configuration) {
        if (configuration.time().isEmpty()) {
            return !data.equals(STANDARD_INPUT) && rows.stamp() < restored;
        }
        if (rows.stamp() > detector.lastStamp()) {
            seenAll = true;
            return false;
        }
        if (state != null && !seenAll) {
            return true;
        }
        if (configuration.reading().irregular() == ReadingOptions.Irregular.AS_ROWS) {
            return false;
        }
        throw new UserError(
                "%s, line %d: time stands still or goes back; sort the file by time, or train the model with"
                                .formatted(data, rows.line())
                        + " --irregular as-rows.");
    }

    /** Scores first: a row that the state knows must not be missing from them after a restart. */
    private void save(AnomalyDetector detector, @Nullable ScoreFile scores) {
        if (scores != null) {
            scores.flush();
        }
        if (state != null) {
            detector.save(state);
        }
    }
}
