package dev.rialto.certificates;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A certificate that somebody else renews in its files. They are read again and again, since what
/// replaces them may be a link, a mounted folder or a rename, of which file systems tell in
/// different ways or not at all.
final class CertificateFiles implements CertificateSource {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final PemFiles files;
    private final Clock clock;
    private PemFiles.@Nullable Content used;
    private @Nullable Object refused;
    private @Nullable Object suspect;

    CertificateFiles(PemFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    @Override
    public Optional<Certificate> first() {
        PemFiles.Content content = files.content();
        Certificate certificate = usable(content);
        used = content;
        return Optional.of(certificate);
    }

    /// Two files are not replaced at once: what can't be used now may be half of what can be used
    /// the next time, and is refused only when it is still the same then.
    @Override
    public Optional<Certificate> next() {
        Object seen = "";
        try {
            PemFiles.Content content = files.content();
            seen = content;
            if (content.equals(used)) {
                suspect = null;
                refused = null;
                return Optional.empty();
            }
            if (content.equals(refused)) {
                return Optional.empty();
            }
            Certificate certificate = usable(content);
            used = content;
            return Optional.of(certificate);
        } catch (UnusableCertificate unusable) {
            Object what = seen.equals("") ? String.valueOf(unusable.getMessage()) : seen;
            if (what.equals(refused)) {
                return Optional.empty();
            }
            if (!what.equals(suspect)) {
                suspect = what;
                return Optional.empty();
            }
            refused = what;
            throw unusable;
        }
    }

    private Certificate usable(PemFiles.Content content) {
        Certificate certificate = files.read(content);
        try {
            certificate.requireValid(clock.instant());
        } catch (UnusableCertificate unusable) {
            throw new UnusableCertificate(
                    "tls.certificate = " + files.certificate() + ": " + unusable.getMessage(),
                    unusable);
        }
        return certificate;
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }
}
