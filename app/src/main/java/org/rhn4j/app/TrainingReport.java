package org.rhn4j.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.TrainingRecord;

/** What is said when a training run has ended. */
record TrainingReport(TrainingRun.Outcome outcome, TextUnit unit, Path data, Path out) {
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

    void print(PrintWriter stdout, PrintWriter err, boolean json) {
        if (json) {
            stdout.print(Json.toText(result()));
        } else {
            stdout.println(summary());
        }
        stdout.flush();
        printNextCommands(err);
        err.flush();
    }

    private Result result() {
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

    private void printNextCommands(PrintWriter err) {
        if (outcome.record().ended() == TrainingRecord.Ended.STOPPED) {
            err.println("stopped; go on with");
            err.println("  rhn train text --data " + Shell.quoted(data) + " --out " + Shell.quoted(out) + " --resume");
            return;
        }
        err.println("the model is in " + out + "; try");
        if (Files.isDirectory(data)) {
            err.println("  rhn eval " + Shell.quoted(out) + " --data " + Shell.quoted(data));
        }
        err.println("  rhn generate " + Shell.quoted(out) + (unit == TextUnit.WORD ? "" : " --length 500"));
        err.println("  rhn info " + Shell.quoted(out));
    }
}
