package dev.rialto.hardening.standin;

import java.io.InputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds classes and resources of one revision, and no others. Defines no classes.
@SuppressWarnings("AvoidCommonTypeNames") // it stands for it
public class ClassLoader {
    private final @Nullable RevisionAccess revision;

    protected ClassLoader() {
        this(null, false);
    }

    protected ClassLoader(@Nullable ClassLoader parent) {
        this(parent == null ? null : parent.revision, false);
    }

    private ClassLoader(@Nullable RevisionAccess revision, boolean ignored) {
        this.revision = revision;
    }

    static ClassLoader of(RevisionAccess revision) {
        return new ClassLoader(revision, true);
    }

    public static @Nullable ClassLoader getSystemClassLoader() {
        return null;
    }

    public @Nullable ClassLoader getParent() {
        return null;
    }

    public Class<?> loadClass(String name) throws ClassNotFoundException {
        return access(name).type(name, false);
    }

    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return loadClass(name);
    }

    protected Class<?> findClass(String name) throws ClassNotFoundException {
        throw new ClassNotFoundException(name);
    }

    public @Nullable InputStream getResourceAsStream(String name) {
        return revision == null ? null : revision.resource(name);
    }

    public @Nullable URL getResource(String name) {
        return null;
    }

    public Enumeration<URL> getResources(String name) {
        return Collections.emptyEnumeration();
    }

    public static @Nullable InputStream getSystemResourceAsStream(String name) {
        return null;
    }

    @Nullable RevisionAccess revision() {
        return revision;
    }

    private RevisionAccess access(String name) throws ClassNotFoundException {
        if (revision == null) {
            throw new ClassNotFoundException(name);
        }
        return revision;
    }

    /// Loaders of one revision are the same one.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ClassLoader loader
                        && revision != null
                        && revision.equals(loader.revision));
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(revision);
    }
}
