package org.rhn4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void theBuildRecordsItsVersion() {
        assertThat(Version.number()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
