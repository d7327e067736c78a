package dev.rialto.server;

import dev.rialto.store.Program;
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
        String version = built("version");
        return version.endsWith(SNAPSHOT)
                ? version.substring(0, version.length() - SNAPSHOT.length())
                : version;
    }

    /// This program, and the oldest one that may run on a database beside it.
    static Program program() {
        return new Program(current(), built("oldest-beside"));
    }

    private static String built(String key) {
        var build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
            build.load(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return build.getProperty(key, "");
    }
}
