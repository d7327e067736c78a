package dev.rialto.compiler;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// The files of all libraries that a project needs, by path.
///
/// @param files of several with the same path, that of the first library
/// @param origins the library that each class comes from, `group:artifact:version`
record LibraryFiles(Map<String, byte[]> files, Map<String, String> origins) {
    private static final String SERVICES = "META-INF/services/";

    static LibraryFiles nothing() {
        return new LibraryFiles(new LinkedHashMap<>(), new LinkedHashMap<>());
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
