package dev.rialto.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Reads what a jar brings to an artifact: classes and resources, those for later Java versions in
/// place of those for earlier ones, without what is about the jar itself.
final class Jar {
    private static final String META = "META-INF/";
    private static final String VERSIONS = "META-INF/versions/";
    private static final int OLDEST = 9;

    private Jar() {}

    static Map<String, byte[]> read(
            String what, InputStream in, CompilerSettings.Limits limits, long maxSize)
            throws IOException {
        return files(new Archive(what, limits.artifactFiles(), maxSize).read(in, _ -> true));
    }

    /// @param all as they lie in the jar
    static Map<String, byte[]> files(Map<String, byte[]> all) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, TreeMap<Integer, byte[]>> versions = new TreeMap<>();
        all.forEach((path, bytes) -> {
            OptionalInt version = version(path);
            if (version.isPresent()) {
                versions.computeIfAbsent(withoutVersion(path), _ -> new TreeMap<>())
                        .put(version.getAsInt(), bytes);
            } else if (wanted(path)) {
                files.put(path, bytes);
            }
        });
        if (multiRelease(all)) {
            int ours = Runtime.version().feature();
            versions.forEach((path, each) ->
                    Optional.ofNullable(each.floorEntry(ours))
                            .filter(_ -> wanted(path))
                            .ifPresent(newest -> files.put(path, newest.getValue())));
        }
        return files;
    }

    private static boolean wanted(String path) {
        if (Platform.isReserved(path) || path.equals("module-info.class")) {
            return false;
        }
        if (!path.startsWith(META)) {
            return true;
        }
        String name = path.substring(META.length());
        boolean signature =
                name.indexOf('/') < 0
                        && (name.endsWith(".SF")
                                || name.endsWith(".RSA")
                                || name.endsWith(".DSA")
                                || name.endsWith(".EC")
                                || name.startsWith("SIG-"));
        return !signature
                && !name.equals("MANIFEST.MF")
                && !name.equals("INDEX.LIST")
                && !name.startsWith("maven/")
                && !name.startsWith("versions/");
    }

    private static OptionalInt version(String path) {
        if (!path.startsWith(VERSIONS)) {
            return OptionalInt.empty();
        }
        String rest = path.substring(VERSIONS.length());
        int slash = rest.indexOf('/');
        if (slash < 1 || slash > 3 || !rest.substring(0, slash).chars().allMatch(Jar::digit)) {
            return OptionalInt.empty();
        }
        int version = Integer.parseInt(rest.substring(0, slash));
        return version < OLDEST ? OptionalInt.empty() : OptionalInt.of(version);
    }

    private static String withoutVersion(String path) {
        return path.substring(path.indexOf('/', VERSIONS.length()) + 1);
    }

    private static boolean digit(int character) {
        return character >= '0' && character <= '9';
    }

    private static boolean multiRelease(Map<String, byte[]> files) {
        byte[] manifest = files.get("META-INF/MANIFEST.MF");
        return manifest != null
                && new String(manifest, java.nio.charset.StandardCharsets.UTF_8)
                        .lines()
                        .anyMatch(each -> each.strip().equalsIgnoreCase("Multi-Release: true"));
    }
}
