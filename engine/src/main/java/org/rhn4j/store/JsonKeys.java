package org.rhn4j.store;

import java.io.Serial;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.rhn4j.UserError;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;

/**
 * Looks for keys that a record does not have, before the record is made.
 *
 * <p>The JSON library itself tells of an absent key first, and of a misspelt one with the place forgotten; to the
 * person who misspelt a key the other order is the helpful one.
 */
final class JsonKeys {
    /** How a component's name becomes a key. */
    static final SnakeCase NAMING = new SnakeCase();

    private final String source;

    /** @param source what errors call the text */
    JsonKeys(String source) {
        this.source = source;
    }

    /** Takes the parser past the value that it is about to enter; throws {@link UserError} at the first unknown key. */
    void check(JsonParser parser, Type type) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_ARRAY) {
            checkElements(parser, elementOf(type));
        } else if (token == JsonToken.START_OBJECT) {
            checkProperties(parser, type);
        }
    }

    private void checkElements(JsonParser parser, Type type) {
        // The elements start with the token after the bracket, so that each is looked at before it is entered.
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                return;
            }
            if (token == JsonToken.START_OBJECT) {
                checkProperties(parser, type);
            } else if (token == JsonToken.START_ARRAY) {
                checkElements(parser, elementOf(type));
            }
        }
    }

    private void checkProperties(JsonParser parser, Type type) {
        if (!(type instanceof Class<?> record) || !record.isRecord()) {
            parser.skipChildren();
            return;
        }
        Map<String, Type> known = new TreeMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            known.put(NAMING.translate(component.getName()), component.getGenericType());
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Type value = known.get(parser.currentName());
            if (value == null) {
                throw unknown(parser, known.keySet());
            }
            check(parser, value);
        }
    }

    private UserError unknown(JsonParser parser, Collection<String> known) {
        String key = parser.currentName();
        String advice = NearestName.of(key, known)
                .map("did you mean %s?"::formatted)
                .orElse("the known keys are %s.".formatted(String.join(", ", known)));
        return new UserError("%s: the key %s is unknown; %s"
                .formatted(JsonProblems.where(source, parser.currentTokenLocation()), key, advice));
    }

    private static Type elementOf(Type type) {
        if (type instanceof Class<?> array && array.isArray()) {
            return array.getComponentType();
        }
        if (type instanceof ParameterizedType list && list.getActualTypeArguments().length == 1) {
            Type element = list.getActualTypeArguments()[0];
            return element instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : element;
        }
        return Object.class;
    }

    /** The library's own strategy, opened to this package. */
    static final class SnakeCase extends SnakeCaseStrategy {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        protected String translate(String componentName) {
            return super.translate(componentName);
        }
    }
}
