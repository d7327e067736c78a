package dev.rialto.compiler;

import dev.rialto.functions.spi.Artifact;

/// Loads an artifact's classes as they are.
final class MemoryLoader extends ClassLoader implements AutoCloseable {
    private final Artifact artifact;

    MemoryLoader(Artifact artifact) {
        super(MemoryLoader.class.getClassLoader());
        this.artifact = artifact;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = artifact.files().get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public void close() {}
}
