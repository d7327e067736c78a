package dev.rialto.sync;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/// Short texts that are equal for what is equal and, but for chance, for nothing else.
final class Fingerprint {
    private static final int BYTES = 12;

    private Fingerprint() {}

    static String of(List<String> parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    /// Of all that decides what somebody may read, beside the objects and classes themselves.
    static String of(App app, Caller caller) {
        List<String> parts = new ArrayList<>(List.of(app.id(), name(caller)));
        if (caller instanceof Caller.User user) {
            parts.addAll(new TreeSet<>(user.roles()));
        }
        return of(parts);
    }

    /// Who somebody is, whatever roles they have.
    static String name(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> "anonymous";
            case Caller.User user -> "user " + user.id();
            case Caller.Master _, Caller.ReadOnlyMaster _ -> "master";
            case Caller.Maintenance _ -> "maintenance";
        };
    }
}
