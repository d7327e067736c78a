package dev.rialto.files;

import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The type of a file's content as it is served: `image/png`. A known extension of the name takes
/// precedence over the type that the uploader declares, because clients may declare anything.
///
/// @param essence type and subtype, in lower case
/// @param charset empty when unknown
record ContentType(String essence, String charset) {
    private static final Pattern WIRE =
            Pattern.compile(
                    "\\s*([a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60})\\s*"
                            + "(?:;.*?\\bcharset=\"?([a-z0-9_.:-]{1,40})\"?.*|;.*)?");

    /// In addition to those that Helidon knows.
    private static final Map<String, String> MORE_TYPES =
            Map.of(
                    "mp4", "video/mp4",
                    "m4v", "video/mp4",
                    "m4a", "audio/mp4",
                    "avif", "image/avif",
                    "heic", "image/heic",
                    "md", "text/markdown",
                    "wasm", "application/wasm",
                    "flac", "audio/flac",
                    "mkv", "video/x-matroska");

    private static final Map<String, String> EXTENSIONS =
            Map.ofEntries(
                    Map.entry("text/plain", "txt"),
                    Map.entry("image/svg+xml", "svg"),
                    Map.entry("image/x-icon", "ico"),
                    Map.entry("application/xhtml+xml", "xhtml"),
                    Map.entry("application/xslt+xml", "xslt"),
                    Map.entry("multipart/related", "mhtml"),
                    Map.entry("message/rfc822", "mhtml"),
                    Map.entry("application/x-shockwave-flash", "swf"),
                    Map.entry("text/x-component", "htc"),
                    Map.entry("text/javascript", "js"),
                    Map.entry("application/javascript", "js"),
                    Map.entry("audio/mpeg", "mp3"),
                    Map.entry("video/quicktime", "mov"),
                    Map.entry("application/gzip", "gz"),
                    Map.entry("text/markdown", "md"));

    private static final Pattern NAMEABLE = Pattern.compile("[a-z0-9]{1,10}");

    /// Types that a browser displays without running code.
    private static final Set<String> HARMLESS =
            Set.of(
                    "text/plain",
                    "text/csv",
                    "text/markdown",
                    "application/json",
                    "application/pdf");

    private static final Set<String> MEANINGLESS =
            Set.of("application/octet-stream", "application/x-www-form-urlencoded");

    /// The type of a file.
    ///
    /// @param declared by the uploader; anything
    static ContentType of(FileName name, Optional<String> declared) {
        return ofExtension(name.extension(), declared);
    }

    /// The same, by the extension of the name.
    static ContentType ofExtension(String extension, Optional<String> declared) {
        Optional<ContentType> said = declared.flatMap(ContentType::read);
        return byExtension(extension)
                .map(known ->
                        said.filter(type -> type.essence().equals(known))
                                .orElseGet(() -> new ContentType(known, "")))
                .or(() ->
                        said.filter(type ->
                                !type.essence().equals("application/x-www-form-urlencoded")))
                .orElseGet(() -> new ContentType("application/octet-stream", ""));
    }

    private static Optional<String> byExtension(String extension) {
        if (extension.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(MORE_TYPES.get(extension))
                .or(() -> MediaTypes.detectExtensionType(extension).map(MediaType::text));
    }

    private static Optional<ContentType> read(String wire) {
        if (wire.length() > 300) {
            return Optional.empty();
        }
        Matcher parts = WIRE.matcher(wire.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String charset = parts.group(2);
        return Optional.of(new ContentType(parts.group(1), charset == null ? "" : charset));
    }

    /// The extension that stands for this type: `svg`; every kind of XML is `xml`.
    String extension() {
        String known = EXTENSIONS.get(essence);
        if (known != null) {
            return known;
        }
        return subtype().endsWith("+xml") ? "xml" : subtype();
    }

    /// What follows the slash: `svg+xml`.
    String subtype() {
        return essence.substring(essence.indexOf('/') + 1);
    }

    /// Whether names without an extension get one from this type.
    boolean isTelling() {
        return !MEANINGLESS.contains(essence) && NAMEABLE.matcher(extension()).matches();
    }

    /// Whether a browser may show the content inside a page's origin.
    boolean isHarmless() {
        return HARMLESS.contains(essence)
                || (essence.startsWith("image/") && !extension().equals("svg"))
                || essence.startsWith("audio/")
                || essence.startsWith("video/")
                || essence.startsWith("font/");
    }

    String wire() {
        if (!charset.isEmpty()) {
            return essence + "; charset=" + charset;
        }
        return essence.startsWith("text/") ? essence + "; charset=utf-8" : essence;
    }

    /// Reads what [#wire] wrote.
    static ContentType stored(String wire) {
        return read(wire).orElseGet(() -> new ContentType("application/octet-stream", ""));
    }
}
