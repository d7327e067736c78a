package dev.rialto.signin;

import dev.rialto.kernel.Json;
import dev.rialto.signin.ProviderClient.Reply;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Feishu. It does not tell which app a token was made for, so only codes are accepted.
record Feishu(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://accounts.feishu.cn/open-apis/authen/v1/authorize"),
                outwardWithChallenge(visit));
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode form = Json.object();
        exchangeWithSecret(code).forEach(form::put);
        ObjectNode token =
                accepted(
                        client.postJson(
                                settings.at(
                                        "https://open.feishu.cn/open-apis/authen/v2/oauth/token"),
                                form,
                                Map.of()));
        JsonNode self =
                accepted(
                                client.get(
                                        settings.at(
                                                "https://open.feishu.cn/open-apis/authen/v1/user_info"),
                                        ProviderClient.bearer(
                                                Said.text(token, "access_token")
                                                        .orElseThrow(this::invalid))))
                        .path("data");
        Optional<String> open = Said.text(self, "open_id");
        Optional<String> union = Said.text(self, "union_id");
        return person(settings.yes("union-id") ? union : open)
                .keeping("openid", open.orElseThrow(this::invalid))
                .keeping("unionid", union.orElse(""));
    }

    /// Feishu refuses with a code.
    @Override
    public ObjectNode accepted(Reply reply) {
        if (!reply.isOk() || reply.body().path("code").asInt(-1) != 0) {
            throw invalid();
        }
        return reply.body();
    }
}
