package org.rhn4j.numbers.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of oneDNN's C interface that the engine uses, one method a function. Handles and addresses are plain
 * {@code long}s, so that a call allocates nothing; {@link MatrixProduct} and {@link WeightPacking} own them.
 *
 * <p>Every primitive is made and run by a thread whose OpenMP team has one member ({@link #useOneThreadHere()}): the
 * engine divides the work itself, see {@code WorkerTeam}.
 */
public final class OneDnn {
    /** The Maven version of the carrier of the native library, which also names the header the constants are from. */
    static final String LIBRARY_VERSION = "3.13-1.5.14";

    // Constants of oneapi/dnnl/dnnl_types.h and dnnl_common_types.h, as shipped in the jar of LIBRARY_VERSION.
    static final int BF16 = 2;
    static final int F32 = 3;
    static final int FORMAT_TAG_ANY = 1;
    static final int SCRATCHPAD_MODE_USER = 1;
    static final int ARG_SOURCE = 1;
    static final int ARG_DESTINATION = 17;
    static final int ARG_WEIGHTS = 33;
    static final int ARG_SCRATCHPAD = 80;
    private static final int ENGINE_KIND_CPU = 1;
    private static final int QUERY_IMPLEMENTATION = 8;
    private static final int QUERY_WEIGHTS = 131;
    private static final int QUERY_SCRATCHPAD = 136;
    private static final int QUERY_STRIDES = 14;
    private static final int QUERY_INNER_COUNT = 263;
    private static final int QUERY_INNER_SIZES = 264;
    private static final int QUERY_INNER_DIMENSIONS = 265;
    private static final int ISA_AVX512_CORE_BF16 = 0xe7;
    private static final int ISA_AMX = 0xfef;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final NativeLibrary.Opened LIBRARY = NativeLibrary.open();

    private static final MethodHandle ENGINE_CREATE = oneDnn("dnnl_engine_create", JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle STREAM_CREATE = oneDnn("dnnl_stream_create", JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle DESCRIPTOR_STRIDES =
            oneDnn("dnnl_memory_desc_create_with_strides", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle DESCRIPTOR_TAG =
            oneDnn("dnnl_memory_desc_create_with_tag", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle DESCRIPTOR_DESTROY = oneDnn("dnnl_memory_desc_destroy", JAVA_LONG);
    private static final MethodHandle DESCRIPTOR_SIZE =
            function(LIBRARY.oneDnn(), "dnnl_memory_desc_get_size", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle DESCRIPTOR_QUERY =
            oneDnn("dnnl_memory_desc_query", JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MEMORY_CREATE =
            oneDnn("dnnl_memory_create", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEMORY_DESTROY = oneDnn("dnnl_memory_destroy", JAVA_LONG);
    private static final MethodHandle MEMORY_SET = oneDnn("dnnl_memory_set_data_handle", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ATTRIBUTES_CREATE = oneDnn("dnnl_primitive_attr_create", JAVA_LONG);
    private static final MethodHandle ATTRIBUTES_DESTROY = oneDnn("dnnl_primitive_attr_destroy", JAVA_LONG);
    private static final MethodHandle ATTRIBUTES_SCRATCHPAD =
            oneDnn("dnnl_primitive_attr_set_scratchpad_mode", JAVA_LONG, JAVA_INT);
    private static final MethodHandle ATTRIBUTES_POST_OPS =
            oneDnn("dnnl_primitive_attr_set_post_ops", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle POST_OPS_CREATE = oneDnn("dnnl_post_ops_create", JAVA_LONG);
    private static final MethodHandle POST_OPS_DESTROY = oneDnn("dnnl_post_ops_destroy", JAVA_LONG);
    private static final MethodHandle POST_OPS_SUM =
            oneDnn("dnnl_post_ops_append_sum", JAVA_LONG, JAVA_FLOAT, JAVA_INT, JAVA_INT);
    private static final MethodHandle MATMUL_DESCRIPTOR = oneDnn(
            "dnnl_matmul_primitive_desc_create",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle REORDER_DESCRIPTOR = oneDnn(
            "dnnl_reorder_primitive_desc_create", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PRIMITIVE_DESCRIPTOR_DESTROY = oneDnn("dnnl_primitive_desc_destroy", JAVA_LONG);
    private static final MethodHandle QUERY =
            oneDnn("dnnl_primitive_desc_query", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle QUERY_DESCRIPTOR = function(
            LIBRARY.oneDnn(),
            "dnnl_primitive_desc_query_md",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle PRIMITIVE_CREATE = oneDnn("dnnl_primitive_create", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PRIMITIVE_DESTROY = oneDnn("dnnl_primitive_destroy", JAVA_LONG);
    private static final MethodHandle EXECUTE =
            oneDnn("dnnl_primitive_execute", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EFFECTIVE_ISA =
            function(LIBRARY.oneDnn(), "dnnl_get_effective_cpu_isa", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle SET_THREADS = openMpSetThreads();

    /** The one CPU engine of the process, and one stream: a CPU stream keeps no state between calls. */
    static final long ENGINE = createEngine();

    static final long STREAM = createStream();

    private OneDnn() {}

    /** Makes the calling thread run the primitives that it creates or executes alone, without an OpenMP team. */
    public static void useOneThreadHere() {
        try {
            SET_THREADS.invokeExact(1);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Whether this processor multiplies bf16 matrices in hardware. */
    public static boolean hasBf16() {
        int isa = effectiveIsa();
        return (isa & ISA_AVX512_CORE_BF16) == ISA_AVX512_CORE_BF16;
    }

    /** The instruction set that oneDNN uses here, in words. */
    public static String instructionSet() {
        int isa = effectiveIsa();
        if ((isa & ISA_AMX) == ISA_AMX) {
            return "AMX";
        }
        if ((isa & ISA_AVX512_CORE_BF16) == ISA_AVX512_CORE_BF16) {
            return "AVX-512 BF16";
        }
        if ((isa & 0x27) == 0x27) {
            return "AVX-512";
        }
        if ((isa & 0x7) == 0x7) {
            return "AVX2";
        }
        return isa == 0 ? System.getProperty("os.arch", "?") : "SSE/AVX";
    }

    private static int effectiveIsa() {
        try {
            return (int) EFFECTIVE_ISA.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    // --- descriptors ---

    /** A descriptor of a [rows, columns] matrix with the given strides, in elements. The caller destroys it. */
    static long matrixDescriptor(int type, long rows, long columns, long rowStride, long columnStride) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            MemorySegment dims = arena.allocateFrom(JAVA_LONG, rows, columns);
            MemorySegment strides = arena.allocateFrom(JAVA_LONG, rowStride, columnStride);
            check("memory_desc_create_with_strides", (int)
                    DESCRIPTOR_STRIDES.invokeExact(out.address(), 2, dims.address(), type, strides.address()));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** A descriptor of a [rows, columns] matrix whose layout the primitive may choose. The caller destroys it. */
    static long anyDescriptor(int type, long rows, long columns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            MemorySegment dims = arena.allocateFrom(JAVA_LONG, rows, columns);
            check("memory_desc_create_with_tag", (int)
                    DESCRIPTOR_TAG.invokeExact(out.address(), 2, dims.address(), type, FORMAT_TAG_ANY));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void destroyDescriptor(long descriptor) {
        try {
            check("memory_desc_destroy", (int) DESCRIPTOR_DESTROY.invokeExact(descriptor));
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static long sizeOf(long descriptor) {
        try {
            return (long) DESCRIPTOR_SIZE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * How a matrix is blocked: sizes of the inner blocks, outermost first, and the dimension that each divides.
     *
     * @param sizes elements of each inner block
     * @param dimensions 0 for rows, 1 for columns
     * @param strides elements between blocks along rows and columns
     */
    record Blocking(List<Long> sizes, List<Long> dimensions, List<Long> strides) {}

    /** The blocking of a descriptor of a matrix. */
    static Blocking blockingOf(long descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("memory_desc_query", (int)
                    DESCRIPTOR_QUERY.invokeExact(descriptor, QUERY_INNER_COUNT, out.address()));
            int count = out.get(JAVA_INT, 0);
            return new Blocking(
                    longs(descriptor, QUERY_INNER_SIZES, count, out),
                    longs(descriptor, QUERY_INNER_DIMENSIONS, count, out),
                    longs(descriptor, QUERY_STRIDES, 2, out));
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static List<Long> longs(long descriptor, int what, int count, MemorySegment out) throws Throwable {
        check("memory_desc_query", (int) DESCRIPTOR_QUERY.invokeExact(descriptor, what, out.address()));
        MemorySegment array = MemorySegment.ofAddress(out.get(JAVA_LONG, 0)).reinterpret(8L * count);
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(array.getAtIndex(JAVA_LONG, i));
        }
        return values;
    }

    // --- memory objects ---

    /** A memory object without data; {@link #setData} gives it some before each execution. */
    static long createMemory(long descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("memory_create", (int) MEMORY_CREATE.invokeExact(out.address(), descriptor, ENGINE, 0L));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void setData(long memory, long address) {
        try {
            int status = (int) MEMORY_SET.invokeExact(memory, address);
            if (status != 0) {
                check("memory_set_data_handle", status);
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void destroyMemory(long memory) {
        try {
            check("memory_destroy", (int) MEMORY_DESTROY.invokeExact(memory));
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    // --- primitives ---

    /** A primitive descriptor of dst = src · weights (+ dst when {@code accumulate}). The caller destroys it. */
    static long matmul(long source, long weights, long destination, boolean accumulate) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            long attributes = createAttributes(out, accumulate);
            try {
                check("matmul_primitive_desc_create", (int) MATMUL_DESCRIPTOR.invokeExact(
                        out.address(), ENGINE, source, weights, 0L, destination, attributes));
                return out.get(JAVA_LONG, 0);
            } finally {
                int ignored = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** A primitive descriptor that copies between layouts and types. The caller destroys it. */
    static long reorder(long from, long to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            long attributes = createAttributes(out, false);
            try {
                check("reorder_primitive_desc_create", (int)
                        REORDER_DESCRIPTOR.invokeExact(out.address(), from, ENGINE, to, ENGINE, attributes));
                return out.get(JAVA_LONG, 0);
            } finally {
                int ignored = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static long createAttributes(MemorySegment out, boolean accumulate) throws Throwable {
        check("primitive_attr_create", (int) ATTRIBUTES_CREATE.invokeExact(out.address()));
        long attributes = out.get(JAVA_LONG, 0);
        check("set_scratchpad_mode", (int) ATTRIBUTES_SCRATCHPAD.invokeExact(attributes, SCRATCHPAD_MODE_USER));
        if (accumulate) {
            check("post_ops_create", (int) POST_OPS_CREATE.invokeExact(out.address()));
            long postOps = out.get(JAVA_LONG, 0);
            check("post_ops_append_sum", (int) POST_OPS_SUM.invokeExact(postOps, 1f, 0, F32));
            check("set_post_ops", (int) ATTRIBUTES_POST_OPS.invokeExact(attributes, postOps));
            check("post_ops_destroy", (int) POST_OPS_DESTROY.invokeExact(postOps));
        }
        return attributes;
    }

    /** The layout that the primitive chose for its weights; owned by the primitive descriptor. */
    static long weightsOf(long primitiveDescriptor) {
        return query(primitiveDescriptor, QUERY_WEIGHTS);
    }

    /** The scratchpad that the primitive needs; owned by the primitive descriptor. */
    static long scratchpadOf(long primitiveDescriptor) {
        return query(primitiveDescriptor, QUERY_SCRATCHPAD);
    }

    private static long query(long primitiveDescriptor, int what) {
        try {
            return (long) QUERY_DESCRIPTOR.invokeExact(primitiveDescriptor, what, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** The name of the implementation behind a primitive, such as {@code brg_matmul:avx512_core_amx}. */
    static String implementationOf(long primitiveDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check("primitive_desc_query", (int)
                    QUERY.invokeExact(primitiveDescriptor, QUERY_IMPLEMENTATION, 0, out.address()));
            return out.get(ADDRESS, 0).reinterpret(256).getString(0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void destroyPrimitiveDescriptor(long primitiveDescriptor) {
        try {
            check("primitive_desc_destroy", (int) PRIMITIVE_DESCRIPTOR_DESTROY.invokeExact(primitiveDescriptor));
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static long createPrimitive(long primitiveDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("primitive_create", (int) PRIMITIVE_CREATE.invokeExact(out.address(), primitiveDescriptor));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void destroyPrimitive(long primitive) {
        try {
            check("primitive_destroy", (int) PRIMITIVE_DESTROY.invokeExact(primitive));
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void execute(long primitive, int arguments, long argumentArray) {
        try {
            int status = (int) EXECUTE.invokeExact(primitive, STREAM, arguments, argumentArray);
            if (status != 0) {
                check("primitive_execute", status);
            }
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    // --- plumbing ---

    private static MethodHandle oneDnn(String name, MemoryLayout... parameters) {
        return function(LIBRARY.oneDnn(), name, FunctionDescriptor.of(JAVA_INT, parameters));
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(library.findOrThrow(name), descriptor);
    }

    private static MethodHandle openMpSetThreads() {
        FunctionDescriptor descriptor = FunctionDescriptor.ofVoid(JAVA_INT);
        SymbolLookup openMp = LIBRARY.openMp();
        return openMp != null
                ? function(openMp, "omp_set_num_threads", descriptor)
                // Windows: the OpenMP runtime is a system library that oneDNN has loaded already.
                : function(
                        SymbolLookup.libraryLookup("vcomp140.dll", Arena.global()), "omp_set_num_threads", descriptor);
    }

    private static long createEngine() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("engine_create", (int) ENGINE_CREATE.invokeExact(out.address(), ENGINE_KIND_CPU, 0L));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static long createStream() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("stream_create", (int) STREAM_CREATE.invokeExact(out.address(), ENGINE, 0));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static void check(String function, int status) {
        if (status == 0) {
            return;
        }
        String reason = switch (status) {
            case 1 -> "out of memory";
            case 2 -> "invalid arguments";
            case 3 -> "unimplemented";
            case 4 -> "last implementation reached";
            case 5 -> "runtime error";
            default -> "status " + status;
        };
        if (status == 1) {
            throw new OutOfMemoryError("native memory, in dnnl_" + function);
        }
        throw new IllegalStateException("oneDNN: dnnl_" + function + ": " + reason);
    }

    private static RuntimeException rethrow(Throwable e) {
        if (e instanceof RuntimeException r) {
            return r;
        }
        if (e instanceof Error r) {
            throw r;
        }
        return new IllegalStateException(e);
    }
}
