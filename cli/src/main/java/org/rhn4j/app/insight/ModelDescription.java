package org.rhn4j.app.insight;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.LossMeasure;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.forecast.ForecastCombination;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;

/**
 * What the {@code config.json} of a model of any task says, for people.
 *
 * @param task its name
 * @param configuration all of it
 * @param parameters trainable numbers
 * @param network in one line
 * @param facts what it was made for
 * @param measure how its losses are told
 */
record ModelDescription(
        String task, Object configuration, long parameters, String network, List<Fact> facts, LossMeasure measure) {
    /** Of one kind of thing, what there is. */
    record Fact(String name, String text) {}

    /**
     * Reads it.
     *
     * @throws UserError if the folder holds no model that this version knows
     */
    static ModelDescription of(Path folder) {
        String task = task(folder);
        return switch (task) {
            case LanguageModelConfiguration.TASK -> text(LanguageModel.readConfiguration(folder));
            case AnomalyConfiguration.TASK -> anomaly(AnomalyConfiguration.read(folder));
            case ForecastConfiguration.TASK ->
                forecast(ForecastConfiguration.read(folder), ForecastCombination.in(folder));
            case FailureConfiguration.TASK -> failure(FailureConfiguration.read(folder));
            default ->
                throw new UserError("%s is of a model for the task %s, which this version does not know."
                        .formatted(folder.resolve(LanguageModel.CONFIGURATION_FILE), task));
        };
    }

    /**
     * The task of the model in a folder.
     *
     * @throws UserError if it holds none
     */
    static String task(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserError(folder + " is a file, not a model folder; name the folder that it lies in.");
        }
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no model folder %s; train a model with 'rhn train', or check the name."
                    .formatted(folder));
        }
        Path file = folder.resolve(LanguageModel.CONFIGURATION_FILE);
        FileProblems.requireReadableFile(file);
        return Json.stringAt(file, "task").orElse(LanguageModelConfiguration.TASK);
    }

    private static ModelDescription text(LanguageModelConfiguration c) {
        return new ModelDescription(
                LanguageModelConfiguration.TASK,
                c,
                c.parameterCount(),
                Descriptions.network(c),
                List.of(new Fact(
                        "vocabulary",
                        Formats.counted(c.vocabularySize(), c.unit().toString())
                                + (c.stripLines() ? ", lines stripped" : ""))),
                LossMeasure.of(c.unit()));
    }

    private static ModelDescription anomaly(AnomalyConfiguration c) {
        return new ModelDescription(
                AnomalyConfiguration.TASK,
                c,
                c.parameterCount(),
                Descriptions.network(c.network(), c.parameterCount()),
                List.of(
                        new Fact("watches", String.join(", ", c.channels())),
                        new Fact(
                                "rows",
                                c.time().isEmpty() ? "numbered" : c.frequency().label()),
                        new Fact(
                                "alarms",
                                "one false alarm in %s accepted"
                                        .formatted(Formats.counted(Math.round(1 / c.falseAlarms()), "row")))),
                LossMeasure.ROWS);
    }

    private static ModelDescription forecast(ForecastConfiguration c, Optional<ForecastCombination> combination) {
        Stream<Optional<Fact>> facts = Stream.of(
                Optional.of(new Fact(
                        "forecasts",
                        "%s, %s ahead"
                                .formatted(
                                        String.join(", ", c.schema().targets()), Formats.counted(c.horizon(), "row")))),
                Optional.of(new Fact(
                        "reads",
                        "%s of the past, %d at a step; a season has %d"
                                .formatted(Formats.counted(c.context(), "row"), c.patch(), c.season()))),
                columns("known", c.schema().known()),
                columns("past", c.schema().past()),
                combination.map(ModelDescription::methods),
                Optional.of(new Fact("rows", c.frequency().label())));
        return new ModelDescription(
                ForecastConfiguration.TASK,
                c,
                c.parameterCount(),
                Descriptions.network(c.network(), c.parameterCount()),
                facts.flatMap(Optional::stream).toList(),
                LossMeasure.ROWS);
    }

    /** The network's share, and that of each simple method in the whole. */
    private static Fact methods(ForecastCombination combination) {
        double rest = 1 - combination.network();
        Stream<String> simple = combination.simple().parts().stream()
                .map(part -> part.method().label() + " " + Math.round(100 * rest * part.weight()) + " %");
        return new Fact(
                "combines",
                Stream.concat(Stream.of("network " + Math.round(100 * combination.network()) + " %"), simple)
                        .collect(Collectors.joining(", ")));
    }

    private static ModelDescription failure(FailureConfiguration c) {
        Stream<Optional<Fact>> facts = Stream.of(
                c.predictsLife()
                        ? Optional.of(new Fact(
                                "predicts",
                                "remaining life of each %s, up to %s %s, with intervals for %s %% of lives"
                                        .formatted(
                                                c.unit(),
                                                Formats.setting(c.cap()),
                                                c.stepName(),
                                                Formats.setting(100 * c.coverage()))))
                        : Optional.empty(),
                c.predictsSoon()
                        ? Optional.of(new Fact(
                                "foresees",
                                "failures within %s %s".formatted(Formats.setting(c.within()), c.stepName())))
                        : Optional.empty(),
                columns("features", c.features()));
        return new ModelDescription(
                FailureConfiguration.TASK,
                c,
                c.parameterCount(),
                Descriptions.network(c.network(), c.parameterCount()),
                facts.flatMap(Optional::stream).toList(),
                LossMeasure.ROWS);
    }

    private static Optional<Fact> columns(String name, List<String> columns) {
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Fact(name, String.join(", ", columns)));
    }
}
