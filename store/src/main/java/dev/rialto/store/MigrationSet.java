package dev.rialto.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The migration files of all capabilities in one folder of the class path.
///
/// @param files text by file name
/// @param fingerprint changes if any file changes
record MigrationSet(String folder, SortedMap<String, String> files, String fingerprint) {

    /// Reads the files of a folder such as `db/app`, from all places where it occurs on the class
    /// path.
    static MigrationSet find(String folder) {
        var files = new TreeMap<String, String>();
        try {
            Enumeration<URL> places = MigrationSet.class.getClassLoader().getResources(folder);
            for (URL place : Collections.list(places)) {
                if (place.openConnection() instanceof JarURLConnection jar) {
                    readJar(jar, folder, files);
                } else {
                    readFolder(Path.of(place.toURI()), files);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (URISyntaxException impossible) {
            throw new AssertionError("a class path entry is a valid URI", impossible);
        }
        return new MigrationSet(folder, Collections.unmodifiableSortedMap(files), hash(files));
    }

    private static void readJar(
            JarURLConnection connection, String folder, SortedMap<String, String> files)
            throws IOException {
        JarFile jar = connection.getJarFile();
        for (JarEntry entry : Collections.list(jar.entries())) {
            String name = entry.getName();
            if (name.startsWith(folder + "/") && name.endsWith(".sql")) {
                try (InputStream content = jar.getInputStream(entry)) {
                    String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
                    put(files, name.substring(folder.length() + 1), text);
                }
            }
        }
    }

    private static void readFolder(Path place, SortedMap<String, String> files) throws IOException {
        List<Path> found;
        try (Stream<Path> inside = Files.list(place)) {
            found = new ArrayList<>(inside.filter(f -> f.toString().endsWith(".sql")).toList());
        }
        for (Path file : found) {
            put(files, place.relativize(file).toString(), Files.readString(file));
        }
    }

    private static void put(SortedMap<String, String> files, String name, String text) {
        if (files.put(name, text) != null) {
            throw new IllegalStateException("two migrations are called " + name);
        }
    }

    private static String hash(SortedMap<String, String> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, text) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(text.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
