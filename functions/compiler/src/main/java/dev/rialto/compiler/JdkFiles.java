package dev.rialto.compiler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager.Location;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/// The JDK's classes as compilations see them: looked up once, remembered for all that follow,
/// which is most of what makes the second compilation fast. Safe for use by many threads.
final class JdkFiles implements AutoCloseable {
    private final StandardJavaFileManager files;
    private final Map<Listed, List<JavaFileObject>> listed = new ConcurrentHashMap<>();
    private final Map<Located, Location> located = new ConcurrentHashMap<>();
    private final Map<Location, String> names = new ConcurrentHashMap<>();
    private final Map<Location, Iterable<Set<Location>>> modules = new ConcurrentHashMap<>();

    private record Listed(Location location, String inPackage, Set<JavaFileObject.Kind> kinds) {}

    private record Located(Location location, String module) {}

    JdkFiles(JavaCompiler compiler) {
        this.files = compiler.getStandardFileManager(null, null, null);
    }

    /// Without what lies in packages below.
    List<JavaFileObject> list(Location location, String inPackage, Set<JavaFileObject.Kind> kinds)
            throws IOException {
        Listed asked = new Listed(location, inPackage, Set.copyOf(kinds));
        List<JavaFileObject> known = listed.get(asked);
        if (known != null) {
            return known;
        }
        synchronized (files) {
            List<JavaFileObject> found = new ArrayList<>();
            files.list(location, inPackage, kinds, false).forEach(found::add);
            listed.put(asked, found);
            return found;
        }
    }

    /// All of the JDK's modules.
    Iterable<Set<Location>> modules(Location location) throws IOException {
        Iterable<Set<Location>> known = modules.get(location);
        if (known != null) {
            return known;
        }
        synchronized (files) {
            List<Set<Location>> found = new ArrayList<>();
            files.listLocationsForModules(location).forEach(found::add);
            modules.put(location, found);
            return found;
        }
    }

    @Nullable Location module(Location location, String name) throws IOException {
        Located asked = new Located(location, name);
        Location known = located.get(asked);
        if (known != null) {
            return known;
        }
        synchronized (files) {
            Location found = files.getLocationForModule(location, name);
            if (found != null) {
                located.put(asked, found);
            }
            return found;
        }
    }

    @Nullable String moduleName(Location location) throws IOException {
        String known = names.get(location);
        if (known != null) {
            return known;
        }
        synchronized (files) {
            String found = files.inferModuleName(location);
            if (found != null) {
                names.put(location, found);
            }
            return found;
        }
    }

    @Nullable JavaFileObject file(Location location, String className, JavaFileObject.Kind kind)
            throws IOException {
        synchronized (files) {
            return files.getJavaFileForInput(location, className, kind);
        }
    }

    /// The name of a class that [#list] has given.
    String binaryName(Location location, JavaFileObject file) {
        synchronized (files) {
            return String.valueOf(files.inferBinaryName(location, file));
        }
    }

    /// Whether a place is the JDK or one of its modules, which are places of their own.
    static boolean knows(Location location) {
        return location == StandardLocation.SYSTEM_MODULES
                || !(location instanceof StandardLocation);
    }

    @Override
    public void close() throws IOException {
        synchronized (files) {
            files.close();
        }
    }
}
