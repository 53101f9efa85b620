package org.rhn4j.numbers;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One block of native memory for everything that a network needs, laid out before it is allocated.
 *
 * <p>First every part reserves its buffers and learns their offsets; then the size is known, can be compared with what
 * the machine has, and is allocated once. All buffers start at multiples of 128 bytes: matrix kernels run at half speed
 * on unaligned rows. Buffers start as zeros.
 *
 * <p>It knows whether it is alive. Whoever reads or writes the memory holds a {@link #use} meanwhile, taken once at the
 * boundary of a call and not in its loops. After {@link #close} none is given: that is an {@link IllegalStateException}.
 * Those given before stay good, and the memory is freed when the last of them is closed: a close beside a job that
 * computes neither waits for it nor takes its memory away.
 */
public final class Workspace implements AutoCloseable {
    private static final long ALIGNMENT = 128;
    /** From this size on, large pages are asked for: a weight matrix of 5 MB otherwise spans 1 300 page entries. */
    private static final long LARGE = 4L << 20;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;
    private static final long LARGE_PAGE = 2L << 20;

    /** Set among the {@link #uses} once the workspace is closed. */
    private static final int CLOSED = 1 << 30;

    /** The memory of a workspace is not freed before this is closed, which is done once, by whichever thread. */
    @FunctionalInterface
    public interface Use extends AutoCloseable {
        @Override
        void close();

        /** This use and one of other memory, asked for here; if that is refused, this one ends too. */
        default Use and(Supplier<Use> other) {
            try {
                Use second = other.get();
                return () -> {
                    second.close();
                    close();
                };
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    private final String owner;
    private final Arena arena = Arena.ofShared();
    private final List<Runnable> whatElseToFree = new ArrayList<>();
    private final AtomicInteger uses = new AtomicInteger();
    private final Use use = this::endUse;
    private long reserved;
    private @Nullable MemorySegment memory;
    /** Of the memory; 0 before it is allocated and after it is freed. */
    private long base;

    /** An empty workspace whose owner has no name. */
    public Workspace() {
        this("workspace");
    }

    /**
     * An empty workspace.
     *
     * @param owner whose memory it is, as a user knows it: "the owner is closed" is what is said when it is
     */
    public Workspace(String owner) {
        this.owner = owner;
    }

    /** Reserves bytes and returns their offset. Before {@link #allocate}. */
    public long reserve(long bytes) {
        if (memory != null) {
            throw new IllegalStateException("the workspace is allocated already");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size " + bytes);
        }
        long offset = reserved;
        reserved = Math.addExact(reserved, Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT);
        return offset;
    }

    /** Reserves {@code count} floats and returns their offset in bytes. */
    public long reserveFloats(long count) {
        return reserve(Math.multiplyExact(count, 4L));
    }

    /** Bytes reserved so far. */
    public long reservedBytes() {
        return reserved;
    }

    /** Allocates all that was reserved, as zeros. Once. */
    public void allocate() {
        if (memory != null) {
            throw new IllegalStateException("the workspace is allocated already");
        }
        if (isClosed()) {
            throw closed();
        }
        long bytes = Math.max(reserved, ALIGNMENT);
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
        MemorySegment allocated = linux && bytes >= LARGE ? map(bytes) : arena.allocate(bytes, ALIGNMENT);
        memory = allocated;
        base = allocated.address();
    }

    /** What else is to be freed with the memory, before it: what was built on its addresses. */
    public void freeWith(Runnable freeing) {
        whatElseToFree.add(freeing);
    }

    /**
     * Keeps the memory until the use is closed.
     *
     * @throws IllegalStateException if the workspace is closed
     */
    public Use use() {
        int before;
        do {
            before = uses.get();
            if (before >= CLOSED) {
                throw closed();
            }
        } while (!uses.compareAndSet(before, before + 1));
        return use;
    }

    private void endUse() {
        if (uses.decrementAndGet() == CLOSED) {
            free();
        }
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return uses.get() >= CLOSED;
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the " + owner + " is closed");
    }

    /** The allocated memory; offsets of {@link #reserve} are offsets in it. */
    public MemorySegment memory() {
        MemorySegment m = memory;
        if (m == null) {
            throw unusable();
        }
        return m;
    }

    /**
     * The address of an offset, for native calls. Good while a {@link #use} is held.
     *
     * @throws IllegalStateException if the workspace is not allocated yet, or was closed and nothing uses it any more
     */
    public long address(long offset) {
        long start = base;
        if (start == 0) {
            throw unusable();
        }
        return start + offset;
    }

    private IllegalStateException unusable() {
        return isClosed() ? closed() : new IllegalStateException("the " + owner + " is not allocated yet");
    }

    /** The float at an offset, in bytes. */
    public float getFloat(long offset) {
        return memory().get(JAVA_FLOAT, offset);
    }

    /** Sets the float at an offset, in bytes. */
    public void setFloat(long offset, float value) {
        memory().set(JAVA_FLOAT, offset, value);
    }

    /** Fills a range with zeros. */
    public void zero(long offset, long bytes) {
        memory().asSlice(offset, bytes).fill((byte) 0);
    }

    /** Fresh pages from the kernel, which are zero, with the request for large ones made before they are touched. */
    private MemorySegment map(long bytes) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup c = linker.defaultLookup();
        long length = Math.ceilDiv(bytes + LARGE_PAGE, LARGE_PAGE) * LARGE_PAGE;
        try {
            long start = (long) linker.downcallHandle(
                            c.findOrThrow("mmap"),
                            FunctionDescriptor.of(
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG))
                    .invokeExact(0L, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (start == -1) {
                throw new OutOfMemoryError("the system gave no " + (bytes >> 20) + " MiB of native memory");
            }
            var unmap = linker.downcallHandle(
                    c.findOrThrow("munmap"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
            int ignored = (int) linker.downcallHandle(
                            c.findOrThrow("madvise"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT))
                    .invokeExact(start, length, MADV_HUGEPAGE);
            long aligned = Math.ceilDiv(start, LARGE_PAGE) * LARGE_PAGE;
            return MemorySegment.ofAddress(aligned).reinterpret(bytes, arena, segment -> {
                try {
                    int unmapped = (int) unmap.invokeExact(start, length);
                    assert unmapped == 0;
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
            });
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void free() {
        base = 0;
        memory = null;
        whatElseToFree.forEach(Runnable::run);
        arena.close();
    }

    /**
     * Gives the memory back, at once if nothing uses it, else when the last use ends. Only the first call counts. What
     * was reserved and never allocated is closed too.
     */
    @Override
    public void close() {
        int before = uses.getAndUpdate(count -> count | CLOSED);
        if (before == 0) {
            free();
        }
    }
}
