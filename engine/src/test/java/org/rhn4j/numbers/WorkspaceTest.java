package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
