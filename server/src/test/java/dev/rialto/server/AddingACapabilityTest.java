package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The walk through a small capability shows the code of a real one, which the build compiles and
/// tests.
class AddingACapabilityTest {
    private static final Path PROJECT = Path.of("..");

    /// A file's name on a line of its own, then a block of code.
    private static final Pattern EXCERPT =
            Pattern.compile("(?m)^`([^`]+)`:\n\n```\\w+\n((?s:.*?))\n```$");

    @Test
    void showsTheFilesAsTheyAre() throws IOException {
        String page = Files.readString(PROJECT.resolve("docs/adding-a-capability.md"));
        Matcher excerpt = EXCERPT.matcher(page);
        int found = 0;
        while (excerpt.find()) {
            assertThat(PROJECT.resolve(excerpt.group(1)))
                    .content()
                    .as(excerpt.group(1))
                    .contains(excerpt.group(2));
            found++;
        }
        assertThat(found).isGreaterThan(12);
    }
}
