package dev.rialto.kubernetes;

import java.util.Locale;
import java.util.Map;

/// How objects in Kubernetes tell whose they are.
final class Labels {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String RIALTO = "rialto";
    static final String NAME = "app.kubernetes.io/name";
    static final String WORKER = "rialto-worker";
    static final String INSTANCE = "app.kubernetes.io/instance";
    static final String SERVER = "rialto.dev/server";
    static final String APP = "rialto.dev/app";
    static final String MICRO_APP = "rialto.dev/micro-app";
    static final String REVISION = "rialto.dev/revision";

    private static final int MAX_LENGTH = 63;

    private Labels() {}

    /// What all objects of a server have.
    static Map<String, String> of(String server) {
        return Map.of(MANAGED_BY, RIALTO, NAME, WORKER, SERVER, server);
    }

    /// A text with what may not be in the value of a label replaced.
    static String value(String text) {
        return trimmed(text.replaceAll("[^A-Za-z0-9_.-]", "-"), MAX_LENGTH);
    }

    /// A text as a part of an object's name.
    static String name(String text, int length) {
        return trimmed(text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-"), length);
    }

    private static String trimmed(String text, int length) {
        String start = text.substring(0, Math.min(text.length(), length));
        return start.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
    }
}
