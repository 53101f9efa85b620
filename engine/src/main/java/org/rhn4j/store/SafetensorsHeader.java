package org.rhn4j.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rhn4j.UserError;
import tools.jackson.databind.JsonNode;

/**
 * The JSON header of a safetensors file, checked against the length of the data that follows it.
 *
 * @param tensors where each tensor lies, in the order of their data
 * @param metadata the free text entries, sorted by key
 */
record SafetensorsHeader(List<Entry> tensors, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    /** The limit of the format itself. */
    static final long LONGEST = 100_000_000;

    /** Offsets are in bytes from the end of the header; the end is exclusive. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

    /**
     * Reads and checks a header.
     *
     * @param file what errors call the file
     * @param bytes the header alone
     * @param dataLength bytes that follow the header
     */
    static SafetensorsHeader parse(String file, byte[] bytes, long dataLength) {
        if (bytes.length == 0 || bytes[0] != '{') {
            throw damaged(file, "its header does not start with a brace");
        }
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw damaged(file, "its header is not UTF-8 text");
        }
        JsonNode root = Json.tree(text, "the header of " + file);
        List<Entry> tensors = new ArrayList<>();
        Map<String, String> metadata = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : root.properties()) {
            if (property.getKey().equals(METADATA)) {
                readMetadata(file, property.getValue(), metadata);
            } else {
                tensors.add(readTensor(file, property.getKey(), property.getValue()));
            }
        }
        tensors.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        requireGapless(file, tensors, dataLength);
        return new SafetensorsHeader(tensors, metadata);
    }

    Map<String, Entry> byName() {
        Map<String, Entry> byName = new LinkedHashMap<>();
        tensors.forEach(entry -> byName.put(entry.name(), entry));
        return byName;
    }

    static UserError damaged(String file, String how) {
        return new UserError(
                "%s is damaged or not a safetensors file: %s; copy or download it again.".formatted(file, how));
    }

    private static void readMetadata(String file, JsonNode node, Map<String, String> metadata) {
        if (!node.isObject()) {
            throw damaged(file, "its __metadata__ is not an object");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!property.getValue().isString()) {
                throw damaged(file, "the metadata %s is not a string".formatted(property.getKey()));
            }
            metadata.put(property.getKey(), property.getValue().stringValue());
        }
    }

    private static Entry readTensor(String file, String name, JsonNode node) {
        if (!node.isObject()) {
            throw damaged(file, "the entry of tensor %s is not an object".formatted(name));
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!List.of("dtype", "shape", "data_offsets").contains(property.getKey())) {
                throw damaged(file, "tensor %s has the unknown key %s".formatted(name, property.getKey()));
            }
        }
        DType dtype = readDType(file, name, node.get("dtype"));
        long[] shape = readNumbers(file, name, "shape", node.get("shape"));
        long[] offsets = readNumbers(file, name, "data_offsets", node.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw damaged(
                    file, "the data_offsets %s of tensor %s are not a range".formatted(Arrays.toString(offsets), name));
        }
        long expected = byteLength(file, name, dtype, shape);
        if (offsets[1] - offsets[0] != expected) {
            throw damaged(
                    file,
                    "tensor %s of type %s and shape %s needs %d bytes, but its data_offsets span %d"
                            .formatted(name, dtype, Arrays.toString(shape), expected, offsets[1] - offsets[0]));
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static DType readDType(String file, String name, JsonNode node) {
        if (node == null || !node.isString()) {
            throw damaged(file, "tensor %s has no dtype".formatted(name));
        }
        String wanted = node.stringValue();
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(wanted)) {
                return dtype;
            }
        }
        throw new UserError("%s: tensor %s has the element type %s, which is not supported; convert it to one of %s."
                .formatted(file, name, wanted, Arrays.toString(DType.values())));
    }

    private static long[] readNumbers(String file, String name, String key, JsonNode node) {
        if (node == null || !node.isArray()) {
            throw damaged(file, "tensor %s has no %s".formatted(name, key));
        }
        long[] numbers = new long[node.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode element = node.get(i);
            boolean usable = element.isIntegralNumber() && element.canConvertToLong() && element.longValue() >= 0;
            if (!usable) {
                throw damaged(file, "the %s of tensor %s holds %s".formatted(key, name, cut(element.toString())));
            }
            numbers[i] = element.longValue();
        }
        return numbers;
    }

    private static String cut(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private static long byteLength(String file, String name, DType dtype, long[] shape) {
        try {
            long length = dtype.bytes();
            for (long size : shape) {
                length = Math.multiplyExact(length, size);
            }
            return length;
        } catch (ArithmeticException e) {
            throw damaged(file, "tensor %s has the impossible shape %s".formatted(name, Arrays.toString(shape)));
        }
    }

    private static void requireGapless(String file, List<Entry> tensors, long dataLength) {
        long end = 0;
        for (Entry entry : tensors) {
            if (entry.end() > dataLength) {
                throw damaged(
                        file,
                        "tensor %s ends at byte %d of the data, but only %d bytes are there"
                                .formatted(entry.name(), entry.end(), dataLength));
            }
            if (entry.begin() < end) {
                throw damaged(file, "tensor %s overlaps the one before it".formatted(entry.name()));
            }
            if (entry.begin() > end) {
                throw damaged(
                        file,
                        "%d bytes before tensor %s belong to no tensor".formatted(entry.begin() - end, entry.name()));
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw damaged(file, "%d bytes at its end belong to no tensor".formatted(dataLength - end));
        }
    }
}
