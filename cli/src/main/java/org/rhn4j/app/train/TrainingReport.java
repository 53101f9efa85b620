package org.rhn4j.app.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.Shell;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.TrainingRecord;

/** What is said when a training run has ended. */
record TrainingReport(TrainingRun.Outcome outcome, TextUnit unit, Path data) {
    /** The result for programs; a loss is absent where there is none. */
    record Result(
            String model,
            long parameters,
            int epochs,
            int bestEpoch,
            @Nullable Double validationLoss,
            @Nullable Double validationPerplexity,
            @Nullable Double testLoss,
            @Nullable Double testPerplexity,
            double tokensPerSecond,
            double seconds,
            TrainingRecord.Ended ended) {}

    void print(RunOptions run) {
        String model = Shell.quoted(run.out());
        List<String> next = new ArrayList<>();
        if (Files.isDirectory(data)) {
            next.add("eval " + model + " --data " + Shell.quoted(data));
        }
        next.add("generate " + model + (unit == TextUnit.WORD ? "" : " --length 500"));
        next.add("info " + model);
        run.report(outcome.record(), data, () -> result(run.out()), stdout -> stdout.println(summary()), next);
    }

    private Result result(Path out) {
        TrainingRecord record = outcome.record();
        @Nullable Evaluation test = outcome.test();
        boolean validated = record.bestEpoch() > 0;
        return new Result(
                out.toString(),
                record.parameters(),
                record.epochs().size(),
                record.bestEpoch(),
                validated ? record.validationLoss() : null,
                validated ? Double.valueOf(Math.exp(record.validationLoss())) : null,
                test == null ? null : test.loss(),
                test == null ? null : Double.valueOf(test.perplexity()),
                record.timing().itemsPerSecond(),
                record.timing().seconds(),
                record.ended());
    }

    private String summary() {
        TrainingRecord record = outcome.record();
        String time = Formats.counted(record.epochs().size(), "epoch") + " in "
                + Formats.duration(record.timing().seconds()) + " ("
                + Formats.count(Math.round(record.timing().itemsPerSecond())) + " tokens/s)";
        if (record.bestEpoch() == 0) {
            return "stopped before the first epoch's end, after "
                    + Formats.duration(record.timing().seconds());
        }
        @Nullable Evaluation test = outcome.test();
        String ended = switch (record.ended()) {
            case EPOCHS, RUNNING -> "";
            case TIME -> ", when the time was up";
            case PATIENCE -> ", when validation had stopped improving";
            case STOPPED -> ", stopped";
        };
        return "validation " + Formats.quality(unit, record.validationLoss())
                + (test == null ? "" : ", test " + Formats.quality(unit, test.loss()))
                + " (epoch " + record.bestEpoch() + ", the best of " + time + ended + ")";
    }
}
