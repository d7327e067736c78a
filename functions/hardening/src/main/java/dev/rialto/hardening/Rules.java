package dev.rialto.hardening;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The lines of a resource file, without comments.
final class Rules {
    private Rules() {}

    static List<String> of(String file) {
        try (InputStream content = Rules.class.getResourceAsStream(file)) {
            byte[] bytes = Objects.requireNonNull(content, file).readAllBytes();
            return lines(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static List<String> lines(String text) {
        return text.lines()
                .map(String::strip)
                .filter(each -> !each.isEmpty() && !each.startsWith("#"))
                .toList();
    }
}
