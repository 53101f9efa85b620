package org.rhn4j.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;

/**
 * A safetensors file, mapped into memory: opening it reads and checks the header only, and a tensor's bytes are fetched
 * from the disk when they are first touched.
 *
 * <p>Checked on opening: that the header lies within the file, is JSON without repeated names, and that the tensors
 * cover the data exactly, without overlap, hole or excess, each as long as its shape and element type say.
 *
 * <p>The tensors may be read from several threads until the file is closed.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final Map<String, SafetensorsHeader.Entry> entries;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.entries = header.byName();
        this.metadata = header.metadata();
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws UserError if the file is missing, unreadable, cut short, damaged, or holds an element type that
     *     {@link DType} lacks
     */
    @SuppressWarnings("MustBeClosedChecker") // The arena is closed with the file.
    public static SafetensorsFile open(Path path) {
        FileProblems.requireReadableFile(path);
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment whole = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            long headerLength = headerLength(path, whole);
            byte[] header = whole.asSlice(Long.BYTES, headerLength).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = whole.asSlice(Long.BYTES + headerLength);
            return new SafetensorsFile(
                    path, arena, data, SafetensorsHeader.parse(path.toString(), header, data.byteSize()));
        } catch (IOException e) {
            arena.close();
            throw FileProblems.cannotRead(path, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The file that was opened. */
    public Path path() {
        return path;
    }

    /** The names of the tensors, in the order of their data. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** The free text entries of the header, sorted by key. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Whether there is a tensor of this name. */
    public boolean holds(String name) {
        return entries.containsKey(name);
    }

    /**
     * A tensor by name; its data stay in the file until they are asked for.
     *
     * @throws UserError if there is no such tensor
     */
    public StoredTensor tensor(String name) {
        SafetensorsHeader.Entry entry = entries.get(name);
        if (entry == null) {
            String advice = NearestName.of(name, entries.keySet())
                    .map("the nearest name there is %s; "::formatted)
                    .orElse("");
            throw new UserError("%s holds no tensor named %s; %scheck that the file belongs to this model."
                    .formatted(path, name, advice));
        }
        MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
        return new StoredTensor(name, entry.dtype(), entry.shape().clone(), bytes);
    }

    /**
     * A tensor by name, which must have a given shape.
     *
     * @param shape its sizes, outermost first
     * @throws UserError if there is no such tensor, or it has another shape
     */
    public StoredTensor tensor(String name, long... shape) {
        StoredTensor tensor = tensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new UserError(
                    ("%s: tensor %s has the shape %s where %s is needed; check that the file belongs to this"
                                    + " model.")
                            .formatted(path, name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
        }
        return tensor;
    }

    /**
     * Refuses weights that are infinite or not a number.
     *
     * @param file the file that the tensor came from
     * @throws UserError naming the tensor, the value and its index
     */
    public static void requireFinite(StoredTensor tensor, Path file) {
        long i = tensor.firstNonFinite();
        if (i >= 0) {
            throw new UserError("%s: tensor %s holds %s at index %s; its training broke down, so take an earlier model."
                    .formatted(file, tensor.name(), tensor.floatAt(i), index(i, tensor.shape())));
        }
    }

    /** Takes the file out of memory; its tensors can no longer be read. */
    @Override
    public void close() {
        arena.close();
    }

    private static long headerLength(Path path, MemorySegment whole) {
        String file = path.toString();
        if (whole.byteSize() < Long.BYTES) {
            throw SafetensorsHeader.damaged(file, "it is only %d bytes long".formatted(whole.byteSize()));
        }
        long length = whole.get(LENGTH, 0);
        if (length < 0 || length > SafetensorsHeader.LONGEST) {
            throw SafetensorsHeader.damaged(
                    file,
                    "it announces a header of %s bytes, more than the format's 100 MB"
                            .formatted(Long.toUnsignedString(length)));
        }
        long available = whole.byteSize() - Long.BYTES;
        if (length > available) {
            throw SafetensorsHeader.damaged(
                    file, "it announces a header of %d bytes, but only %d follow".formatted(length, available));
        }
        return length;
    }

    private static String index(long flat, long[] shape) {
        long[] index = new long[shape.length];
        long rest = flat;
        for (int k = shape.length - 1; k >= 0; k--) {
            index[k] = rest % shape[k];
            rest /= shape[k];
        }
        return Arrays.toString(index);
    }
}
