package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CopyLineTest {
    @Test
    void writesValuesAsCopyReadsThem() {
        var line =
                new CopyLine()
                        .value("a\tb\nc\rd\\e")
                        .none()
                        .value("")
                        .value("é世😀\ud7ff\ue000\uffff")
                        .array(List.of("x\"y", "\\", ""))
                        .finish();
        assertThat(new String(line, StandardCharsets.UTF_8))
                .isEqualTo(
                        "a\\tb\\nc\\rd\\\\e\t\\N\t\té世😀\ud7ff\ue000\uffff\t"
                                + "{\"x\\\\\"y\",\"\\\\\\\\\",\"\"}\n");
    }

    @Test
    void rejectsWhatIsNotText() {
        for (var text : List.of("a\0", "\ud800", "a\ud800b", "\udc00", "\udc00\ud800", "?\ud83d")) {
            assertThatThrownBy(() -> new CopyLine().value(text))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining("must not contain");
        }
    }
}
