package dev.rialto.signin;

import dev.rialto.signin.ProviderClient.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Alipay. Requests are signed with the app's key and answers with Alipay's (RSA2: SHA256 with
/// RSA). A code is bound to the app that it was made for.
record Alipay(ProviderSettings settings, ProviderClient client, InstantSource clock)
        implements CodeProvider {
    private static final String ALGORITHM = "SHA256withRSA";
    private static final String ANSWER = "alipay_system_oauth_token_response";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.ofHours(8));

    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://openauth.alipay.com/oauth2/publicAppAuthorize.htm"),
                Map.of(
                        "app_id",
                        settings.clientId(),
                        "scope",
                        String.join(",", settings.client().scopes()),
                        "redirect_uri",
                        visit.callback(),
                        "state",
                        visit.state()));
    }

    @Override
    public String codeParameter() {
        return "auth_code";
    }

    @Override
    public Person byCode(Code code) {
        TreeMap<String, String> form = new TreeMap<>();
        form.put("app_id", code.clientId());
        form.put("method", "alipay.system.oauth.token");
        form.put("format", "JSON");
        form.put("charset", "utf-8");
        form.put("sign_type", "RSA2");
        form.put("timestamp", TIME.format(clock.instant()));
        form.put("version", "1.0");
        form.put("grant_type", "authorization_code");
        form.put("code", code.value());
        form.put("sign", signature(form));
        Reply reply =
                client.postForm(
                        settings.at("https://openapi.alipay.com/gateway.do"), form, Map.of());
        JsonNode said = reply.body().path(ANSWER);
        if (!reply.isOk() || !isSigned(reply)) {
            throw invalid();
        }
        return person(Said.text(said, "user_id").or(() -> Said.text(said, "open_id")));
    }

    /// Of all parameters in the order of their names, not encoded.
    private String signature(TreeMap<String, String> parameters) {
        String text =
                parameters.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining("&"));
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(Keys.privateKey(settings.more("private-key")));
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException unusable) {
            throw new IllegalStateException("the key of Alipay can't sign", unusable);
        }
    }

    /// The signature is of the answer as it was sent, character by character.
    private boolean isSigned(Reply reply) {
        String start = "\"" + ANSWER + "\":";
        int from = reply.text().indexOf(start);
        int to = reply.text().lastIndexOf(",\"sign\"");
        if (from < 0 || to < from + start.length()) {
            return false;
        }
        String signed = reply.text().substring(from + start.length(), to);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(Keys.publicKey(settings.more("public-key")));
            signature.update(signed.getBytes(StandardCharsets.UTF_8));
            return signature.verify(
                    Base64.getDecoder().decode(reply.body().path("sign").asString("")));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }
}
