package dev.rialto.files;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Limits on resumable uploads.
///
/// @param maxSize of one file, in bytes
/// @param expiry how long an upload waits for its client
/// @param perClient of one user, or one network of callers without a session
/// @param perApp of all clients of an app
public record ResumableSettings(long maxSize, Duration expiry, Share perClient, Share perApp) {
    private static final long MAX_SIZE = 1L << 50;

    /// What uploads that are not complete may take together.
    ///
    /// @param uploads how many there may be
    /// @param bytes how large they may be together
    public record Share(int uploads, long bytes) {}

    public ResumableSettings {
        if (maxSize < 1 || maxSize > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "files.max-resumable-size must be at least 1 byte and at most 1024 TB");
        }
        if (expiry.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("files.upload-expiry must be at least 1m");
        }
        require("client", perClient, maxSize);
        require("app", perApp, maxSize);
    }

    private static void require(String whose, Share share, long maxSize) {
        if (share.uploads() < 1) {
            throw new IllegalArgumentException("files.uploads-per-" + whose + " must be positive");
        }
        if (share.bytes() < maxSize) {
            throw new IllegalArgumentException(
                    "files.upload-bytes-per-"
                            + whose
                            + " must not be smaller than files.max-resumable-size");
        }
    }

    public static ResumableSettings defaults() {
        return new ResumableSettings(
                1L << 30,
                Duration.ofHours(24),
                new Share(100, 5L << 30),
                new Share(10_000, 50L << 30));
    }

    /// Reads the operator's settings.
    static ResumableSettings read(Settings in) {
        ResumableSettings standard = defaults();
        long size = in.bytes("files.max-resumable-size", standard.maxSize());
        var expiry = in.duration("files.upload-expiry", standard.expiry());
        Share client = standard.perClient();
        Share app = standard.perApp();
        int ofClient = in.integer("files.uploads-per-client", client.uploads());
        long bytesOfClient = in.bytes("files.upload-bytes-per-client", client.bytes());
        int ofApp = in.integer("files.uploads-per-app", app.uploads());
        long bytesOfApp = in.bytes("files.upload-bytes-per-app", app.bytes());
        return in.build(
                standard,
                () ->
                        new ResumableSettings(
                                size,
                                expiry,
                                new Share(ofClient, bytesOfClient),
                                new Share(ofApp, bytesOfApp)));
    }
}
