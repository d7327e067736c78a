package dev.rialto.files;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Builds the URL of a stored file.
public final class FileAddress {
    private FileAddress() {}

    /// The URL of a file.
    ///
    /// @param publicUrl the address of `/v1`, without a slash at its end
    /// @param name as the upload returned it
    public static String url(String publicUrl, String appId, String name) {
        return publicUrl + "/files/" + encode(appId) + "/" + encodePath(name);
    }

    /// A name with its characters escaped for URLs and headers.
    static String encodePath(String name) {
        return Arrays.stream(name.split("/", -1))
                .map(FileAddress::encode)
                .collect(Collectors.joining("/"));
    }

    private static String encode(String step) {
        return URLEncoder.encode(step, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%7E", "~")
                .replace("%40", "@");
    }
}
