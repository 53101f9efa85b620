package org.rhn4j.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.io.IOException;
import java.io.Serial;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * The one place where JSON is read and written.
 *
 * <p>Documents are records. A component named {@code hiddenSize} is the key {@code hidden_size}; a constant named
 * {@code DT_RNN} is the string {@code dt-rnn}, and read from {@code dt_rnn} as well. A component whose type is {@code @Nullable} is an optional key, and null
 * where the key is absent; every other key must be there. Reading is strict: an unknown key, a key given twice, a
 * string where a number belongs, a fraction where a whole number belongs and anything after the document are errors,
 * each told with file, line and column.
 *
 * <p>Writing is deterministic: keys in the order of the record's components, those of a map sorted, absent (null)
 * components left out, two spaces of indentation, line feeds.
 */
public final class Json {
    private static final long LONGEST_DOCUMENT = 256L << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(JsonKeys.NAMING)
            .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
            .addHandler(new EitherSpelling())
            .annotationIntrospector(new OptionalWhereNullable())
            .changeDefaultVisibility(
                    found -> found.withVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE))
            // a question that a record answers is no component
            .changeDefaultVisibility(visible -> visible.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false)
            .configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false)
            .withCoercionConfig(
                    LogicalType.Textual,
                    coercion -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, false)
            .defaultPrettyPrinter(prettyPrinter())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    /**
     * Reads a record from a UTF-8 file.
     *
     * @throws UserError if the file cannot be read, is not JSON, or does not hold exactly the keys of the record
     */
    public static <T> T read(Path file, Class<T> type) {
        return read(text(file), type, file.toString());
    }

    /**
     * Reads a record from text.
     *
     * @param source what errors call the text
     * @throws UserError if the text is not JSON, or does not hold exactly the keys of the record
     */
    public static <T> T read(String json, Class<T> type, String source) {
        T value;
        try {
            try (JsonParser parser = MAPPER.createParser(json)) {
                new JsonKeys(source).check(parser, type);
            }
            value = MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw JsonProblems.explain(e, source);
        }
        if (value == null) {
            throw new UserError("%s holds only null; it needs an object in braces.".formatted(source));
        }
        return value;
    }

    /**
     * Writes a record to a file, atomically.
     *
     * @throws UserError as {@link AtomicFiles#write}
     */
    public static void write(Path file, Object document) {
        AtomicFiles.writeText(file, toText(document));
    }

    /** A record as indented text that ends with a line feed. */
    public static String toText(Object document) {
        return MAPPER.writeValueAsString(document) + "\n";
    }

    /** A record as one line of text that ends with a line feed. */
    public static String toLine(Object document) {
        return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document) + "\n";
    }

    /**
     * The string under a key of a file's outermost object, if there is one: enough to tell what kind of document it is
     * before it is read.
     *
     * @throws UserError if the file cannot be read or is not JSON
     */
    public static Optional<String> stringAt(Path file, String key) {
        JsonNode value = tree(text(file), file.toString()).get(key);
        return value != null && value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    /** Any document; keys given twice are errors. */
    static JsonNode tree(String json, String source) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw JsonProblems.explain(e, source);
        }
    }

    /** A string with its quotes and escapes. */
    static String quote(String text) {
        return MAPPER.writeValueAsString(text);
    }

    private static String text(Path file) {
        FileProblems.requireReadableFile(file);
        try {
            if (Files.size(file) > LONGEST_DOCUMENT) {
                throw new UserError("%s is %s long, too long for a file of settings; is it the right file?"
                        .formatted(file, FileProblems.size(Files.size(file))));
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
            if (withoutMark.isBlank()) {
                throw new UserError("%s is empty; it needs a JSON object in braces.".formatted(file));
            }
            return withoutMark;
        } catch (CharacterCodingException e) {
            throw new UserError("%s is not UTF-8 text, so it is not JSON; is it the right file?".formatted(file), e);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    private static DefaultPrettyPrinter prettyPrinter() {
        Separators separators = Separators.createDefaultInstance()
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withArrayElementSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        printer.indentArraysWith(new DefaultPrettyPrinter.NopIndenter());
        return printer;
    }

    /** Takes the words of a constant's name with underscores between them for those with hyphens. */
    private static final class EitherSpelling extends DeserializationProblemHandler {
        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> target, String value, String failure) {
            if (target.isEnum()) {
                for (Object constant : target.getEnumConstants()) {
                    String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
                    if (value.replace('-', '_').equals(name)) {
                        return constant;
                    }
                }
            }
            return NOT_HANDLED;
        }
    }

    /**
     * Takes a key as optional, and null as its value, exactly where the constructor's parameter is {@code @Nullable}.
     */
    private static final class OptionalWhereNullable extends JacksonAnnotationIntrospector {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return member instanceof AnnotatedParameter parameter
                    ? Boolean.valueOf(!isNullable(parameter))
                    : super.hasRequiredMarker(config, member);
        }

        @Override
        public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
            return annotated instanceof AnnotatedParameter parameter && !isNullable(parameter)
                    ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
                    : super.findSetterInfo(config, annotated);
        }

        private static boolean isNullable(AnnotatedParameter parameter) {
            AnnotatedType[] types = ((Executable) parameter.getMember()).getAnnotatedParameterTypes();
            return types[parameter.getIndex()].isAnnotationPresent(Nullable.class);
        }
    }
}
