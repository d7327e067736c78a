package dev.rialto.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Classes of tests as those of a micro app.
final class TestLoader {
    private TestLoader() {}

    static RevisionLoader of(Class<?>... types) {
        Map<String, byte[]> files = new HashMap<>();
        for (Class<?> each : types) {
            String path = each.getName().replace('.', '/') + ".class";
            try (var in = TestLoader.class.getClassLoader().getResourceAsStream(path)) {
                files.put(path, in.readAllBytes());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return new RevisionLoader(
                "test", files, List.of("dev.rialto.sdk.", "dev.rialto.hardening."));
    }
}
