package dev.rialto.messages;

import dev.rialto.kernel.Json;
import dev.rialto.messages.ProviderClient.Reply;
import dev.rialto.messages.ProviderClient.Verdict;
import dev.rialto.messages.SmsSettings.TencentSettings;
import dev.rialto.messages.VendorTemplates.Registered;
import dev.rialto.messages.spi.MessageProvider;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Hands SMS over to Tencent Cloud: its operation `SendSms` of version 2021-01-11, whose requests
/// are signed with TC3-HMAC-SHA256.
final class TencentProvider implements MessageProvider {
    private static final String ALGORITHM = "TC3-HMAC-SHA256";
    private static final String END = "tc3_request";
    private static final String SERVICE = "sms";
    private static final String ACTION = "SendSms";
    private static final String JSON = "application/json; charset=utf-8";

    /// Codes of a number that does not exist, or that wants no messages.
    private static final Set<String> NO_RECIPIENT =
            Set.of(
                    "InvalidParameterValue.IncorrectPhoneNumber",
                    "FailedOperation.PhoneNumberParseFail",
                    "FailedOperation.PhoneNumberInBlacklist");

    /// Codes of limits, of an account without money, and of failures of the service.
    private static final List<String> LATER =
            List.of(
                    "LimitExceeded",
                    "RequestLimitExceeded",
                    "InternalError",
                    "ResourceUnavailable",
                    "ResourceInsufficient",
                    "FailedOperation.InsufficientBalanceInSmsPackage",
                    "FailedOperation.MarketingSendTimeConstraint",
                    "UnauthorizedOperation.ServiceSuspendDueToArrears");

    private static final List<String> CREDENTIALS = List.of("AuthFailure", "UnauthorizedOperation");

    private final TencentSettings settings;
    private final InstantSource clock;
    private final ProviderClient client =
            new ProviderClient("Tencent Cloud", ProviderClient.TIMEOUT);

    TencentProvider(TencentSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "tencent";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        Registered template = settings.templates().require("messages.tencent.templates", message);
        Reply reply = client.send(request(message, template));
        JsonNode answer = reply.json().path("Response");
        JsonNode status = answer.path("SendStatusSet").path(0);
        JsonNode told = status.isMissingNode() ? answer.path("Error") : status;
        String code = told.path("Code").asString("");
        if (reply.isSuccess() && code.equals("Ok")) {
            return status.path("SerialNo").asString(message.id());
        }
        if (code.isEmpty()) {
            client.requireFinal(reply);
            throw new UndeliverableException(client.told(String.valueOf(reply.status())), false);
        }
        throw client.refused(verdict(code), code, told.path("Message").asString(""));
    }

    private HttpRequest request(Outgoing message, Registered template) {
        byte[] body = Signatures.bytes(Json.write(body(message, template)));
        Instant now = clock.instant();
        URI url = settings.endpoint().resolve("/");
        var signed = new TreeMap<String, String>();
        signed.put("content-type", JSON);
        signed.put("host", ProviderClient.host(url));
        signed.put("x-tc-action", ACTION);
        String authorization =
                new Signer(
                                settings.secretId().orElseThrow(),
                                settings.secretKey().orElseThrow(),
                                SERVICE)
                        .authorization(now, signed, body);
        return HttpRequest.newBuilder(url)
                .header("Authorization", authorization)
                .header("Content-Type", JSON)
                .header("X-TC-Action", ACTION)
                .header("X-TC-Version", "2021-01-11")
                .header("X-TC-Region", settings.region())
                .header("X-TC-Timestamp", String.valueOf(now.getEpochSecond()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private ObjectNode body(Outgoing message, Registered template) {
        ObjectNode json = Json.object();
        json.putArray("PhoneNumberSet").add(message.recipient());
        json.put("SmsSdkAppId", settings.appId()).put("TemplateId", template.id());
        if (!settings.signName().isEmpty()) {
            json.put("SignName", settings.signName());
        }
        var values = json.putArray("TemplateParamSet");
        template.values(message.source().values()).forEach(values::add);
        return json.put("SessionContext", message.id());
    }

    private static Verdict verdict(String code) {
        if (NO_RECIPIENT.contains(code)) {
            return Verdict.NO_RECIPIENT;
        }
        if (LATER.stream().anyMatch(code::startsWith)) {
            return Verdict.LATER;
        }
        return CREDENTIALS.stream().anyMatch(code::startsWith)
                ? Verdict.CREDENTIALS
                : Verdict.REFUSED;
    }

    @Override
    public void close() {
        client.close();
    }

    /// Signs requests to a service of Tencent Cloud.
    record Signer(String secretId, String secretKey, String service) {
        /// Signs a POST request.
        ///
        /// @param headers those that are signed, by their names in lower case
        String authorization(Instant now, SortedMap<String, String> headers, byte[] body) {
            String date = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
            String scope = date + "/" + service + "/" + END;
            String names = String.join(";", headers.keySet());
            String canonical =
                    headers.entrySet().stream()
                            .map(each -> each.getKey() + ":" + lower(each.getValue()) + "\n")
                            .collect(
                                    Collectors.joining(
                                            "",
                                            "POST\n/\n\n",
                                            "\n" + names + "\n" + Signatures.sha256(body)));
            String toSign =
                    String.join(
                            "\n",
                            ALGORITHM,
                            String.valueOf(now.getEpochSecond()),
                            scope,
                            Signatures.sha256(Signatures.bytes(canonical)));
            byte[] key = Signatures.bytes("TC3" + secretKey);
            for (String part : List.of(date, service, END)) {
                key = Signatures.hmacSha256(key, part);
            }
            return ALGORITHM
                    + " Credential="
                    + secretId
                    + "/"
                    + scope
                    + ", SignedHeaders="
                    + names
                    + ", Signature="
                    + Signatures.hex(Signatures.hmacSha256(key, toSign));
        }

        private static String lower(String value) {
            return value.strip().toLowerCase(Locale.ROOT);
        }

        /// Doesn't show the key.
        @Override
        public String toString() {
            return secretId;
        }
    }
}
