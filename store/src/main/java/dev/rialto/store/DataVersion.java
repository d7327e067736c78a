package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The version of the newest Rialto that has written to a data folder. An older one does not know
/// what that has changed, so it must not touch the folder.
public final class DataVersion {
    /// The name of the file in the data folder.
    public static final String FILE = "rialto.version";

    private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,3}");

    private DataVersion() {}

    /// Notes that a version writes to a folder.
    ///
    /// @param program the version of this program, such as `0.2.0`
    /// @throws SetupException when a newer one has written to it
    public static void claim(Path folder, String program) {
        Optional<String> written = require(folder, program);
        if (written.isEmpty() || compare(written.get(), program) < 0) {
            write(folder, program);
        }
    }

    /// Makes sure that a version may write to a folder.
    ///
    /// @return the version that the folder says
    /// @throws SetupException when a newer one has written to it
    public static Optional<String> require(Path folder, String program) {
        Optional<String> written = read(folder);
        if (written.isPresent() && compare(written.get(), program) > 0) {
            throw new SetupException(
                    "this data folder was written by Rialto "
                            + written.get()
                            + "; this is "
                            + program
                            + ": use Rialto "
                            + written.get()
                            + " or newer, or restore a backup that was made before the upgrade"
                            + " into a new folder ("
                            + folder
                            + ")");
        }
        return written;
    }

    /// The version that a folder says.
    ///
    /// @return empty when it says none: it is new, or older than this file
    /// @throws SetupException when what it says is not a version
    public static Optional<String> read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            String text = Files.readString(file).strip();
            if (!VERSION.matcher(text).matches()) {
                throw new SetupException(
                        file
                                + " does not contain a version: write the one of the newest Rialto"
                                + " that ran on this folder into it");
            }
            return Optional.of(text);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new SetupException(
                    "can't read " + file + ": " + DataFolder.reason(failure), failure);
        }
    }

    /// Compares two versions number by number: `0.10` is newer than `0.9.1`.
    public static int compare(String one, String other) {
        int[] left = numbers(one);
        int[] right = numbers(other);
        return IntStream.range(0, Math.max(left.length, right.length))
                .map(i -> Integer.compare(at(left, i), at(right, i)))
                .filter(order -> order != 0)
                .findFirst()
                .orElse(0);
    }

    private static int[] numbers(String version) {
        return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static int at(int[] numbers, int index) {
        return index < numbers.length ? numbers[index] : 0;
    }

    private static void write(Path folder, String program) {
        Path file = folder.resolve(FILE);
        Path draft = folder.resolve(FILE + ".new");
        try {
            Files.writeString(draft, program + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't write " + file + ": " + DataFolder.reason(failure), failure);
        }
    }
}
