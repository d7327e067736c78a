package dev.rialto.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/// The time zone of whoever sits at the terminal. The JVM's own is no guide: servers run in UTC.
final class LocalZone {
    private static final String DATABASE = "zoneinfo/";

    private LocalZone() {}

    static ZoneId find() {
        return find(System.getenv(), Path.of("/etc/localtime"));
    }

    /// @param link leads to the zone's file in the system's database, whose path ends in the name
    static ZoneId find(Map<String, String> environment, Path link) {
        String told = environment.getOrDefault("TZ", "").replaceFirst("^:", "");
        return zone(told).or(() -> linked(link)).orElse(ZoneId.systemDefault());
    }

    private static Optional<ZoneId> linked(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            int at = target.indexOf(DATABASE);
            return at < 0 ? Optional.empty() : zone(target.substring(at + DATABASE.length()));
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return name.isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(name));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
