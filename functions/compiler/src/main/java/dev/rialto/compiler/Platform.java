package dev.rialto.compiler;

import dev.rialto.sdk.Function;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// What every micro app is compiled against without asking for it: the SDK, and for Groovy its
/// runtime, both of which the server has already and no artifact holds.
final class Platform {
    private static final String SDK = "dev/rialto/sdk/";
    /// Packages that a micro app can't bring itself, since the server's own are used.
    private static final List<String> TAKEN =
            List.of(
                    "dev/rialto/",
                    "groovy/",
                    "groovyjarjar",
                    "org/codehaus/groovy/",
                    "org/apache/groovy/",
                    "java/",
                    "javax/annotation/processing/",
                    "jdk/",
                    "sun/");

    private final List<ClassSet> sdk =
            List.of(
                    ClassSet.around(Function.class, Platform::ofSdk),
                    ClassSet.around(NullMarked.class, path -> path.startsWith("org/jspecify/")));

    List<ClassSet> sdk() {
        return sdk;
    }

    /// Whether a path lies where only the server's own files may.
    static boolean taken(String path) {
        return TAKEN.stream().anyMatch(path::startsWith);
    }

    /// Whether a library is there without being asked for.
    static boolean brings(String group, String artifact) {
        return switch (group) {
            case "dev.rialto" -> artifact.equals("rialto-sdk");
            case "org.jspecify" -> artifact.equals("jspecify");
            case "org.apache.groovy", "org.codehaus.groovy" -> true;
            default -> false;
        };
    }

    private static boolean ofSdk(String path) {
        return path.startsWith(SDK) && !path.startsWith(SDK + "processor/");
    }
}
