package dev.rialto.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The version of this program, as its build wrote it down.
public final class Version {
    private static final String SNAPSHOT = "-SNAPSHOT";

    private Version() {}

    /// The version and the commit it was built from: `0.1.0 (commit 1b7c9e0f2a4d)`.
    public static String withCommit() {
        String commit = System.getProperty("rialto.commit", "");
        return commit.isEmpty() ? current() : current() + " (commit " + commit + ")";
    }

    /// The version without what Maven adds to one that is not released: `0.1.0`.
    public static String current() {
        var build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
            build.load(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        String version = build.getProperty("version", "");
        return version.endsWith(SNAPSHOT)
                ? version.substring(0, version.length() - SNAPSHOT.length())
                : version;
    }
}
