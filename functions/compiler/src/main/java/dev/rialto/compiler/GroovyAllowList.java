package dev.rialto.compiler;

import dev.rialto.functions.spi.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The members of Groovy's runtime, which all micro apps of a server share, that Groovy code may
/// use.
public final class GroovyAllowList {
    private static final List<String> PACKAGES =
            List.of(
                    "groovy.",
                    "org.codehaus.groovy.",
                    "org.apache.groovy.",
                    "dev.rialto.compiler.groovy.");

    private GroovyAllowList() {}

    /// What a runtime needs to know about Groovy.
    public static Language language() {
        return new Language(rules(), PACKAGES);
    }

    /// Rules in the form of the hardening's `allowed.txt`, to be added to them.
    public static String rules() {
        try (InputStream rules = GroovyAllowList.class.getResourceAsStream("groovy-allowed.txt")) {
            return new String(
                    Objects.requireNonNull(rules, "groovy-allowed.txt").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
