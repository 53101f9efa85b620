package org.rhn4j.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Turns what the JSON library reports into one sentence for the person who wrote the file. */
final class JsonProblems {
    private static final Pattern MISSING = Pattern.compile("^Missing required creator property '([^']*)'");
    private static final Pattern DUPLICATE = Pattern.compile("^Duplicate Object property \"(.*?)\"", Pattern.DOTALL);

    private JsonProblems() {}

    /** The sentence for a failure of reading {@code source}. */
    static UserError explain(JacksonException failure, String source) {
        if (failure.getCause() instanceof UserError refusal) {
            return new UserError(source + ": " + refusal.getMessage(), refusal);
        }
        return new UserError(where(source, failure.getLocation()) + ": " + what(failure), failure);
    }

    /** The source with line and column, where they are known. */
    static String where(String source, @Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? source
                : "%s, line %d, column %d".formatted(source, location.getLineNr(), location.getColumnNr());
    }

    private static String what(JacksonException failure) {
        if (failure instanceof InvalidNullException nothing) {
            return "the key %s may not be null; give it a value."
                    .formatted(nothing.getPropertyName().getSimpleName());
        }
        String message = String.valueOf(failure.getOriginalMessage());
        Matcher missing = MISSING.matcher(message);
        if (missing.find()) {
            return "the key %s is missing; add it.".formatted(missing.group(1));
        }
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.find()) {
            return "the key %s is given twice; remove one of them.".formatted(duplicate.group(1));
        }
        if (failure instanceof MismatchedInputException mismatch) {
            return firstLine(message).startsWith("Trailing token")
                    ? "something follows the end of the document; remove it."
                    : wrongValue(mismatch, mismatch.getTargetType());
        }
        if (failure instanceof InputCoercionException mismatch) {
            return wrongValue(mismatch, mismatch.getTargetType());
        }
        boolean syntax = failure instanceof StreamReadException;
        return (syntax ? "this is not valid JSON (%s); correct it." : "this cannot be used (%s); correct it.")
                .formatted(firstLine(message));
    }

    private static String wrongValue(JacksonException mismatch, @Nullable Class<?> target) {
        String key = key(mismatch.getPath());
        String subject = key.isEmpty() ? "the document" : "the value of the key " + key;
        return "%s must be %s; correct it.".formatted(subject, kind(target));
    }

    private static String kind(@Nullable Class<?> type) {
        if (type == null) {
            return "of another kind";
        }
        if (type.isEnum()) {
            List<String> names = Arrays.stream(type.getEnumConstants())
                    .map(constant -> "\""
                            + ((Enum<?>) constant)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-') + "\"")
                    .toList();
            return "one of " + String.join(", ", names);
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number below 2147483648";
        }
        if (type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class || type == float.class || type == Float.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a string in quotes";
        }
        return type.isArray() || Collection.class.isAssignableFrom(type)
                ? "an array in brackets"
                : "an object in braces";
    }

    /** The way to a value, as in {@code epochs[3].loss}. */
    private static String key(List<JacksonException.Reference> path) {
        List<String> parts = new ArrayList<>();
        for (JacksonException.Reference reference : path) {
            String name = reference.getPropertyName();
            if (name != null) {
                parts.add((parts.isEmpty() ? "" : ".") + name);
            } else if (reference.getIndex() >= 0) {
                parts.add("[" + reference.getIndex() + "]");
            }
        }
        return String.join("", parts);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
}
