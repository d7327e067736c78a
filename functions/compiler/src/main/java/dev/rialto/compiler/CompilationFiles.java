package dev.rialto.compiler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/// What one run of the Java compiler reads and writes, all in memory but for the JDK.
///
/// The compiler asks here for class loaders when it looks for annotation processors and plug-ins.
/// It is given one that has none, so libraries can't bring any: they would run in the server.
final class CompilationFiles implements JavaFileManager {
    private final JdkFiles jdk;
    private final List<ClassSet> classPath;
    private final Map<String, MemoryFile> written = new TreeMap<>();

    CompilationFiles(JdkFiles jdk, List<ClassSet> classPath) {
        this.jdk = jdk;
        this.classPath = List.copyOf(classPath);
    }

    /// Classes and resources by their paths.
    Map<String, byte[]> written() {
        Map<String, byte[]> files = new TreeMap<>();
        written.forEach((path, file) -> files.put(path, file.bytes()));
        return files;
    }

    @Override
    public ClassLoader getClassLoader(Location location) {
        return ClassLoader.getPlatformClassLoader();
    }

    @Override
    public Iterable<JavaFileObject> list(
            Location location, String packageName, Set<Kind> kinds, boolean recurse)
            throws IOException {
        if (JdkFiles.knows(location)) {
            return jdk.list(location, packageName, kinds);
        }
        if (location != StandardLocation.CLASS_PATH || !kinds.contains(Kind.CLASS)) {
            return List.of();
        }
        List<JavaFileObject> found = new ArrayList<>();
        for (ClassSet each : classPath) {
            found.addAll(each.inPackage(packageName));
        }
        return found;
    }

    @Override
    public String inferBinaryName(Location location, JavaFileObject file) {
        return file instanceof MemoryFile known
                ? ClassSet.binaryName(known.path())
                : jdk.binaryName(location, file);
    }

    @Override
    public boolean isSameFile(FileObject one, FileObject other) {
        return one.equals(other);
    }

    @Override
    public boolean handleOption(String current, Iterator<String> remaining) {
        return false;
    }

    @Override
    public int isSupportedOption(String option) {
        return -1;
    }

    @Override
    public boolean hasLocation(Location location) {
        return location == StandardLocation.CLASS_OUTPUT
                || location == StandardLocation.CLASS_PATH
                || JdkFiles.knows(location);
    }

    @Override
    public @Nullable JavaFileObject getJavaFileForInput(
            Location location, String className, Kind kind) throws IOException {
        if (JdkFiles.knows(location)) {
            return jdk.file(location, className, kind);
        }
        String path = className.replace('.', '/') + kind.extension;
        return location == StandardLocation.CLASS_OUTPUT ? written.get(path) : onClassPath(path);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
            Location location, String className, Kind kind, @Nullable FileObject sibling) {
        return write(className.replace('.', '/') + kind.extension, kind);
    }

    @Override
    public @Nullable FileObject getFileForInput(
            Location location, String packageName, String relativeName) {
        String path = path(packageName, relativeName);
        return location == StandardLocation.CLASS_OUTPUT ? written.get(path) : onClassPath(path);
    }

    @Override
    public FileObject getFileForOutput(
            Location location,
            String packageName,
            String relativeName,
            @Nullable FileObject sibling) {
        return write(path(packageName, relativeName), Kind.OTHER);
    }

    @Override
    public @Nullable Location getLocationForModule(Location location, String moduleName)
            throws IOException {
        return location == StandardLocation.SYSTEM_MODULES
                ? jdk.module(location, moduleName)
                : null;
    }

    @Override
    public @Nullable Location getLocationForModule(Location location, JavaFileObject file) {
        return null;
    }

    @Override
    public @Nullable String inferModuleName(Location location) throws IOException {
        return jdk.moduleName(location);
    }

    @Override
    public Iterable<Set<Location>> listLocationsForModules(Location location) throws IOException {
        return location == StandardLocation.SYSTEM_MODULES
                ? jdk.modules(location)
                : Collections.emptyList();
    }

    @Override
    public boolean contains(Location location, FileObject file) {
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private @Nullable MemoryFile onClassPath(String path) {
        for (ClassSet each : classPath) {
            MemoryFile found = each.file(path);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private MemoryFile write(String path, Kind kind) {
        MemoryFile file = new MemoryFile(path, kind, new byte[0]);
        written.put(path, file);
        return file;
    }

    private static String path(String packageName, String relativeName) {
        return packageName.isEmpty()
                ? relativeName
                : packageName.replace('.', '/') + "/" + relativeName;
    }
}
