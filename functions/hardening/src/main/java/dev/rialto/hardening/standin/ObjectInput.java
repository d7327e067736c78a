package dev.rialto.hardening.standin;

import java.io.DataInput;
import java.io.IOException;

/// Reads serialized numbers and Strings, but no objects.
public interface ObjectInput extends DataInput, AutoCloseable {
    int read() throws IOException;

    int read(byte[] bytes, int start, int length) throws IOException;

    int available() throws IOException;

    @Override
    void close() throws IOException;
}
