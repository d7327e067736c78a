package dev.rialto.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import javax.tools.SimpleJavaFileObject;

/// A source, class or resource in memory, as the compiler sees it.
final class MemoryFile extends SimpleJavaFileObject {
    private final String path;
    private volatile byte[] bytes;

    MemoryFile(String path, Kind kind, byte[] bytes) {
        super(uri(path), kind);
        this.path = path;
        this.bytes = bytes;
    }

    /// In its project or on the class path, e.g. `com/acme/Greeter.class`.
    String path() {
        return path;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String getName() {
        return path;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public InputStream openInputStream() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public OutputStream openOutputStream() {
        return new ByteArrayOutputStream() {
            @Override
            public void close() throws IOException {
                super.close();
                bytes = toByteArray();
            }
        };
    }

    private static URI uri(String path) {
        try {
            return new URI("memory", null, "/" + path, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(path, impossible);
        }
    }
}
