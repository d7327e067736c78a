package dev.rialto.reference;

import dev.rialto.http.Gzip;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/// The files that the page is made of: ours, and those of Swagger UI. Each is read when it is first
/// asked for.
final class Assets {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final Map<String, String> OURS =
            Map.of("reference.js", SCRIPT, "reference.css", STYLE);

    private static final Map<String, String> SWAGGER =
            Map.of(
                    "swagger-ui-bundle.js",
                    SCRIPT,
                    "swagger-ui-bundle.js.LICENSE.txt",
                    "text/plain; charset=utf-8",
                    "swagger-ui.css",
                    STYLE,
                    "favicon-32x32.png",
                    "image/png");

    private final String version;
    private final Map<String, Asset> read = new ConcurrentHashMap<>();

    /// One file.
    ///
    /// @param compressed its content in gzip
    /// @param kept whether its address changes when it does
    record Asset(String contentType, byte[] content, byte[] compressed, boolean kept) {
        static Asset of(String contentType, byte[] content, boolean kept) {
            return new Asset(contentType, content, Gzip.compress(content, content.length), kept);
        }
    }

    private Assets(String version) {
        this.version = version;
    }

    static Assets read() {
        var about = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            about.load(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new Assets(about.getProperty("version"));
    }

    /// The version of Swagger UI.
    String version() {
        return version;
    }

    /// The page itself.
    String page() {
        return new String(content("page.html"), StandardCharsets.UTF_8);
    }

    /// The file of this name, if the page uses one.
    Optional<Asset> find(String name) {
        return OURS.containsKey(name) || SWAGGER.containsKey(name)
                ? Optional.of(read.computeIfAbsent(name, this::asset))
                : Optional.empty();
    }

    private Asset asset(String name) {
        String contentType = SWAGGER.get(name);
        return contentType == null
                ? Asset.of(Objects.requireNonNull(OURS.get(name)), content(name), false)
                : Asset.of(
                        contentType,
                        content("/META-INF/resources/webjars/swagger-ui/" + version + "/" + name),
                        true);
    }

    private static byte[] content(String path) {
        try (InputStream in = open(path)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static InputStream open(String path) {
        return Objects.requireNonNull(Assets.class.getResourceAsStream(path), path);
    }
}
