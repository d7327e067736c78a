package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OpenFilesTest {
    @Test
    void acceptsNoMoreThanThereAreFilesFor() {
        assertThat(OpenFiles.connections(16_384, 1 << 20)).isEqualTo(16_384);
        assertThat(OpenFiles.connections(16_384, 16_384)).isEqualTo(14_336);
        assertThat(OpenFiles.connections(16_384, 1024)).isEqualTo(768);
        assertThat(OpenFiles.connections(100, 1024)).isEqualTo(100);
    }

    @Test
    void acceptsAFewWhateverTheLimit() {
        assertThat(OpenFiles.connections(16_384, 200)).isEqualTo(16);
    }

    @Test
    void takesAnUnknownLimitForNone() {
        assertThat(OpenFiles.connections(16_384, -1)).isEqualTo(16_384);
    }
}
