package org.rhn4j.app.insight;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.EpochTable;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.Presets;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.anomaly.AnomalyTrainer;
import org.rhn4j.tasks.failure.FailureTrainer;
import org.rhn4j.tasks.forecast.ForecastTrainer;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rhn info}: what a model is and how it came to be. */
@Command(name = "info", sortOptions = false, description = "Tell what a model of any task is and how it was trained.")
public final class InfoCommand implements Callable<Integer> {
    private static final int LINE_WIDTH = 80;
    private static final int LABEL_WIDTH = 12;

    /** Of models of every task. */
    private static final List<String> FILES = Stream.of(
                    LanguageModelTrainer.FILES, AnomalyTrainer.FILES, ForecastTrainer.FILES, FailureTrainer.FILES)
            .flatMap(Set::stream)
            .distinct()
            .sorted()
            .toList();

    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Mixin
    private ResultOutput output;

    /** Everything, for programs; {@code training} is absent where no record of it lies in the folder. */
    record Result(
            String model,
            String task,
            Object configuration,
            long parameters,
            List<Size> files,
            @Nullable TrainingRecord training) {}

    /** A file of the model and its length in bytes. */
    record Size(String name, long bytes) {}

    @Override
    public Integer call() {
        ModelDescription model = ModelDescription.of(folder);
        @Nullable TrainingRecord training = training();
        List<Size> files = files();
        Result result =
                new Result(folder.toString(), model.task(), model.configuration(), model.parameters(), files, training);
        output.print(result, stdout -> {
            print(stdout, model, files);
            if (training == null) {
                stdout.println(labelled("training", "no record"));
            } else {
                print(stdout, training, model.measure());
            }
        });
        return ExitStatus.OK;
    }

    /** A record that another program left is no reason to say nothing of the model. */
    private @Nullable TrainingRecord training() {
        Path file = folder.resolve(TrainingRecord.FILE);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return Json.read(file, TrainingRecord.class);
        } catch (UserError e) {
            output.err().println("note: " + e.getMessage());
            return null;
        }
    }

    private List<Size> files() {
        List<Size> sizes = new ArrayList<>();
        for (String name : FILES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    sizes.add(new Size(name, Files.size(file)));
                } catch (IOException e) {
                    throw FileProblems.cannotRead(file, e);
                }
            }
        }
        return sizes;
    }

    private static String labelled(String label, String text) {
        return String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s%s", label, text);
    }

    private void print(PrintWriter out, ModelDescription model, List<Size> files) {
        out.println(labelled("model", folder.toString()));
        out.println(labelled("task", model.task()));
        out.println(labelled("network", model.network()));
        model.facts().forEach(fact -> out.println(labelled(fact.name(), fact.text())));
        out.println(labelled(
                "files",
                files.stream()
                        .map(file -> file.name() + " " + FileProblems.size(file.bytes()))
                        .collect(Collectors.joining(", "))));
        if (files.stream().noneMatch(file -> file.name().equals(ParameterFile.NAME))) {
            out.println(labelled("", ParameterFile.NAME + " is missing, so the model cannot be used yet"));
        }
    }

    private static void print(PrintWriter out, TrainingRecord training, LossMeasure measure) {
        for (TrainingRecord.Source source : training.data()) {
            out.println(labelled(
                    "data",
                    "%s: %s, %s, SHA-256 %s"
                            .formatted(
                                    source.part(),
                                    source.file(),
                                    Formats.counted(source.items(), measure.item()),
                                    source.sha256())));
        }
        out.println(labelled(
                "trained by",
                training.software() + ", Java " + training.machine().java() + ", "
                        + training.machine().system()));
        out.println(labelled("engine", training.machine().engine()));
        printSettings(out, training.settings());
        out.println(labelled(
                "time",
                Formats.duration(training.timing().seconds()) + ", "
                        + Formats.count(Math.round(training.timing().itemsPerSecond())) + " " + measure.item()
                        + "s/s"));
        out.println(labelled("ended", ending(training)));
        if (!training.epochs().isEmpty()) {
            EpochTable table = new EpochTable(measure);
            out.println();
            out.println(table.header());
            for (EpochMetrics epoch : training.epochs()) {
                out.println(table.row(epoch));
            }
        }
    }

    /** As the options that would ask for them. */
    private static void printSettings(PrintWriter out, TrainingSettings settings) {
        String margin = labelled("settings", "");
        StringBuilder line = new StringBuilder(margin);
        for (Map.Entry<String, String> option : Presets.options(settings).entrySet()) {
            String text = option.getKey() + "=" + option.getValue();
            if (line.length() + text.length() > LINE_WIDTH) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(margin.length()));
            }
            line.append(text).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String ending(TrainingRecord training) {
        String how = switch (training.ended()) {
            case RUNNING -> "not yet, or cut off";
            case EPOCHS -> "after all epochs";
            case TIME -> "when its time was up";
            case PATIENCE -> "when validation had stopped improving";
            case STOPPED -> "not yet: it was stopped and can be resumed";
        };
        return training.bestEpoch() == 0 ? how : how + "; the best is epoch " + training.bestEpoch();
    }
}
