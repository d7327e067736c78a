package dev.rialto.files;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Signed URLs: whoever has one may read a private file for a while, without a key or a session.
///
/// The signature covers the app, the name, the end and the revision of the file's URLs: raising the
/// revision makes all of them invalid, on every server at once.
final class FileLinks {
    private static final String PURPOSE = "url of a file";

    private final SecretBox secrets;
    private final InstantSource clock;

    FileLinks(SecretBox secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /// What the signature of a request says.
    sealed interface Proof {
        /// There is none, or it is not for this file.
        record None() implements Proof {}

        record Expired() implements Proof {}

        /// @param secondsLeft until it expires
        record Valid(long secondsLeft) implements Proof {}
    }

    /// The end of a URL that is made now.
    Instant end(Duration life) {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(life);
    }

    /// The query of a signed URL.
    String query(App app, StoredFile file, Instant end) {
        String signature = secrets.macs(text(app, file, end.getEpochSecond()), PURPOSE).getFirst();
        return "?expires=" + end.getEpochSecond() + "&signature=" + signature;
    }

    Proof check(App app, StoredFile file, Call call) {
        Optional<Long> end = seconds(call.parameters().path("expires").asString(""));
        String signature = call.parameters().path("signature").asString("");
        if (end.isEmpty()
                || secrets.macs(text(app, file, end.get()), PURPOSE).stream()
                        .noneMatch(mac -> isEqual(mac, signature))) {
            return new Proof.None();
        }
        long left = end.get() - clock.instant().getEpochSecond();
        return left > 0 ? new Proof.Valid(left) : new Proof.Expired();
    }

    private static Optional<Long> seconds(String text) {
        return text.matches("\\d{1,12}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static String text(App app, StoredFile file, long end) {
        return String.join(
                "\n",
                app.id(),
                file.name(),
                Long.toString(end),
                Integer.toString(file.access().urlRevision()));
    }

    private static boolean isEqual(String mac, String signature) {
        return MessageDigest.isEqual(
                mac.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }
}
