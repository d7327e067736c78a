package dev.rialto.backup;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/// Where buckets are and who uses them.
///
/// @param endpoint the address of the service
public record S3Settings(
        String endpoint, String region, Optional<String> accessKey, Optional<String> secretKey) {
    private static final String STANDARD_REGION = "us-east-1";

    public S3Settings {
        try {
            URI uri = URI.create(endpoint);
            boolean plain = uri.getRawQuery() == null && uri.getRawUserInfo() == null;
            if (!Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    || uri.getHost() == null
                    || !plain) {
                throw new IllegalArgumentException();
            }
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "backup.s3.endpoint must look like https://s3.example.com");
        }
        if (!region.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("backup.s3.region is not valid: " + region);
        }
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException(
                    "backup.s3.access-key and backup.s3.secret-key belong together");
        }
    }

    public static S3Settings defaults() {
        return new S3Settings(
                endpointOf(STANDARD_REGION), STANDARD_REGION, Optional.empty(), Optional.empty());
    }

    static S3Settings read(Settings in) {
        String region = in.text("backup.s3.region", STANDARD_REGION);
        Optional<String> endpoint = in.text("backup.s3.endpoint");
        Optional<String> accessKey = in.text("backup.s3.access-key");
        Optional<String> secretKey = in.secret("backup.s3.secret-key");
        return in.build(
                defaults(),
                () ->
                        new S3Settings(
                                endpoint.orElse(endpointOf(region)), region, accessKey, secretKey));
    }

    private static String endpointOf(String region) {
        return "https://s3." + region + ".amazonaws.com";
    }

    /// Does not show the secret key.
    @Override
    public String toString() {
        return "S3 at " + endpoint;
    }
}
