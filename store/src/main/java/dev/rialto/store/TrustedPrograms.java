package dev.rialto.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells programs that only this user and root can change from those of others: whoever can change
/// a program, or a folder above it, decides what it does.
final class TrustedPrograms {
    private static final String ROOT = "root";

    /// The bit of folders such as /tmp, in which everybody may only change what is theirs.
    private static final int STICKY = 01000;

    private TrustedPrograms() {}

    /// Whether a program can be changed by nobody else.
    static boolean isTrusted(Path program) {
        try {
            for (@Nullable Path each = program.toRealPath();
                    each != null;
                    each = each.getParent()) {
                if (!isTrustedAlone(each)) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /// Whether it could be changed without changing what is above it.
    private static boolean isTrustedAlone(Path path) throws IOException {
        PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class);
        Set<PosixFilePermission> permissions = found.permissions();
        boolean isSticky = ((int) Files.getAttribute(path, "unix:mode") & STICKY) != 0;
        boolean othersWrite = permissions.contains(PosixFilePermission.OTHERS_WRITE);
        boolean groupWrites = permissions.contains(PosixFilePermission.GROUP_WRITE);
        return isOurs(found.owner().getName())
                && (isSticky || !othersWrite)
                && (isSticky || !groupWrites || isOurs(found.group().getName()));
    }

    /// Many systems give each user a group of the same name, which nobody else is in.
    private static boolean isOurs(String name) {
        return name.equals(ROOT) || name.equals(System.getProperty("user.name"));
    }
}
