package dev.rialto.compiler;

import dev.rialto.sdk.Function;
import groovy.lang.GroovyObject;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

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

    private @Nullable ClassSet groovy;

    List<ClassSet> sdk() {
        return sdk;
    }

    /// What stubs of Groovy's classes are compiled against. Read when it is needed for the first
    /// time, as most servers never compile Groovy.
    synchronized ClassSet groovy() {
        ClassSet known = groovy;
        if (known == null) {
            known = ClassSet.around(GroovyObject.class, Platform::ofGroovy);
            groovy = known;
        }
        return known;
    }

    /// Whether a path lies where only the server's own files may.
    static boolean isReserved(String path) {
        return TAKEN.stream().anyMatch(path::startsWith);
    }

    /// Whether a library is there without being asked for.
    static boolean provides(String group, String artifact) {
        return switch (group) {
            case "dev.rialto" -> artifact.equals("rialto-sdk");
            case "org.jspecify" -> artifact.equals("jspecify");
            case "org.apache.groovy", "org.codehaus.groovy" -> true;
            default -> false;
        };
    }

    private static boolean ofGroovy(String path) {
        return path.startsWith("groovy/lang/") || path.startsWith("groovy/transform/");
    }

    private static boolean ofSdk(String path) {
        return path.startsWith(SDK) && !path.startsWith(SDK + "processor/");
    }
}
