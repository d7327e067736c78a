package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class PipeTest {
    private final Pipe pipe = new Pipe();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    @Test
    void passesOnAllThatWasWritten() throws Exception {
        byte[] written = new byte[1 << 20];
        Thread function =
                Thread.ofVirtual()
                        .start(() -> {
                            try (OutputStream out = pipe.in()) {
                                out.write(written);
                                pipe.finish();
                            } catch (IOException failure) {
                                pipe.breakOff();
                            }
                        });
        pipe.drain(read);
        function.join();

        assertThat(read.size()).isEqualTo(written.length);
    }

    @Test
    void doesNotLookWholeWhenTheFunctionFailed() throws Exception {
        try (OutputStream out = pipe.in()) {
            out.write(1);
        }
        pipe.breakOff();

        assertThatIOException().isThrownBy(() -> pipe.drain(read)).withMessageContaining("failed");
    }

    @Test
    void tellsTheFunctionThatTheClientHasGone() {
        pipe.finish();
        assertThatIOException()
                .isThrownBy(() -> {
                    pipe.drain(read);
                    pipe.in().write(1);
                });
    }
}
