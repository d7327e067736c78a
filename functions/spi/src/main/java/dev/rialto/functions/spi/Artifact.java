package dev.rialto.functions.spi;

import java.util.Map;
import java.util.TreeMap;

/// What is run of a micro app: its files by their paths, `/` between folders.
///
/// For the JVM these are class files and resources as in a jar, those of its libraries included,
/// with [#DESCRIPTOR] and [#INTERFACES]. For Node.js they are the sources.
public record Artifact(Map<String, byte[]> files) {
    /// Where a micro app says what it is; see [Descriptor].
    public static final String DESCRIPTOR = "micro-app.json";

    /// Where the annotation processor writes what a micro app exposes; see [Descriptor].
    public static final String INTERFACES = "META-INF/rialto/interfaces.json";

    /// Where the compiler writes which classes are of libraries; see [LibraryList].
    public static final String LIBRARIES = "META-INF/rialto/libraries.txt";

    public Artifact {
        files = Map.copyOf(new TreeMap<>(files));
    }

    /// In bytes.
    public long size() {
        return files.values().stream().mapToLong(each -> each.length).sum();
    }

    @Override
    public String toString() {
        return files.size() + " files, " + size() + " bytes";
    }
}
