package dev.rialto.backup;

import java.nio.file.Path;

/// Targets by the way people write them: a folder, or `s3://BUCKET/PREFIX`.
public final class Targets {
    private Targets() {}

    /// A target to write to; a folder is made.
    ///
    /// @param data the data folder, which has room for temporary files
    public static BackupTarget writable(String place, S3Settings s3, Path data) {
        return place.startsWith(S3Target.SCHEME)
                ? S3Target.open(place, s3, data)
                : FolderTarget.create(Path.of(place));
    }

    /// A target to read from.
    public static BackupTarget existing(String place, S3Settings s3) {
        return place.startsWith(S3Target.SCHEME)
                ? S3Target.open(place, s3, Path.of(System.getProperty("java.io.tmpdir")))
                : FolderTarget.existing(Path.of(place));
    }
}
