package dev.rialto.backup;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The stored units of files at some backup, by key. Lists of them are lines such as `+ KEY SIZE
/// SHA256` and, in an increment, `- KEY`.
final class FileIndex {
    private static final Pattern LINE =
            Pattern.compile("\\+ (\\S+) (\\d{1,18}) ([0-9a-f]{64})|- (\\S+)");

    private final Map<String, StoredObject> units = new TreeMap<>();

    Collection<StoredObject> units() {
        return units.values();
    }

    boolean has(String key) {
        return units.containsKey(key);
    }

    StoredObject get(String key) {
        return java.util.Objects.requireNonNull(units.get(key), key);
    }

    void add(StoredObject unit) {
        units.put(unit.key(), unit);
    }

    void addAll(FileIndex other) {
        units.putAll(other.units);
    }

    /// Applies a list: a full one to an empty index, an increment's to the one before.
    void apply(InputStream list) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher match = LINE.matcher(line);
            if (!match.matches()) {
                throw new TargetReader.DamagedException("a list of files is damaged");
            }
            if (match.group(4) != null) {
                units.remove(match.group(4));
            } else {
                add(
                        new StoredObject(
                                match.group(1), Long.parseLong(match.group(2)), match.group(3)));
            }
        }
    }

    /// Writes all units.
    void write(OutputStream out) throws IOException {
        writeSince(new FileIndex(), out);
    }

    /// Writes what makes this index of an older one.
    void writeSince(FileIndex older, OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.US_ASCII));
        for (StoredObject each : units.values()) {
            if (!older.has(each.key())) {
                writer.write("+ " + each.key() + " " + each.size() + " " + each.sha256() + "\n");
            }
        }
        for (StoredObject each : older.units()) {
            if (!has(each.key())) {
                writer.write("- " + each.key() + "\n");
            }
        }
        writer.flush();
    }
}
