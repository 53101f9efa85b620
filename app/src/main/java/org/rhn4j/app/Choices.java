package org.rhn4j.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.store.NearestName;
import org.rhn4j.tasks.forecast.Errors;
import org.rhn4j.tasks.forecast.Floor;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.forecast.WindowScaling;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.text.DynamicEvaluation;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what options take: names of choices as they are written in model folders, and numbers that are numbers. */
final class Choices {
    private Choices() {}

    static void register(CommandLine commandLine) {
        register(commandLine, TextUnit.class);
        register(commandLine, LanguageModelConfiguration.Cell.class);
        register(commandLine, LanguageModelConfiguration.Carry.class);
        register(commandLine, RecurrentStack.Kind.class);
        register(commandLine, Optimizer.Kind.class);
        register(commandLine, Schedule.Kind.class);
        register(commandLine, EngineOptions.PrecisionChoice.class);
        register(commandLine, ReproducePtbCommand.Recipe.class);
        register(commandLine, DynamicEvaluation.Rule.class);
        register(commandLine, ReadingOptions.Irregular.class);
        register(commandLine, HeadKind.class);
        register(commandLine, WindowScaling.Center.class);
        register(commandLine, WindowScaling.Scale.class);
        register(commandLine, ReportLanguage.class);
        register(commandLine, Floor.class);
        register(commandLine, Errors.class);
        commandLine.registerConverter(Double.class, Choices::finite);
        commandLine.registerConverter(
                Presets.Preset.class, text -> Presets.ALL.get(known(text, new ArrayList<>(Presets.ALL.keySet()))));
    }

    private static <E extends Enum<E>> void register(CommandLine commandLine, Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> names = new ArrayList<>();
        for (E constant : constants) {
            names.add(name(constant));
        }
        ITypeConverter<E> converter = text -> constants[names.indexOf(known(text, names))];
        commandLine.registerConverter(type, converter);
    }

    /** {@code dt-rnn} for {@code DT_RNN}. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String known(String text, List<String> names) {
        String wanted = text.toLowerCase(Locale.ROOT);
        if (names.contains(wanted)) {
            return wanted;
        }
        String hint = NearestName.of(text, names)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
        throw new TypeConversionException("'" + text + "' is none of " + String.join(", ", names) + hint);
    }

    private static Double finite(String text) {
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
        throw new TypeConversionException("'" + text + "' is not a finite number");
    }
}
