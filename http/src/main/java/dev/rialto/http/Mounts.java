package dev.rialto.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the operations are, in the paths of this listener.
///
/// @param paths each like `/v1` or `/backend/parse`; the first is the one that addresses are made
///   of
public record Mounts(List<String> paths) {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    /// Where they are unless somebody says otherwise.
    public static final Mounts STANDARD = new Mounts(List.of("/v1"));

    public Mounts {
        paths = List.copyOf(paths);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("http.mount-path must not be empty");
        }
        for (String each : paths) {
            if (!PATH.matcher(each).matches() || each.contains("/.")) {
                throw new IllegalArgumentException(
                        "http.mount-path must be a path like /v1, without a slash at its end: "
                                + each);
            }
        }
    }

    /// The path that addresses are made of.
    public String first() {
        return paths.getFirst();
    }

    /// What a path says below the longest of the mounts that it is at.
    ///
    /// @return empty when it is at none; else an empty string or one that begins with a slash
    Optional<String> below(String path) {
        String found = null;
        for (String each : paths) {
            boolean at = path.equals(each) || path.startsWith(each + "/");
            if (at && (found == null || each.length() > found.length())) {
                found = each;
            }
        }
        return Optional.ofNullable(found).map(each -> path.substring(each.length()));
    }
}
