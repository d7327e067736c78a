package dev.rialto.messages;

import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.messages.ProviderClient.Reply;
import dev.rialto.messages.ProviderClient.Verdict;
import dev.rialto.messages.SmsSettings.AliyunSettings;
import dev.rialto.messages.VendorTemplates.Registered;
import dev.rialto.messages.spi.MessageProvider;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Hands SMS over to Alibaba Cloud: its operation `SendSms` of version 2017-05-25, whose requests
/// are signed with ACS3-HMAC-SHA256.
final class AliyunProvider implements MessageProvider {
    private static final String ALGORITHM = "ACS3-HMAC-SHA256";
    private static final String NO_BODY = Signatures.sha256(new byte[0]);
    private static final String CHINA = "+86";

    /// Codes of limits, of an account without money, and of failures of the service.
    private static final Set<String> LATER =
            Set.of(
                    "isv.BUSINESS_LIMIT_CONTROL",
                    "isv.DAY_LIMIT_CONTROL",
                    "isv.MONTH_LIMIT_CONTROL",
                    "isv.OUT_OF_SERVICE",
                    "isv.AMOUNT_NOT_ENOUGH",
                    "isp.SYSTEM_ERROR",
                    "SignatureNonceUsed",
                    "ServiceUnavailable",
                    "InternalError");

    private static final Set<String> CREDENTIALS =
            Set.of(
                    "isp.RAM_PERMISSION_DENY",
                    "isv.PRODUCT_UN_SUBSCRIPT",
                    "isv.PRODUCT_UNSUBSCRIBE",
                    "isv.ACCOUNT_NOT_EXISTS",
                    "isv.ACCOUNT_ABNORMAL",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "NoPermission");

    /// The first parts of codes that go on with details.
    private static final List<String> CREDENTIAL_PREFIXES =
            List.of("InvalidAccessKeyId", "InvalidTimeStamp", "Forbidden");

    private final AliyunSettings settings;
    private final InstantSource clock;
    private final Ids ids = new Ids();
    private final ProviderClient client =
            new ProviderClient("Alibaba Cloud", ProviderClient.TIMEOUT);

    AliyunProvider(AliyunSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "aliyun";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        Registered template = settings.templates().require("messages.aliyun.templates", message);
        Reply reply = client.send(request(message, template));
        JsonNode answer = reply.json();
        String code = answer.path("Code").asString("");
        if (reply.isSuccess() && code.equals("OK")) {
            return answer.path("BizId").asString(message.id());
        }
        if (code.isEmpty()) {
            client.requireFinal(reply);
            throw new UndeliverableException(client.told(String.valueOf(reply.status())), false);
        }
        throw client.refused(verdict(code), code, answer.path("Message").asString(""));
    }

    private HttpRequest request(Outgoing message, Registered template) {
        var parameters = new TreeMap<String, String>();
        parameters.put("PhoneNumbers", number(message.recipient()));
        parameters.put("SignName", settings.signName());
        parameters.put("TemplateCode", template.id());
        parameters.put("TemplateParam", Json.write(values(message, template)));
        parameters.put("OutId", message.id());
        String query = PercentEncoding.query(parameters);
        URI url = settings.endpoint().resolve("/?" + query);
        var signed = new TreeMap<String, String>();
        signed.put("x-acs-action", "SendSms");
        signed.put("x-acs-version", "2017-05-25");
        signed.put("x-acs-date", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        signed.put("x-acs-signature-nonce", ids.hex(16));
        signed.put("x-acs-content-sha256", NO_BODY);
        var request = HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.noBody());
        signed.forEach(request::header);
        signed.put("host", ProviderClient.host(url));
        return request.header("Accept", "application/json")
                .header(
                        "Authorization",
                        authorization(
                                settings.accessKeyId().orElseThrow(),
                                settings.accessKeySecret().orElseThrow(),
                                query,
                                signed))
                .build();
    }

    /// Numbers of China are written without the code of the country, others with it.
    private static String number(String recipient) {
        return recipient.substring(recipient.startsWith(CHINA) ? CHINA.length() : 1);
    }

    private static ObjectNode values(Outgoing message, Registered template) {
        ObjectNode json = Json.object();
        List<String> values = template.values(message.source().values());
        for (int i = 0; i < values.size(); i++) {
            json.put(template.parameters().get(i).name(), values.get(i));
        }
        return json;
    }

    /// Signs a POST request without a body.
    ///
    /// @param query its parameters, in their order
    /// @param headers those that are signed, in lower case
    static String authorization(
            String keyId, String secret, String query, SortedMap<String, String> headers) {
        String names = String.join(";", headers.keySet());
        String canonical =
                headers.entrySet().stream()
                        .map(each -> each.getKey() + ":" + each.getValue().strip() + "\n")
                        .collect(
                                Collectors.joining(
                                        "",
                                        "POST\n/\n" + query + "\n",
                                        "\n" + names + "\n" + NO_BODY));
        String signature =
                Signatures.hex(
                        Signatures.hmacSha256(
                                Signatures.bytes(secret),
                                ALGORITHM + "\n" + Signatures.sha256(Signatures.bytes(canonical))));
        return ALGORITHM
                + " Credential="
                + keyId
                + ",SignedHeaders="
                + names
                + ",Signature="
                + signature;
    }

    private static Verdict verdict(String code) {
        if (code.equals("isv.MOBILE_NUMBER_ILLEGAL")) {
            return Verdict.NO_RECIPIENT;
        }
        if (LATER.contains(code) || code.startsWith("Throttling")) {
            return Verdict.LATER;
        }
        return CREDENTIALS.contains(code) || CREDENTIAL_PREFIXES.stream().anyMatch(code::startsWith)
                ? Verdict.CREDENTIALS
                : Verdict.REFUSED;
    }

    @Override
    public void close() {
        client.close();
    }
}
