package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MigrationRangesTest {
    private static final Pattern FILE = Pattern.compile("V(\\d+)_\\d+__\\w+\\.sql");

    /// What objects wrote before other modules left it, which took their files along.
    private static final int SHARED = 10;

    /// Two capabilities with one number would get in each other's way when both add a file.
    @Test
    void givesEachNumberToOneModule() throws Exception {
        Map<Integer, Set<String>> owners = new TreeMap<>();
        for (String folder : List.of("db/platform", "db/app")) {
            for (URL place : Collections.list(getClass().getClassLoader().getResources(folder))) {
                String module = place.toString().replace(folder, "");
                for (String name : names(place)) {
                    MatchResult parts = FILE.matcher(name).results().findFirst().orElseThrow();
                    owners.computeIfAbsent(Integer.parseInt(parts.group(1)), _ -> new TreeSet<>())
                            .add(module);
                }
            }
        }
        assertThat(owners.size()).isGreaterThan(8);
        owners.remove(SHARED);
        assertThat(owners).allSatisfy((_, modules) -> assertThat(modules).hasSize(1));
    }

    private static List<String> names(URL place) throws Exception {
        if (place.openConnection() instanceof JarURLConnection jar) {
            return jar.getJarFile().stream()
                    .map(each -> each.getName())
                    .filter(name -> name.startsWith(jar.getEntryName()) && name.endsWith(".sql"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .toList();
        }
        return inFolder(Path.of(URI.create(place.toString())));
    }

    private static List<String> inFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }
}
