package dev.rialto.messages;

import dev.rialto.http.Call;
import dev.rialto.messages.DeliveryReports.Event;
import dev.rialto.messages.DeliveryReports.Report;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The status callbacks of Twilio. `X-Twilio-Signature` is the HMAC-SHA1, with the token of the
/// account as its key, of the address that it called and of the sorted fields of the form.
final class TwilioReports implements DeliveryReports.Source {
    private static final Pattern FIELDS = Pattern.compile("&");
    private static final Pattern CODE = Pattern.compile("\\d{1,9}");
    private static final int MAX_FIELDS = 200;

    /// Errors of a number that does not exist, or is not a mobile one, or that has unsubscribed.
    private static final Set<String> FINAL = Set.of("21610", "21614", "30005", "30006");

    private static final Set<String> FAILED = Set.of("undelivered", "failed");

    private final String token;

    TwilioReports(String token) {
        this.token = token;
    }

    @Override
    public Optional<Report> read(Call call, byte[] body) {
        Optional<Map<String, String>> form = form(new String(body, StandardCharsets.UTF_8));
        String given = call.header("X-Twilio-Signature").orElse("");
        if (form.isEmpty()
                || !Signatures.isEqual(signature(token, call.url(), form.get()), given)) {
            throw DeliveryReports.unsigned();
        }
        if (!FAILED.contains(form.get().getOrDefault("MessageStatus", ""))) {
            return Optional.empty();
        }
        String code = form.get().getOrDefault("ErrorCode", "");
        return Optional.of(
                new Report(
                        call.parameters().path(DeliveryReports.MESSAGE).asString(""),
                        Event.BOUNCED,
                        FINAL.contains(code),
                        "Twilio reports "
                                + (CODE.matcher(code).matches() ? "error " + code : "a failure")));
    }

    static String signature(String token, String url, Map<String, String> form) {
        var signed = new StringBuilder(url);
        new TreeMap<>(form).forEach((name, value) -> signed.append(name).append(value));
        return Base64.getEncoder()
                .encodeToString(Signatures.hmacSha1(Signatures.bytes(token), signed.toString()));
    }

    /// Reads a form; one with a field twice, or that can't be read, is not Twilio's.
    private static Optional<Map<String, String>> form(String body) {
        Map<String, String> form = new TreeMap<>();
        String[] fields = FIELDS.split(body, MAX_FIELDS + 1);
        if (fields.length > MAX_FIELDS) {
            return Optional.empty();
        }
        try {
            for (String field : fields) {
                int equals = field.indexOf('=');
                if (equals < 0
                        || form.put(
                                        decoded(field.substring(0, equals)),
                                        decoded(field.substring(equals + 1)))
                                != null) {
                    return Optional.empty();
                }
            }
            return Optional.of(form);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
