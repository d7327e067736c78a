package dev.rialto.files;

import dev.rialto.kernel.Settings;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Limits on files.
///
/// @param maxSize of one file, in bytes
/// @param refusedExtensions extensions that only the master key may upload, without a dot; content
///   types count as the extension they stand for
/// @param publicUpload whether callers without a session may upload
/// @param anonymousUpload whether anonymous users may upload
/// @param userUpload whether logged-in users may upload
/// @param keepFree bytes of the disk that files leave free for others
public record FilesSettings(
        long maxSize,
        Set<String> refusedExtensions,
        boolean publicUpload,
        boolean anonymousUpload,
        boolean userUpload,
        long keepFree) {
    /// Types that can run scripts in a browser when they are opened.
    public static final Set<String> SCRIPTABLE =
            Set.of(
                    "html", "htm", "xhtml", "xht", "xhtm", "shtml", "shtm", "mhtml", "mht", "svg",
                    "svgz", "xml", "xsl", "xslt", "xsd", "rng", "rdf", "owl", "mathml", "xul",
                    "swf", "htc", "hta");

    public FilesSettings {
        if (maxSize < 1) {
            throw new IllegalArgumentException("files.max-size must be at least 1 byte");
        }
        if (keepFree < 0) {
            throw new IllegalArgumentException("files.keep-free must not be negative");
        }
        refusedExtensions =
                refusedExtensions.stream()
                        .map(extension -> extension.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    public static FilesSettings defaults() {
        return new FilesSettings(20L << 20, SCRIPTABLE, false, false, true, 64L << 20);
    }

    /// Reads the operator's settings.
    public static FilesSettings read(Settings in) {
        FilesSettings standard = defaults();
        long size = in.bytes("files.max-size", standard.maxSize());
        var refused =
                Set.copyOf(
                        in.list(
                                "files.refused-extensions",
                                standard.refusedExtensions().stream().sorted().toList()));
        boolean byPublic = in.yes("files.public-upload", standard.publicUpload());
        boolean byAnonymous = in.yes("files.anonymous-upload", standard.anonymousUpload());
        boolean byUsers = in.yes("files.user-upload", standard.userUpload());
        long keepFree = in.bytes("files.keep-free", standard.keepFree());
        SharingSettings.read(in);
        return in.build(
                standard,
                () -> new FilesSettings(size, refused, byPublic, byAnonymous, byUsers, keepFree));
    }
}
