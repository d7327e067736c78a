package dev.rialto.hardening.standin;

import java.io.DataInput;
import java.io.IOException;

/// What was written as numbers and texts; objects are not made of it.
public interface ObjectInput extends DataInput, AutoCloseable {
    int read() throws IOException;

    int read(byte[] bytes, int start, int length) throws IOException;

    int available() throws IOException;

    @Override
    void close() throws IOException;
}
