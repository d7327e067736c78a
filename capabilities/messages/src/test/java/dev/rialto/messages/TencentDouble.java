package dev.rialto.messages;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tencent Cloud: checks TC3-HMAC-SHA256 and the time.
final class TencentDouble extends VendorDouble {
    static final String SECRET_ID = "test-secret-id";
    static final String SECRET_KEY = "test-secret-key";

    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "TC3-HMAC-SHA256 Credential=(.+)/(\\d{4}-\\d\\d-\\d\\d)/sms/tc3_request,"
                            + " SignedHeaders=(.+), Signature=([0-9a-f]{64})");

    TencentDouble() throws IOException {}

    @Override
    @Nullable Answer check(Received request) {
        Matcher parts = AUTHORIZATION.matcher(request.header("authorization"));
        if (!parts.matches() || !parts.group(1).equals(SECRET_ID)) {
            return refused("AuthFailure.SecretIdNotFound");
        }
        Instant time = Instant.ofEpochSecond(Long.parseLong(request.header("x-tc-timestamp")));
        if (Duration.between(time, clock.instant()).abs().compareTo(Duration.ofMinutes(5)) > 0) {
            return refused("AuthFailure.SignatureExpire");
        }
        String date = time.atZone(ZoneOffset.UTC).toLocalDate().toString();
        if (!parts.group(2).equals(date)
                || !parts.group(4).equals(signature(request, date, parts.group(3)))) {
            return refused("AuthFailure.SignatureFailure");
        }
        return request.header("x-tc-action").equals("SendSms")
                        && request.header("x-tc-version").equals("2021-01-11")
                        && request.header("x-tc-region").equals("ap-nanjing")
                ? null
                : refused("InvalidAction");
    }

    private static String signature(Received request, String date, String names) {
        var canonical = new StringBuilder("POST\n/\n\n");
        for (String name : names.split(";", -1)) {
            canonical
                    .append(name)
                    .append(':')
                    .append(request.header(name).toLowerCase(Locale.ROOT))
                    .append('\n');
        }
        canonical.append('\n').append(names).append('\n').append(sha256(request.body()));
        String toSign =
                "TC3-HMAC-SHA256\n%s\n%s/sms/tc3_request\n%s"
                        .formatted(
                                request.header("x-tc-timestamp"),
                                date,
                                sha256(bytes(canonical.toString())));
        byte[] key = hmac(hmac(hmac(bytes("TC3" + SECRET_KEY), date), "sms"), "tc3_request");
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static Answer refused(String code) {
        return new Answer(
                200,
                "{\"Response\": {\"Error\": {\"Code\": \"%s\", \"Message\": \"signed: x\"}}}"
                        .formatted(code));
    }

    /// What is answered when a message is judged.
    static Answer judged(String code) {
        return new Answer(
                200,
                "{\"Response\": {\"SendStatusSet\": [{\"SerialNo\": \"5000:1\", \"Code\": \"%s\"}]}}"
                        .formatted(code));
    }

    @Override
    Answer accepted() {
        return judged("Ok");
    }
}
