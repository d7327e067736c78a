package dev.rialto.compiler;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// The files of all libraries that a project needs, by their paths.
///
/// @param files later libraries' without what earlier ones have
/// @param origins which library each class is of, `group:artifact:version`
record Brought(Map<String, byte[]> files, Map<String, String> origins) {
    private static final String SERVICES = "META-INF/services/";

    static Brought nothing() {
        return new Brought(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /// Adds the files of one more library.
    void add(String library, Map<String, byte[]> ofLibrary) {
        ofLibrary.forEach((path, bytes) -> {
            byte[] before = files.putIfAbsent(path, bytes);
            if (before == null) {
                if (path.endsWith(".class")) {
                    origins.put(path, library);
                }
            } else if (path.startsWith(SERVICES)) {
                // Each library names its own providers.
                files.put(path, lines(before, bytes));
            }
        });
    }

    private static byte[] lines(byte[] first, byte[] second) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.write('\n');
        all.writeBytes(second);
        return all.toByteArray();
    }
}
