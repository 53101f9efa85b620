package org.rhn4j.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.rhn4j.UserError;

/**
 * Writes a safetensors file from tensors that stay where they are: only one mebibyte is copied at a time.
 *
 * <p>The same tensors and metadata always give the same bytes, in whatever order they were added: wider element types
 * come first, then names in alphabetical order, which is the order of the reference implementation and keeps every
 * tensor aligned to its elements. The header is padded with spaces, so that the data start at a multiple of 64 bytes.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 20;
    private static final int ALIGNMENT = 64;

    private final Map<String, Source> sources = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    /** A tensor to be written, in pieces that follow one another; they are read only while the file is being written. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Source(
            String name, DType dtype, long[] shape, long bytes, long pieces, LongFunction<MemorySegment> piece) {}

    /** Adds a free text entry to the header. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param dtype one of F64, F32, I64, I32
     * @param shape its sizes, outermost first
     * @param data its elements in row-major order and the machine's own byte order, on or off the heap
     * @throws IllegalArgumentException if the name is taken, or the data are not as long as type and shape say
     */
    public SafetensorsWriter add(String name, DType dtype, long[] shape, MemorySegment data) {
        if (dtype != DType.F64 && dtype != DType.F32 && dtype != DType.I64 && dtype != DType.I32) {
            throw new IllegalArgumentException("tensors of type " + dtype + " are not written");
        }
        long length = bytes(name, dtype, shape);
        if (length != data.byteSize()) {
            throw new IllegalArgumentException("tensor %s of type %s and shape %s needs %d bytes, but has %d"
                    .formatted(name, dtype, Arrays.toString(shape), length, data.byteSize()));
        }
        return add(new Source(name, dtype, shape.clone(), length, 1, i -> data));
    }

    /**
     * Adds an F32 tensor whose rows lie apart from one another; they are asked for only while the file is being written.
     *
     * @param shape its sizes, outermost first, at least one
     * @param rows the elements of a row of the first dimension, in the machine's own byte order
     * @throws IllegalArgumentException if the name is taken
     */
    public SafetensorsWriter addRows(String name, long[] shape, LongFunction<MemorySegment> rows) {
        long length = bytes(name, DType.F32, shape);
        return add(new Source(name, DType.F32, shape.clone(), length, shape[0], rows));
    }

    private static long bytes(String name, DType dtype, long[] shape) {
        long length = dtype.bytes();
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("tensor %s has a negative size".formatted(name));
            }
            length = Math.multiplyExact(length, size);
        }
        return length;
    }

    private SafetensorsWriter add(Source source) {
        if (source.name().equals(SafetensorsHeader.METADATA) || sources.containsKey(source.name())) {
            throw new IllegalArgumentException("the name " + source.name() + " is taken");
        }
        sources.put(source.name(), source);
        return this;
    }

    /** Adds an F32 tensor; the values are read only while the file is being written. */
    public SafetensorsWriter add(String name, float[] values, long... shape) {
        return add(name, DType.F32, shape, MemorySegment.ofArray(values));
    }

    /** Adds an F64 tensor; the values are read only while the file is being written. */
    public SafetensorsWriter add(String name, double[] values, long... shape) {
        return add(name, DType.F64, shape, MemorySegment.ofArray(values));
    }

    /** Adds an I64 tensor; the values are read only while the file is being written. */
    public SafetensorsWriter add(String name, long[] values, long... shape) {
        return add(name, DType.I64, shape, MemorySegment.ofArray(values));
    }

    /** Adds an I32 tensor; the values are read only while the file is being written. */
    public SafetensorsWriter add(String name, int[] values, long... shape) {
        return add(name, DType.I32, shape, MemorySegment.ofArray(values));
    }

    /**
     * Writes or replaces a file.
     *
     * @throws UserError as {@link AtomicFiles#write}; an earlier file is then untouched
     */
    public void write(Path file) {
        List<Source> ordered = ordered();
        byte[] header = header(ordered);
        AtomicFiles.write(file, fileLength(ordered, header), channel -> {
            ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(prefix.putLong(header.length).flip());
            channel.write(ByteBuffer.wrap(header));
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            for (Source source : ordered) {
                write(source, chunk, channel);
            }
        });
    }

    private List<Source> ordered() {
        List<Source> ordered = new ArrayList<>(sources.values());
        ordered.sort(Comparator.comparingInt((Source source) -> -source.dtype().bytes())
                .thenComparing(source -> source.dtype())
                .thenComparing(Source::name));
        return ordered;
    }

    private byte[] header(List<Source> ordered) {
        List<String> entries = new ArrayList<>();
        if (!metadata.isEmpty()) {
            entries.add(metadata.entrySet().stream()
                    .map(entry -> Json.quote(entry.getKey()) + ":" + Json.quote(entry.getValue()))
                    .collect(Collectors.joining(",", "\"" + SafetensorsHeader.METADATA + "\":{", "}")));
        }
        long offset = 0;
        for (Source source : ordered) {
            long end = offset + source.bytes();
            String shape =
                    Arrays.stream(source.shape()).mapToObj(Long::toString).collect(Collectors.joining(","));
            entries.add("%s:{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                    .formatted(Json.quote(source.name()), source.dtype(), shape, offset, end));
            offset = end;
        }
        byte[] json = ("{" + String.join(",", entries) + "}").getBytes(UTF_8);
        int padded = Math.ceilDiv(Long.BYTES + json.length, ALIGNMENT) * ALIGNMENT - Long.BYTES;
        byte[] header = Arrays.copyOf(json, padded);
        Arrays.fill(header, json.length, padded, (byte) ' ');
        return header;
    }

    private static long fileLength(List<Source> ordered, byte[] header) {
        long length = Long.BYTES + (long) header.length;
        for (Source source : ordered) {
            length += source.bytes();
        }
        return length;
    }

    private static void write(Source source, ByteBuffer chunk, WritableByteChannel channel) throws IOException {
        int width = source.dtype().bytes();
        ValueLayout from = width == Long.BYTES ? ValueLayout.JAVA_LONG_UNALIGNED : ValueLayout.JAVA_INT_UNALIGNED;
        ValueLayout to = from.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment staging = MemorySegment.ofBuffer(chunk.clear());
        int filled = 0;
        long written = 0;
        for (long i = 0; i < source.pieces(); i++) {
            MemorySegment piece = source.piece().apply(i);
            for (long done = 0; done < piece.byteSize(); ) {
                int size = (int) Math.min(CHUNK - filled, piece.byteSize() - done);
                MemorySegment.copy(piece, from, done, staging, to, filled, size / width);
                done += size;
                filled += size;
                written += size;
                if (filled == CHUNK || written == source.bytes()) {
                    channel.write(chunk.clear().limit(filled));
                    filled = 0;
                }
            }
        }
        if (written != source.bytes()) {
            throw new IllegalStateException("tensor %s of shape %s has rows of %d bytes in all, not %d"
                    .formatted(source.name(), Arrays.toString(source.shape()), written, source.bytes()));
        }
    }
}
