package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import java.io.IOException;
import java.io.OutputStream;

/// A stream of the server that a call writes to: a forced stop of the call takes effect before the
/// server's code begins.
final class SettledStream extends OutputStream {
    private final OutputStream out;

    SettledStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int each) throws IOException {
        FunctionThread.settleCurrent();
        out.write(each);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        FunctionThread.settleCurrent();
        out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        FunctionThread.settleCurrent();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        FunctionThread.settleCurrent();
        out.close();
    }
}
