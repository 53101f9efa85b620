package org.rhn4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhn info}: what a model is and how it came to be. */
@Command(name = "info", sortOptions = false, description = "Tell what a model is and how it was trained.")
final class InfoCommand implements Callable<Integer> {
    private static final int LINE_WIDTH = 80;

    private static final List<String> FILES = List.of(
            LanguageModel.CONFIGURATION_FILE,
            LanguageModel.WEIGHTS_FILE,
            LanguageModel.VOCABULARY_FILE,
            TrainingRecord.FILE,
            HealthMonitor.FILE,
            TrainingLoop.CHECKPOINT_FILE);

    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Option(names = "--json", description = "Print everything as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec specification;

    /** Everything, for programs; {@code training} is absent where no record of it lies in the folder. */
    record Result(
            String model,
            LanguageModelConfiguration configuration,
            long parameters,
            List<Size> files,
            @Nullable TrainingRecord training) {}

    /** A file of the model and its length in bytes. */
    record Size(String name, long bytes) {}

    @Override
    public Integer call() {
        LanguageModelConfiguration configuration = LanguageModel.readConfiguration(folder);
        @Nullable TrainingRecord training = training();
        List<Size> files = files();
        PrintWriter out = specification.commandLine().getOut();
        if (json) {
            out.print(Json.toText(
                    new Result(folder.toString(), configuration, configuration.parameterCount(), files, training)));
        } else {
            print(out, configuration, files);
            if (training == null) {
                out.println("training    no record");
            } else {
                print(out, training, configuration.unit());
            }
        }
        out.flush();
        return Main.OK;
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
            specification.commandLine().getErr().println("note: " + e.getMessage());
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

    private void print(PrintWriter out, LanguageModelConfiguration c, List<Size> files) {
        out.println("model       " + folder);
        out.println("network     " + Descriptions.network(c));
        out.println(
                "vocabulary  " + Formats.counted(c.vocabularySize(), c.unit().toString())
                        + (c.stripLines() ? ", lines stripped" : ""));
        out.println("files       "
                + files.stream()
                        .map(file -> file.name() + " " + FileProblems.size(file.bytes()))
                        .collect(Collectors.joining(", ")));
        if (files.stream().noneMatch(file -> file.name().equals(LanguageModel.WEIGHTS_FILE))) {
            out.println("            " + LanguageModel.WEIGHTS_FILE + " is missing, so the model cannot be used yet");
        }
    }

    private static void print(PrintWriter out, TrainingRecord training, TextUnit unit) {
        for (TrainingRecord.Source source : training.data()) {
            out.println("data        %s: %s, %s, SHA-256 %s"
                    .formatted(
                            source.part(), source.file(), Formats.counted(source.items(), "token"), source.sha256()));
        }
        out.println("trained by  " + training.software() + ", Java "
                + training.machine().java() + ", " + training.machine().system());
        out.println("engine      " + training.machine().engine());
        printSettings(out, training.settings());
        out.println("time        " + Formats.duration(training.timing().seconds()) + ", "
                + Formats.count(Math.round(training.timing().itemsPerSecond())) + " tokens/s");
        out.println("ended       " + ending(training));
        if (!training.epochs().isEmpty()) {
            EpochTable table = new EpochTable(LossMeasure.of(unit));
            out.println();
            out.println(table.header());
            for (EpochMetrics epoch : training.epochs()) {
                out.println(table.row(epoch));
            }
        }
    }

    /** As the options that would ask for them. */
    private static void printSettings(PrintWriter out, TrainingSettings settings) {
        String margin = "settings    ";
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
