package dev.rialto.files;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of files that an app may have for itself.
///
/// @param isPrivate whether a file that a user uploads without an ACL is the user's alone
/// @param urlLife how long a signed URL is valid unless its maker says otherwise
/// @param cacheAge how long browsers and CDNs may keep public files
public record SharingSettings(boolean isPrivate, Duration urlLife, Duration cacheAge) {
    static final Duration MAX_URL_LIFE = Duration.ofDays(7);
    private static final Duration MAX_CACHE_AGE = Duration.ofDays(365);

    public SharingSettings {
        if (!urlLife.isPositive() || urlLife.compareTo(MAX_URL_LIFE) > 0) {
            throw new IllegalArgumentException("files.url-life must be from 1 second to 7 days");
        }
        if (cacheAge.isNegative() || cacheAge.compareTo(MAX_CACHE_AGE) > 0) {
            throw new IllegalArgumentException("files.cache-age must be at most 365 days");
        }
    }

    public static SharingSettings defaults() {
        return new SharingSettings(false, Duration.ofMinutes(5), MAX_CACHE_AGE);
    }

    /// Reads the settings of the operator or of an app's owner.
    public static SharingSettings read(Settings in) {
        SharingSettings standard = defaults();
        boolean isPrivate = in.yes("files.private", standard.isPrivate());
        Duration urlLife = in.duration("files.url-life", standard.urlLife());
        Duration cacheAge = in.duration("files.cache-age", standard.cacheAge());
        return in.build(standard, () -> new SharingSettings(isPrivate, urlLife, cacheAge));
    }
}
