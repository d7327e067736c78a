package dev.rialto.functions.spi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which classes of an artifact are of which library; the others are its own. It only decides how
/// they are judged and told of, not what they may do.
public final class LibraryList {
    private static final String INDENT = " ";

    private LibraryList() {}

    /// Writes it for [Artifact#LIBRARIES].
    ///
    /// @param origins libraries by paths of classes
    public static byte[] write(Map<String, String> origins) {
        Map<String, TreeSet<String>> libraries = new TreeMap<>();
        origins.forEach((path, library) ->
                libraries.computeIfAbsent(library, _ -> new TreeSet<>()).add(path));
        var text = new StringBuilder();
        libraries.forEach((library, paths) -> {
            text.append(library).append('\n');
            paths.forEach(path -> text.append(INDENT).append(path).append('\n'));
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Libraries by paths of classes; none when an artifact has no list.
    public static Map<String, String> of(Artifact artifact) {
        byte[] list = artifact.files().get(Artifact.LIBRARIES);
        Map<String, String> origins = new LinkedHashMap<>();
        if (list != null) {
            String library = "";
            for (String line : new String(list, StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith(INDENT)) {
                    origins.put(line.substring(INDENT.length()), library);
                } else {
                    library = line;
                }
            }
        }
        return origins;
    }
}
