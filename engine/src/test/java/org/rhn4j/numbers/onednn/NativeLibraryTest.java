package org.rhn4j.numbers.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;

class NativeLibraryTest {
    @ParameterizedTest
    @CsvSource({"SunOS, sparc", "Linux, riscv64", "Linux, i386", "Windows 11, aarch64", "FreeBSD, amd64"})
    void unsupportedPlatform_isNamedWithTheSupportedOnes(String operatingSystem, String architecture) {
        assertThatThrownBy(() -> NativeLibrary.platformOf(operatingSystem, architecture))
                .isInstanceOf(UserError.class)
                .hasMessage("This platform (" + operatingSystem + " on " + architecture
                        + ") has no matrix library; rhn4j runs on linux-x86_64, linux-arm64, macosx-arm64,"
                        + " macosx-x86_64, windows-x86_64.");
    }

    @Test
    void thisPlatform_opensAgain() {
        NativeLibrary.Opened opened = NativeLibrary.open();
        assertThat(opened.oneDnn().find("dnnl_primitive_execute")).isPresent();
        assertThat(opened.oneDnn().find("dnnl_no_such_function")).isEmpty();
    }
}
