package org.rhn4j.app.console;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rhn4j.cells.CellKind;
import org.rhn4j.store.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads what options take: names of choices as they are written in model folders, and numbers that are numbers. */
public final class Choices {
    private Choices() {}

    /** The names of the cells, as help lists them. */
    public static final class Cells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(CellKind.values()).map(Choices::name).iterator();
        }
    }

    /** Makes a command line with all its subcommands read them so, whatever their options are of. */
    public static void register(CommandLine commandLine) {
        commandLine.registerConverter(Double.class, Choices::finite);
        typesOfOptions(commandLine).filter(Class::isEnum).distinct().forEach(type -> register(commandLine, type));
    }

    private static Stream<Class<?>> typesOfOptions(CommandLine commandLine) {
        Stream<Class<?>> own = commandLine.getCommandSpec().args().stream()
                .flatMap(argument -> Arrays.stream(argument.auxiliaryTypes()));
        return Stream.concat(own, commandLine.getSubcommands().values().stream().flatMap(Choices::typesOfOptions));
    }

    private static <T> void register(CommandLine commandLine, Class<T> type) {
        T[] constants = type.getEnumConstants();
        List<String> names = Arrays.stream(constants)
                .map(constant -> name((Enum<?>) constant))
                .toList();
        commandLine.registerConverter(type, text -> constants[names.indexOf(known(text, names))]);
    }

    /** {@code dt-rnn} for {@code DT_RNN}. */
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A name as it is known.
     *
     * @throws TypeConversionException if it is none of those known
     */
    public static String known(String text, List<String> names) {
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
