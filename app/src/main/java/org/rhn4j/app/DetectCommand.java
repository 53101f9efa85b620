package org.rhn4j.app;

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
import org.rhn4j.numbers.Engine;
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
            "  rhn detect model --data sensor.csv --out scores.csv",
            "  rhn detect model --data sensor.csv --follow --state sensor.state --false-alarms 1/week",
            "  my-source | rhn detect model --data -"
        })
final class DetectCommand implements Callable<Integer> {
    private static final long SAVE_NANOS = 10_000_000_000L;
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
            description = "Go on from the state in this file where there is one, and save it there in the end and every"
                    + " ten seconds. Rows that it has seen already, by their time, are passed over.")
    private @Nullable Path state;

    @Option(
            names = "--false-alarms",
            paramLabel = "N/PERIOD",
            description = "False alarms to accept, as in 1/week, 2/day or 1/10000 rows (default: the model's).")
    private @Nullable String falseAlarms;

    @Option(
            names = "--labels",
            paramLabel = "COLUMN",
            description = "A column that is not 0 where a row is anomalous, to tell precision and recall.")
    private @Nullable String labels;

    @Option(names = "--json", description = "Print the result as one JSON object; each alarm as one with --follow.")
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
                DetectionReport report = new DetectionReport(
                        specification.commandLine().getOut(), line, configuration, rate, out, json, follow);
                WatchedStream stream = new WatchedStream(stream(), follow, signals::isRaised)) {
            if (state != null && Files.exists(state)) {
                detector.restore(state);
                line.line("restored: %s rows were seen before".formatted(Formats.count(detector.rows())));
            }
            signals.listen();
            detect(detector, stream, report, signals, line);
            save(detector);
            line.clear();
            report.end();
            return signals.isRaised() && !follow ? signals.exitStatus() : Main.OK;
        } catch (IOException e) {
            throw FileProblems.cannotRead(Path.of(data), e);
        }
    }

    private void refuseContradictions() {
        if (follow && data.equals(STANDARD_INPUT)) {
            throw new UserError("Standard input is read until it ends, so --follow is for files; leave it out.");
        }
        if (out != null && state != null && out.equals(state)) {
            throw new UserError("--out and --state name the same file; give two.");
        }
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
            StopSignals signals,
            ProgressLine line)
            throws IOException {
        AnomalyConfiguration configuration = report.configuration();
        SeriesSchema schema =
                labels == null ? configuration.schema() : configuration.schema().withPast(List.of(labels));
        String source = data.equals(STANDARD_INPUT) ? "standard input" : data;
        long size = data.equals(STANDARD_INPUT) || follow ? 0 : Files.size(Path.of(data));
        int channels = configuration.channels().size();
        long saved = System.nanoTime();
        try (SeriesRows rows = SeriesRows.open(stream, source, schema, configuration.reading())) {
            while (!signals.isRaised() && rows.next()) {
                if (isSeen(detector, rows, configuration)) {
                    report.passOver();
                    continue;
                }
                double[] values = Arrays.copyOf(rows.values(), channels);
                ZoneId zone = rows.zone();
                Detection detection = detector.add(rows.stamp(), values, zone);
                boolean anomalous = labels != null && rows.values()[channels] != 0;
                TimeAxis axis = TimeAxis.regular(rows.stamp(), configuration.frequency(), zone);
                report.row(axis, rows.line(), detection, anomalous, labels != null);
                line.update(() -> report.progress(size == 0 ? 0 : stream.bytes() / (double) size));
                if (state != null && System.nanoTime() - saved > SAVE_NANOS) {
                    save(detector);
                    saved = System.nanoTime();
                }
            }
        }
    }

    /** Whether the state has seen this row; refuses rows that go back in time otherwise. */
    private boolean isSeen(AnomalyDetector detector, SeriesRows rows, AnomalyConfiguration configuration) {
        boolean timed = !configuration.time().isEmpty();
        if (!timed || rows.stamp() > detector.lastStamp()) {
            seenAll = true;
            return false;
        }
        if (state != null && !seenAll) {
            return true;
        }
        boolean asRows = configuration.reading().irregular() == ReadingOptions.Irregular.AS_ROWS;
        if (asRows) {
            return false;
        }
        throw new UserError(
                "%s, line %d: time stands still or goes back; sort the file by time, or train the model with"
                                .formatted(data, rows.line())
                        + " --irregular as-rows.");
    }

    private void save(AnomalyDetector detector) {
        if (state != null) {
            detector.save(state);
        }
    }
}
