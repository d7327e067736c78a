package dev.rialto.compiler;

import dev.rialto.functions.spi.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// What code compiled from Groovy may reach of Groovy's runtime, which is shared by all of a
/// server.
public final class GroovyReach {
    private static final List<String> PACKAGES =
            List.of(
                    "groovy.",
                    "org.codehaus.groovy.",
                    "org.apache.groovy.",
                    "dev.rialto.compiler.groovy.");

    private GroovyReach() {}

    /// What a runtime in the server has to know of Groovy.
    public static Language language() {
        return new Language(rules(), PACKAGES);
    }

    /// Rules as those of the hardening's `allowed.txt`, to be added to them.
    public static String rules() {
        try (InputStream rules = GroovyReach.class.getResourceAsStream("groovy-allowed.txt")) {
            return new String(
                    Objects.requireNonNull(rules, "groovy-allowed.txt").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
