package dev.rialto.files;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// Limits on files.
///
/// @param maxSize of one file, in bytes
/// @param refusedExtensions extensions that only the master key may upload, without a dot; content
///   types count as the extension they stand for
/// @param keepFree bytes of the disk that files leave free for others
/// @param resumable limits on resumable uploads
public record FilesSettings(
        long maxSize,
        Set<String> refusedExtensions,
        Uploaders uploaders,
        long keepFree,
        Care care,
        ResumableSettings resumable) {
    /// Who may upload.
    ///
    /// @param visitors callers without a session
    /// @param anonymous users who have not said who they are
    /// @param users the others
    public record Uploaders(boolean visitors, boolean anonymous, boolean users) {
        public static final Uploaders ALL = new Uploaders(true, true, true);

        private static Uploaders read(Settings in) {
            return new Uploaders(
                    in.yes("files.public-upload", false),
                    in.yes("files.anonymous-upload", false),
                    in.yes("files.user-upload", true));
        }
    }

    /// What is done so that files stay well.
    ///
    /// @param quota what the files of one app may take up, in bytes
    /// @param checkEvery how often the content of each file is compared with its digest; zero:
    ///   never
    /// @param scanner looks for malware in what is uploaded
    public record Care(OptionalLong quota, Duration checkEvery, Optional<ClamAv> scanner) {
        public static final Care NONE =
                new Care(OptionalLong.empty(), Duration.ZERO, Optional.empty());

        public Care {
            if (quota.orElse(1) < 1) {
                throw new IllegalArgumentException("files.quota must be at least 1 byte");
            }
            if (!checkEvery.isZero() && checkEvery.compareTo(Duration.ofHours(1)) < 0) {
                throw new IllegalArgumentException(
                        "files.check-every must be at least 1 hour, or 0s for never");
            }
        }

        private static Care read(Settings in) {
            Optional<Long> quota = in.bytes("files.quota");
            Duration every = in.duration("files.check-every", Duration.ofDays(30));
            Optional<String> scanner = in.text("files.clamav");
            Duration patience = in.duration("files.clamav-timeout", Duration.ofSeconds(30));
            return in.build(
                    NONE,
                    () ->
                            new Care(
                                    quota.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                                    every,
                                    scanner.map(address -> ClamAv.at(address, patience))));
        }
    }

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
        return new FilesSettings(
                20L << 20,
                SCRIPTABLE,
                new Uploaders(false, false, true),
                64L << 20,
                Care.NONE,
                ResumableSettings.defaults());
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
        Uploaders uploaders = Uploaders.read(in);
        long keepFree = in.bytes("files.keep-free", standard.keepFree());
        Care care = Care.read(in);
        // An app reads them for itself; here the operator's are validated.
        SharingSettings.read(in);
        var resumable = ResumableSettings.read(in);
        return in.build(
                standard,
                () -> new FilesSettings(size, refused, uploaders, keepFree, care, resumable));
    }
}
