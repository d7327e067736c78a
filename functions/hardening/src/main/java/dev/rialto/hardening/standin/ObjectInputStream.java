package dev.rialto.hardening.standin;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;

/// Reads the numbers and Strings of a stream that was written by serialization, and none of its
/// objects: blocks of data as the Java Object Serialization Specification, chapter 6, has them.
public class ObjectInputStream extends InputStream implements ObjectInput {
    private final DataInputStream data;

    public ObjectInputStream(InputStream in) throws IOException {
        var raw = new DataInputStream(in);
        if (raw.readInt() != 0xACED0005) {
            throw new StreamCorruptedException("the stream was not written by serialization");
        }
        data = new DataInputStream(new Blocks(raw));
    }

    @Override
    public int read() throws IOException {
        return data.read();
    }

    @Override
    public int read(byte[] bytes, int start, int length) throws IOException {
        return data.read(bytes, start, length);
    }

    @Override
    public int available() throws IOException {
        return data.available();
    }

    @Override
    public void close() throws IOException {
        data.close();
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
        data.readFully(bytes);
    }

    @Override
    public void readFully(byte[] bytes, int start, int length) throws IOException {
        data.readFully(bytes, start, length);
    }

    @Override
    public int skipBytes(int count) throws IOException {
        return data.skipBytes(count);
    }

    @Override
    public boolean readBoolean() throws IOException {
        return data.readBoolean();
    }

    @Override
    public byte readByte() throws IOException {
        return data.readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return data.readUnsignedByte();
    }

    @Override
    public short readShort() throws IOException {
        return data.readShort();
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return data.readUnsignedShort();
    }

    @Override
    public char readChar() throws IOException {
        return data.readChar();
    }

    @Override
    public int readInt() throws IOException {
        return data.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return data.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return data.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return data.readDouble();
    }

    @Override
    @Deprecated
    public String readLine() {
        throw new UnsupportedOperationException(
                "reading lines from such a stream is not supported");
    }

    @Override
    public String readUTF() throws IOException {
        return data.readUTF();
    }

    /// The bytes of all blocks one after the other.
    private static final class Blocks extends InputStream {
        private static final int BLOCK = 0x77;
        private static final int LONG_BLOCK = 0x7A;

        private final DataInputStream in;
        private int left;

        Blocks(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (!next()) {
                return -1;
            }
            left--;
            return in.readUnsignedByte();
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!next()) {
                return -1;
            }
            int read = in.read(bytes, start, Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }

        @Override
        public int available() throws IOException {
            return next() ? left : 0;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private boolean next() throws IOException {
            while (left == 0) {
                int kind = in.read();
                switch (kind) {
                    case -1 -> {
                        return false;
                    }
                    case BLOCK -> left = in.readUnsignedByte();
                    case LONG_BLOCK -> left = in.readInt();
                    default ->
                            throw new StreamCorruptedException(
                                    "reading objects from such a stream is not supported");
                }
                if (left < 0) {
                    throw new StreamCorruptedException("a block with a negative length");
                }
            }
            return true;
        }
    }
}
