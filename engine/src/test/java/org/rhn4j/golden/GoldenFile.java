package org.rhn4j.golden;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of reference vectors in safetensors format: a 64-bit length, a JSON header of that length, the tensors' bytes,
 * little-endian. Kept apart from the library's own reader so that neither hides a fault of the other.
 */
public final class GoldenFile {
    private static final String METADATA = "__metadata__";

    private final String file;
    private final JsonNode header;
    private final Map<String, ByteBuffer> data = new LinkedHashMap<>();

    private GoldenFile(String file, byte[] bytes) {
        this.file = file;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(buffer.getLong(0));
        this.header = JsonMapper.shared().readTree(new String(bytes, Long.BYTES, headerLength, StandardCharsets.UTF_8));
        int start = Long.BYTES + headerLength;
        for (String name : header.propertyNames()) {
            if (!name.equals(METADATA)) {
                JsonNode offsets = header.required(name).required("data_offsets");
                int begin = offsets.required(0).intValue();
                int end = offsets.required(1).intValue();
                data.put(name, buffer.slice(start + begin, end - begin).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /** Loads {@code golden/<name>.safetensors} from the test resources. */
    public static GoldenFile load(String name) {
        String file = "/golden/" + name + ".safetensors";
        try (InputStream stream = GoldenFile.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new FileNotFoundException(file);
            }
            return new GoldenFile(file, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the names of all tensors. */
    public Set<String> names() {
        return new LinkedHashSet<>(data.keySet());
    }

    public boolean has(String name) {
        return data.containsKey(name);
    }

    public int[] shape(String name) {
        return StreamSupport.stream(tensor(name).required("shape").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** Returns an F32 or F64 tensor in double precision. */
    public double[] doubles(String name) {
        String type = type(name);
        ByteBuffer bytes = bytes(name);
        return switch (type) {
            case "F64" ->
                IntStream.range(0, bytes.limit() / Double.BYTES)
                        .mapToDouble(i -> bytes.getDouble(i * Double.BYTES))
                        .toArray();
            case "F32" ->
                IntStream.range(0, bytes.limit() / Float.BYTES)
                        .mapToDouble(i -> bytes.getFloat(i * Float.BYTES))
                        .toArray();
            default -> throw new IllegalArgumentException(file + ": " + name + " is " + type + ", no floating point");
        };
    }

    /** Returns an F32 tensor, or an F64 tensor rounded to single precision. */
    public float[] floats(String name) {
        double[] doubles = doubles(name);
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    /** Returns an I32 tensor. */
    public int[] ints(String name) {
        if (!type(name).equals("I32")) {
            throw new IllegalArgumentException(file + ": " + name + " is " + type(name) + ", not I32");
        }
        ByteBuffer bytes = bytes(name);
        return IntStream.range(0, bytes.limit() / Integer.BYTES)
                .map(i -> bytes.getInt(i * Integer.BYTES))
                .toArray();
    }

    /** Returns a value of the file's metadata, such as the depth under {@code L}. */
    public String metadata(String key) {
        return header.required(METADATA).required(key).stringValue();
    }

    private String type(String name) {
        return tensor(name).required("dtype").stringValue();
    }

    private JsonNode tensor(String name) {
        bytes(name);
        return header.required(name);
    }

    private ByteBuffer bytes(String name) {
        ByteBuffer bytes = data.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException(file + " has no tensor " + name + " among " + data.keySet());
        }
        return bytes;
    }
}
