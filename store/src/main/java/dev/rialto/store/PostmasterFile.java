package dev.rialto.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The state of a running PostgreSQL, from `postmaster.pid`: line 1 is its process, line 4 its
/// port, line 8 its state.
record PostmasterFile(Path cluster, long pid, int port, boolean isReady) {
    private static final int PORT_LINE = 3;
    private static final int STATE_LINE = 7;

    /// @return empty if there is no file, or PostgreSQL is still writing its first lines
    static Optional<PostmasterFile> read(Path cluster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(fileOf(cluster));
            if (lines.size() <= PORT_LINE) {
                return Optional.empty();
            }
            boolean ready =
                    lines.size() > STATE_LINE && lines.get(STATE_LINE).strip().equals("ready");
            return Optional.of(
                    new PostmasterFile(
                            cluster,
                            Long.parseLong(lines.getFirst().strip()),
                            Integer.parseInt(lines.get(PORT_LINE).strip()),
                            ready));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (NumberFormatException damaged) {
            throw new IOException("can't read " + fileOf(cluster), damaged);
        }
    }

    /// The process, if it is alive and really the PostgreSQL of this folder rather than another
    /// program with the same id.
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(this::isOurs);
    }

    private boolean isOurs(ProcessHandle process) {
        String program = process.info().command().orElse("");
        String[] arguments = process.info().arguments().orElse(new String[0]);
        return Path.of(program).endsWith("postgres")
                && Arrays.asList(arguments).contains(cluster.toString());
    }

    void delete() throws IOException {
        Files.deleteIfExists(fileOf(cluster));
    }

    private static Path fileOf(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }
}
