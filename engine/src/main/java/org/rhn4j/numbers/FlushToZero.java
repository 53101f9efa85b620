package org.rhn4j.numbers;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calling thread treat denormal floats as zero, because processors take some hundred cycles over each.
 *
 * <p>Gates that are nearly shut produce denormals by the thousand. Java offers no switch, so the thread's
 * floating-point environment is read with C's {@code fegetenv}, changed, and written back. Only the systems whose
 * {@code fenv_t} is known here are changed; on others the engine is right, and slower where denormals occur.
 */
final class FlushToZero {
    /** FTZ (bit 15) and DAZ (bit 6) of x86's MXCSR. */
    private static final int X86_BITS = 0x8040;
    /** FZ (bit 24) of Arm's FPCR. */
    private static final int ARM_BITS = 1 << 24;

    private static final @Nullable FlushToZero INSTANCE = create();

    private final MethodHandle get;
    private final MethodHandle set;
    private final long offset;
    private final int bits;

    private FlushToZero(MethodHandle get, MethodHandle set, long offset, int bits) {
        this.get = get;
        this.set = set;
        this.offset = offset;
        this.bits = bits;
    }

    /** Whether this platform's floating-point environment is known. */
    static boolean isSupported() {
        return INSTANCE != null;
    }

    /** Switches the calling thread. Returns a token for {@link #restore}. */
    static boolean enableHere() {
        return INSTANCE != null && INSTANCE.change(true);
    }

    /** Undoes {@link #enableHere} if that changed anything. */
    static void restore(boolean changed) {
        if (changed && INSTANCE != null) {
            INSTANCE.change(false);
        }
    }

    private boolean change(boolean on) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment environment = arena.allocate(64, 16);
            if ((int) get.invokeExact(environment.address()) != 0) {
                return false;
            }
            int control = environment.get(JAVA_INT, offset);
            int changed = on ? control | bits : control & ~bits;
            if (changed == control) {
                return false;
            }
            environment.set(JAVA_INT, offset, changed);
            return (int) set.invokeExact(environment.address()) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static @Nullable FlushToZero create() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean x86 = arch.equals("amd64") || arch.equals("x86_64");
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        long offset;
        if (os.startsWith("linux") && x86) {
            offset = 28; // glibc and musl: the 28-byte x87 environment, then __mxcsr
        } else if (os.startsWith("linux") && arm) {
            offset = 0; // __fpcr, then __fpsr
        } else if (os.startsWith("mac") && x86) {
            offset = 4; // __control, __status (16 bits each), then __mxcsr
        } else if (os.startsWith("mac") && arm) {
            offset = 8; // __fpsr (64 bits), then __fpcr
        } else {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> get = libm("fegetenv");
        Optional<MemorySegment> set = libm("fesetenv");
        if (get.isEmpty() || set.isEmpty()) {
            return null;
        }
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
        return new FlushToZero(
                linker.downcallHandle(get.get(), descriptor),
                linker.downcallHandle(set.get(), descriptor),
                offset,
                x86 ? X86_BITS : ARM_BITS);
    }

    private static Optional<MemorySegment> libm(String name) {
        return Linker.nativeLinker().defaultLookup().find(name);
    }
}
