package dev.rialto.runtime;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The classes and resources of one revision. Beside its own it sees the JDK and the packages that
/// functions may use of the server's, and nothing else of the server.
final class RevisionLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> files;
    private final List<String> shared;

    /// @param files hardened classes and resources by path
    /// @param shared packages of the server that are seen, each with a dot at its end
    RevisionLoader(String name, Map<String, byte[]> files, List<String> shared) {
        super(name, ClassLoader.getPlatformClassLoader());
        this.files = files;
        this.shared = List.copyOf(shared);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (String each : shared) {
            if (name.startsWith(each)) {
                return RevisionLoader.class.getClassLoader().loadClass(name);
            }
        }
        return super.loadClass(name, resolve);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = files.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    /// Only the revision's own resources, and no classes.
    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = name.endsWith(".class") ? null : files.get(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    @Override
    public @Nullable URL getResource(String name) {
        return null;
    }

    @Override
    public Enumeration<URL> getResources(String name) {
        return Collections.emptyEnumeration();
    }
}
