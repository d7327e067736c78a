package dev.rialto.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// Reads the resources of pages.
final class Texts {
    private Texts() {}

    /// The content of a resource.
    ///
    /// @throws IllegalArgumentException when there is none
    static String resource(Class<?> owner, String path) {
        try (InputStream in = owner.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "there is no " + path + " beside " + owner.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The texts beside a class in a language.
    static Map<String, String> of(Class<?> owner, String language) {
        var properties = new Properties();
        try {
            properties.load(
                    new StringReader(resource(owner, "pages/texts." + language + ".properties")));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Map<String, String> texts = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> texts.put(name, properties.getProperty(name)));
        return texts;
    }
}
