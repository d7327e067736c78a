package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A target on a disk with little room.
final class FullTarget implements BackupTarget {
    private final BackupTarget target;
    private long room;

    FullTarget(BackupTarget target, long room) {
        this.target = target;
        this.room = room;
    }

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public Upload create(String key) throws IOException {
        Upload upload = target.create(key);
        return new Upload() {
            @Override
            public OutputStream stream() {
                return new Limited(upload.stream());
            }

            @Override
            public void commit() throws IOException {
                upload.commit();
            }

            @Override
            public void close() throws IOException {
                upload.close();
            }
        };
    }

    private final class Limited extends OutputStream {
        private final OutputStream out;

        Limited(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            room -= length;
            if (room < 0) {
                throw new IOException("No space left on device");
            }
            out.write(bytes, offset, length);
        }
    }

    @Override
    public InputStream open(String key) throws IOException {
        return target.open(key);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        return target.list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
        target.delete(key);
    }

    @Override
    public void sync() throws IOException {
        target.sync();
    }

    @Override
    public void close() {
        target.close();
    }
}
