package dev.rialto.messages;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Alibaba Cloud: checks ACS3-HMAC-SHA256, the time and that no nonce is used twice.
final class AliyunDouble extends VendorDouble {
    static final String KEY_ID = "test-key-id";
    static final String SECRET = "test-key-secret";

    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "ACS3-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=([0-9a-f]{64})");
    private static final List<String> NEEDED =
            List.of(
                    "host",
                    "x-acs-action",
                    "x-acs-content-sha256",
                    "x-acs-date",
                    "x-acs-signature-nonce",
                    "x-acs-version");

    private final Set<String> nonces = ConcurrentHashMap.newKeySet();

    AliyunDouble() throws IOException {}

    @Override
    @Nullable Answer check(Received request) {
        Matcher parts = AUTHORIZATION.matcher(request.header("authorization"));
        if (!parts.matches() || !parts.group(1).equals(KEY_ID)) {
            return refused(404, "InvalidAccessKeyId.NotFound");
        }
        List<String> signed = List.of(parts.group(2).split(";"));
        if (!signed.containsAll(NEEDED)
                || !parts.group(3).equals(signature(request, signed))
                || !request.header("x-acs-content-sha256").equals(sha256(request.body()))) {
            return refused(400, "SignatureDoesNotMatch");
        }
        Instant date = Instant.parse(request.header("x-acs-date"));
        if (Duration.between(date, clock.instant()).abs().compareTo(Duration.ofMinutes(15)) > 0) {
            return refused(400, "InvalidTimeStamp.Expired");
        }
        if (!nonces.add(request.header("x-acs-signature-nonce"))) {
            return refused(400, "SignatureNonceUsed");
        }
        return request.header("x-acs-action").equals("SendSms")
                        && request.header("x-acs-version").equals("2017-05-25")
                ? null
                : refused(404, "InvalidAction.NotFound");
    }

    /// The parameters must be sorted and encoded as RFC 3986 says; that they are is part of the
    /// signature.
    private static String signature(Received request, List<String> signed) {
        List<String> parameters = new ArrayList<>(List.of(request.query().split("&")));
        Collections.sort(parameters);
        var canonical =
                new StringBuilder(request.method())
                        .append('\n')
                        .append(request.path())
                        .append('\n')
                        .append(String.join("&", parameters))
                        .append('\n');
        signed.stream()
                .sorted()
                .forEach(name ->
                        canonical
                                .append(name)
                                .append(':')
                                .append(request.header(name))
                                .append('\n'));
        canonical
                .append('\n')
                .append(String.join(";", signed.stream().sorted().toList()))
                .append('\n')
                .append(sha256(request.body()));
        String toSign = "ACS3-HMAC-SHA256\n" + sha256(bytes(canonical.toString()));
        return HexFormat.of().formatHex(hmac(bytes(SECRET), toSign));
    }

    private static Answer refused(int status, String code) {
        return new Answer(status, "{\"Code\": \"" + code + "\", \"Message\": \"signed: x\"}");
    }

    @Override
    Answer accepted() {
        return new Answer(200, "{\"Code\": \"OK\", \"Message\": \"OK\", \"BizId\": \"9006^0\"}");
    }
}
