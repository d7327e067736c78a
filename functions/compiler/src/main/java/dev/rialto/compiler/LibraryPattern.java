package dev.rialto.compiler;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Libraries that are allowed: `group:artifact`, or `group:*` for all of a group. What an allowed
/// library brings is allowed with it.
///
/// @param artifact `*` for all
public record LibraryPattern(String group, String artifact) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    public LibraryPattern {
        if (!WORD.matcher(group).matches()
                || !(artifact.equals("*") || WORD.matcher(artifact).matches())) {
            throw new IllegalArgumentException(
                    "functions.libraries: \""
                            + group
                            + ":"
                            + artifact
                            + "\" is not a library; name one as org.apache.commons:commons-lang3 or"
                            + " com.google.guava:*");
        }
    }

    /// Reads `org.apache.commons:commons-lang3`.
    ///
    /// @throws IllegalArgumentException when it is none
    public static LibraryPattern of(String text) {
        int colon = text.indexOf(':');
        return new LibraryPattern(
                text.substring(0, Math.max(colon, 0)).strip(), text.substring(colon + 1).strip());
    }

    /// Reads patterns with commas between them.
    ///
    /// @throws IllegalArgumentException when one is none
    public static List<LibraryPattern> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(each -> !each.isBlank())
                .map(LibraryPattern::of)
                .toList();
    }

    boolean allows(String ofGroup, String ofArtifact) {
        return group.equals(ofGroup) && (artifact.equals("*") || artifact.equals(ofArtifact));
    }

    @Override
    public String toString() {
        return group + ":" + artifact;
    }
}
