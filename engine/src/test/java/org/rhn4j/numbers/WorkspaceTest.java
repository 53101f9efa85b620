package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {
    private static final long LARGE = 4L << 20;

    private static boolean isLinux() {
        return System.getProperty("os.name").startsWith("Linux");
    }

    /** Below the size from which large pages are asked for, at it, and above it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1000, LARGE - 128, LARGE, LARGE + 1, 5L << 20, 33_333_333})
    void buffers_areAlignedZeroAndApart(long bytes) {
        try (Workspace workspace = new Workspace()) {
            long first = workspace.reserve(bytes);
            long second = workspace.reserveFloats(3);
            long third = workspace.reserve(1);
            assertThat(workspace.reservedBytes()).isGreaterThanOrEqualTo(bytes + 13);
            workspace.allocate();

            assertThat(workspace.memory().byteSize()).isGreaterThanOrEqualTo(workspace.reservedBytes());
            for (long offset : new long[] {first, second, third}) {
                assertThat(workspace.address(offset) % 128).isZero();
            }
            assertThat(second).isGreaterThanOrEqualTo(first + bytes);
            assertThat(third).isGreaterThanOrEqualTo(second + 12);
            MemorySegment zeros =
                    MemorySegment.ofArray(new byte[(int) workspace.memory().byteSize()]);
            assertThat(workspace.memory().mismatch(zeros)).isEqualTo(-1);
        }
    }

    @Test
    void largeWorkspace_startsAtALargePageAndIsWritableToItsEnd() {
        assumeTrue(isLinux(), "large pages are asked for on Linux only");
        try (Workspace workspace = new Workspace()) {
            long floats = 3_000_001;
            long offset = workspace.reserveFloats(floats);
            workspace.allocate();
            assertThat(workspace.address(0) % (2L << 20)).isZero();
            long last = offset + 4 * (floats - 1);
            workspace.setFloat(offset, 1.5f);
            workspace.setFloat(last, 2.5f);
            assertThat(workspace.getFloat(offset)).isEqualTo(1.5f);
            assertThat(NativeMemory.getFloat(workspace.address(last))).isEqualTo(2.5f);
            workspace.zero(last, 4);
            assertThat(workspace.getFloat(last)).isZero();
            assertThat(workspace.getFloat(offset)).isEqualTo(1.5f);
        }
    }

    @Test
    void close_givesLargeMemoryBack() throws IOException {
        assumeTrue(isLinux(), "reads /proc");
        long before = virtualKilobytes();
        for (int i = 0; i < 64; i++) {
            try (Workspace workspace = new Workspace()) {
                workspace.reserve(256L << 20);
                workspace.allocate();
                workspace.setFloat(0, 1);
            }
        }
        assertThat(virtualKilobytes() - before).isLessThan(4L << 20);
    }

    private static long virtualKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void reserve_afterAllocate_isRefused() {
        try (Workspace workspace = new Workspace()) {
            workspace.reserve(100);
            workspace.allocate();
            assertThatThrownBy(() -> workspace.reserve(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(workspace::allocate).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void address_beforeAllocate_isRefused() {
        try (Workspace workspace = new Workspace()) {
            long offset = workspace.reserve(100);
            assertThatThrownBy(() -> workspace.address(offset)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void sizesThatCannotBe_areRefused() {
        try (Workspace workspace = new Workspace()) {
            assertThatThrownBy(() -> workspace.reserve(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> workspace.reserveFloats(Long.MAX_VALUE / 2))
                    .isInstanceOf(ArithmeticException.class);
            workspace.reserve(Long.MAX_VALUE / 2);
            assertThatThrownBy(() -> workspace.reserve(Long.MAX_VALUE / 2 + 1000))
                    .isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void memoryThatTheSystemHasNot_isAnOutOfMemoryError() {
        try (Workspace workspace = new Workspace()) {
            workspace.reserve(1L << 50);
            assertThatThrownBy(workspace::allocate).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, LARGE})
    void close_endsAccessAndMayBeRepeated(long bytes) {
        Workspace workspace = new Workspace();
        workspace.reserve(bytes);
        workspace.allocate();
        workspace.setFloat(0, 1);
        workspace.close();
        workspace.close();
        assertThatThrownBy(() -> workspace.getFloat(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_withoutAllocate_isFine() {
        Workspace workspace = new Workspace();
        workspace.reserve(LARGE);
        workspace.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {100, LARGE})
    void afterClose_everythingIsRefused(long bytes) {
        Workspace workspace = new Workspace("network");
        long offset = workspace.reserve(bytes);
        workspace.allocate();
        workspace.close();
        assertThat(workspace.isClosed()).isTrue();
        assertThatThrownBy(workspace::use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the network is closed");
        assertThatThrownBy(() -> workspace.address(offset)).hasMessage("the network is closed");
        assertThatThrownBy(workspace::memory).hasMessage("the network is closed");
        assertThatThrownBy(() -> workspace.setFloat(offset, 1)).hasMessage("the network is closed");
    }

    @Test
    void allocate_afterClose_isRefused() {
        Workspace workspace = new Workspace("network");
        workspace.close();
        assertThatThrownBy(workspace::allocate).hasMessage("the network is closed");
    }

    @Test
    void whatIsFreedWithIt_isFreedOnce_allocatedOrNot() {
        for (boolean allocated : new boolean[] {false, true}) {
            int[] freed = {0};
            Workspace workspace = new Workspace();
            workspace.freeWith(() -> freed[0]++);
            if (allocated) {
                workspace.allocate();
            }
            workspace.close();
            workspace.close();
            assertThat(freed[0]).isEqualTo(1);
        }
    }

    /** The memory of a job in flight is not taken away, and goes when the last of those that use it is done. */
    @Test
    void close_whileItIsUsed_freesWithTheLastUse() {
        int[] freed = {0};
        Workspace workspace = new Workspace("network");
        long offset = workspace.reserve(LARGE);
        workspace.freeWith(() -> freed[0]++);
        workspace.allocate();
        Workspace.Use first = workspace.use();
        Workspace.Use second = workspace.use();
        workspace.close();
        workspace.close();
        first.close();
        NativeMemory.setFloat(workspace.address(offset), 7);
        assertThat(workspace.getFloat(offset)).isEqualTo(7);
        assertThatThrownBy(workspace::use).hasMessage("the network is closed");
        assertThat(freed[0]).isZero();
        second.close();
        assertThat(freed[0]).isEqualTo(1);
        assertThatThrownBy(() -> workspace.address(offset)).hasMessage("the network is closed");
    }

    @Test
    void and_endsTheFirstUseWhereTheOtherIsRefused() {
        Workspace open = new Workspace("network");
        Workspace closed = new Workspace("model");
        open.allocate();
        closed.close();
        assertThatThrownBy(() -> open.use().and(closed::use)).hasMessage("the model is closed");
        open.close();
        assertThatThrownBy(() -> open.address(0)).hasMessage("the network is closed");
    }

    /** Threads that use the memory beside one that closes it either get it or are refused; it is freed once. */
    @Test
    void use_besideClose_isGivenOrRefused() throws InterruptedException {
        for (int time = 0; time < 200; time++) {
            AtomicInteger freed = new AtomicInteger();
            Workspace workspace = new Workspace("network");
            workspace.reserve(LARGE);
            workspace.freeWith(freed::incrementAndGet);
            workspace.allocate();
            CountDownLatch begun = new CountDownLatch(2);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> problems = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 2; i++) {
                long at = 4L * i;
                threads.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((t, e) -> problems.add(e))
                        .start(() -> {
                            while (true) {
                                try (var _ = workspace.use()) {
                                    workspace.setFloat(at, 1);
                                }
                                begun.countDown();
                            }
                        }));
            }
            begun.await();
            workspace.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(problems).hasSize(2).allSatisfy(e -> assertThat(e).hasMessage("the network is closed"));
            assertThat(freed).hasValue(1);
        }
    }
}
