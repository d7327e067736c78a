package dev.rialto.cli;

import dev.rialto.backup.BackupProtection;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.ServerSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that works on a server's data, and the settings they lead to.
public final class StorageOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder (default: ./rialto-data).")
    private @Nullable String data;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description =
                    "A PostgreSQL 14 or newer to use instead of the embedded one:"
                            + " postgresql://user:password@host:5432/database.")
    private @Nullable String databaseUrl;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "A file of settings, one per line: files.max-size = 50MB.",
                "The environment overrides it: RIALTO_FILES_MAX_SIZE=50MB.",
                "All settings are in docs/config.md."
            })
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting; overrides the file and the environment.")
    private Map<String, String> set = new LinkedHashMap<>();

    /// Reads the file, the environment and the flags.
    ///
    /// @param more flags of the command itself, by setting
    /// @throws SetupException with every problem there is
    public ServerSettings settings(Map<String, String> more) {
        if (set.containsKey(BackupProtection.PASSPHRASE)) {
            throw new SetupException(
                    "other users of this machine can see command lines: give the passphrase in a"
                            + " file, "
                            + BackupProtection.PASSPHRASE_FILE
                            + ", or as RIALTO_BACKUP_PASSPHRASE");
        }
        Map<String, String> flags = new HashMap<>(set);
        flags.putAll(more);
        if (data != null) {
            flags.put("data", data);
        }
        if (databaseUrl != null) {
            flags.put("database.url", databaseUrl);
        }
        Map<String, String> environment = System.getenv();
        var file = Optional.ofNullable(config).or(() -> fromEnvironment(environment));
        var in = new Settings(file.map(StorageOptions::read).orElse(Map.of()), environment, flags);
        ServerSettings settings = ServerSettings.read(in);
        in.finish();
        return settings;
    }

    private static Optional<Path> fromEnvironment(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("RIALTO_CONFIG")).map(Path::of);
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException failure) {
            throw new SetupException(
                    "can't read the settings in " + file + ": " + failure, failure);
        }
        Map<String, String> values = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }
}
