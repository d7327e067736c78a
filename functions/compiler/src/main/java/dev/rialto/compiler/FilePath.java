package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;

/// The rules for paths of files that others name.
final class FilePath {
    private static final int MAX_LENGTH = 512;

    private FilePath() {}

    /// Gives the path back when it stays inside of the project.
    ///
    /// @throws RefusedException when it does not
    static String check(String path) {
        if (!valid(path)) {
            throw new RefusedException(
                    Problem.of(
                            "the path \""
                                    + path.substring(0, Math.min(path.length(), MAX_LENGTH))
                                    + "\" is not valid: paths must be relative, with / between"
                                    + " folders, without .. and \\"));
        }
        return path;
    }

    private static boolean valid(String path) {
        if (path.isEmpty() || path.length() > MAX_LENGTH || path.indexOf(':') >= 0) {
            return false;
        }
        if (path.chars().anyMatch(each -> each < ' ' || each == '\\' || each == 0x7f)) {
            return false;
        }
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
