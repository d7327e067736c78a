package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rialto.kernel.Json;
import dev.rialto.messages.SmsSettings.AliyunSettings;
import dev.rialto.messages.SmsSettings.TencentSettings;
import dev.rialto.messages.SmsSettings.TwilioSettings;
import dev.rialto.messages.VendorDouble.Answer;
import dev.rialto.messages.VendorDouble.Received;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import dev.rialto.messages.spi.MessageText;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// SMS on their way to services that check what they are sent.
final class SmsProvidersTest {
    private static final String CALLBACK = "https://app.example.com/report?message=1";

    private AliyunDouble aliyun;
    private TencentDouble tencent;
    private TwilioDouble twilio;

    @BeforeEach
    void start() throws IOException {
        aliyun = new AliyunDouble();
        tencent = new TencentDouble();
        twilio = new TwilioDouble();
    }

    @AfterEach
    void stop() {
        aliyun.close();
        tencent.close();
        twilio.close();
    }

    private static Outgoing sms(String to, String template, String language) {
        return new Outgoing(
                "1",
                "app",
                Channel.SMS,
                to,
                new MessageText("", "123456 is your code.\n", ""),
                new MessageProvider.Source(
                        template,
                        language,
                        Map.of("code", "123 456*~&=+/", "minutes", "10", "app", "茶")));
    }

    private static Outgoing sms() {
        return sms("+8613800138000", "code", "zh-CN");
    }

    private MessageProvider aliyun(String secret, Duration ahead) {
        return new AliyunProvider(
                new AliyunSettings(
                        aliyun.endpoint(),
                        Optional.of(AliyunDouble.KEY_ID),
                        Optional.of(secret),
                        "示例",
                        VendorTemplates.parse(
                                "messages.aliyun.templates",
                                List.of("code:SMS_1:code+time=minutes", "code/en:SMS_2:code"))),
                clock(ahead));
    }

    private MessageProvider tencent(String secret, Duration ahead) {
        return new TencentProvider(
                new TencentSettings(
                        tencent.endpoint(),
                        "ap-nanjing",
                        Optional.of(TencentDouble.SECRET_ID),
                        Optional.of(secret),
                        "1400006666",
                        "示例",
                        VendorTemplates.parse(
                                "messages.tencent.templates", List.of("code:1110:minutes+code"))),
                clock(ahead));
    }

    private MessageProvider twilio(String token) {
        return new TwilioProvider(
                new TwilioSettings(
                        twilio.endpoint(),
                        Optional.of(TwilioDouble.ACCOUNT),
                        Optional.of(token),
                        Optional.of("+15005550006"),
                        Optional.empty()),
                _ -> Optional.of(CALLBACK));
    }

    private InstantSource clock(Duration ahead) {
        return () -> aliyun.clock.instant().plus(ahead);
    }

    @Test
    void sendsTheTemplateOfAliyunWithItsParameters() throws Exception {
        try (var provider = aliyun(AliyunDouble.SECRET, Duration.ZERO)) {
            assertThat(provider.deliver(sms())).isEqualTo("9006^0");
            assertThat(provider.deliver(sms("+85261234567", "code", "en"))).isEqualTo("9006^0");
        }
        Map<String, String> first = VendorDouble.fields(aliyun.received.remove().query());
        assertThat(first)
                .containsEntry("PhoneNumbers", "13800138000")
                .containsEntry("SignName", "示例")
                .containsEntry("TemplateCode", "SMS_1")
                .containsEntry("OutId", "1");
        assertThat(Json.read(first.getOrDefault("TemplateParam", "")))
                .isEqualTo(Json.read("{\"code\": \"123 456*~&=+/\", \"time\": \"10\"}"));
        Map<String, String> second = VendorDouble.fields(aliyun.received.remove().query());
        assertThat(second)
                .containsEntry("PhoneNumbers", "85261234567")
                .containsEntry("TemplateCode", "SMS_2");
    }

    /// Also shows that the double checks what it is sent.
    @Test
    void signsEachRequestToAliyunForOneUse() throws Exception {
        try (var provider = aliyun(AliyunDouble.SECRET, Duration.ZERO);
                var client = HttpClient.newHttpClient()) {
            provider.deliver(sms());
            Received first = aliyun.received.remove();
            assertThat(again(client, first, first.query())).contains("SignatureNonceUsed");
            assertThat(again(client, first, first.query().replace("SMS_1", "SMS_9")))
                    .contains("SignatureDoesNotMatch");
        }
        assertWaits(aliyun("another", Duration.ZERO), "SignatureDoesNotMatch");
        assertWaits(aliyun(AliyunDouble.SECRET, Duration.ofHours(-1)), "InvalidTimeStamp.Expired");
        assertThat(aliyun.received).isEmpty();
    }

    private String again(HttpClient client, Received request, String query) throws Exception {
        var copy = HttpRequest.newBuilder(aliyun.endpoint().resolve(request.path() + "?" + query));
        request.headers()
                .forEach((name, value) -> {
                    if (name.startsWith("x-acs-") || name.equals("authorization")) {
                        copy.header(name, value);
                    }
                });
        return client.send(
                        copy.POST(HttpRequest.BodyPublishers.noBody()).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void sendsTheTemplateOfTencentWithItsParametersInOrder() throws Exception {
        try (var provider = tencent(TencentDouble.SECRET_KEY, Duration.ZERO)) {
            assertThat(provider.deliver(sms())).isEqualTo("5000:1");
        }
        JsonNode body = Json.read(tencent.received.remove().body());
        assertThat(body)
                .isEqualTo(
                        Json.read(
                                """
                                {"PhoneNumberSet": ["+8613800138000"], "SmsSdkAppId": "1400006666",
                                 "TemplateId": "1110", "SignName": "示例",
                                 "TemplateParamSet": ["10", "123 456*~&=+/"], "SessionContext": "1"}
                                """));
        assertWaits(tencent("another", Duration.ZERO), "AuthFailure.SignatureFailure");
        assertWaits(
                tencent(TencentDouble.SECRET_KEY, Duration.ofMinutes(10)),
                "AuthFailure.SignatureExpire");
        assertThat(tencent.received).isEmpty();
    }

    @Test
    void sendsTheTextByTwilio() throws Exception {
        try (var provider = twilio(TwilioDouble.TOKEN)) {
            assertThat(provider.deliver(sms())).isEqualTo("SM123");
        }
        assertThat(VendorDouble.fields(twilio.received.remove().text()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "To", "+8613800138000",
                                "From", "+15005550006",
                                "Body", "123456 is your code.",
                                "StatusCallback", CALLBACK));
        assertWaits(twilio("another"), "20003");
        assertThat(twilio.received).isEmpty();
    }

    /// Credentials may be corrected, so a message waits. What the service says of what it was sent
    /// is the operator's.
    private static void assertWaits(MessageProvider provider, String code) {
        try (provider) {
            assertThatThrownBy(() -> provider.deliver(sms()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageEndingWith("answered " + code);
        }
    }

    @Test
    void warnsOfWrongCredentialsOnceAndWithoutTheSecret() {
        Queue<String> warnings = new ConcurrentLinkedQueue<>();
        var logger = Logger.getLogger(ProviderClient.class.getName());
        var handler =
                new StreamHandler() {
                    @Override
                    public void publish(LogRecord warning) {
                        warnings.add(new SimpleFormatter().formatMessage(warning));
                    }
                };
        logger.addHandler(handler);
        try (var provider = aliyun("wrong-secret", Duration.ZERO)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> provider.deliver(sms()))
                        .isInstanceOf(UnavailableException.class);
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(warnings)
                .containsExactly(
                        "Alibaba Cloud answered SignatureDoesNotMatch: it does not accept the"
                                + " credentials or the account that are set; messages wait");
    }

    @ParameterizedTest
    @CsvSource({
        "aliyun, 200, isv.MOBILE_NUMBER_ILLEGAL, NO_RECIPIENT",
        "aliyun, 200, isv.BUSINESS_LIMIT_CONTROL, LATER",
        "aliyun, 200, isv.AMOUNT_NOT_ENOUGH, LATER",
        "aliyun, 200, isv.SMS_TEMPLATE_ILLEGAL, REFUSED",
        "aliyun, 200, isv.SMS_SIGNATURE_ILLEGAL, REFUSED",
        "aliyun, 200, isp.RAM_PERMISSION_DENY, LATER",
        "aliyun, 404, InvalidAccessKeyId.NotFound, LATER",
        "aliyun, 400, Throttling.User, LATER",
        "aliyun, 503, '', LATER",
        "aliyun, 400, '', REFUSED",
        "tencent, 200, InvalidParameterValue.IncorrectPhoneNumber, NO_RECIPIENT",
        "tencent, 200, FailedOperation.PhoneNumberInBlacklist, NO_RECIPIENT",
        "tencent, 200, LimitExceeded.PhoneNumberDailyLimit, LATER",
        "tencent, 200, RequestLimitExceeded, LATER",
        "tencent, 200, InternalError.Timeout, LATER",
        "tencent, 200, AuthFailure.SecretIdNotFound, LATER",
        "tencent, 200, FailedOperation.TemplateIncorrectOrUnapproved, REFUSED",
        "tencent, 200, FailedOperation.TemplateParamSetNotMatchApprovedTemplate, REFUSED",
        "tencent, 502, '', LATER",
        "twilio, 400, 21211, NO_RECIPIENT",
        "twilio, 400, 21610, NO_RECIPIENT",
        "twilio, 400, 21614, NO_RECIPIENT",
        "twilio, 429, 20429, LATER",
        "twilio, 401, 20003, LATER",
        "twilio, 400, 21617, REFUSED",
        "twilio, 400, 21408, REFUSED",
        "twilio, 503, '', LATER"
    })
    void understandsErrors(String vendor, int status, String code, ProviderClient.Verdict verdict) {
        MessageProvider provider =
                switch (vendor) {
                    case "aliyun" -> {
                        aliyun.answers.add(
                                new Answer(
                                        status,
                                        code.isEmpty() ? "" : "{\"Code\": \"" + code + "\"}"));
                        yield aliyun(AliyunDouble.SECRET, Duration.ZERO);
                    }
                    case "tencent" -> {
                        tencent.answers.add(
                                code.isEmpty()
                                        ? new Answer(status, "<html>")
                                        : TencentDouble.judged(code));
                        yield tencent(TencentDouble.SECRET_KEY, Duration.ZERO);
                    }
                    default -> {
                        twilio.answers.add(
                                code.isEmpty()
                                        ? new Answer(status, "")
                                        : TwilioDouble.refused(status, Integer.parseInt(code)));
                        yield twilio(TwilioDouble.TOKEN);
                    }
                };
        try (provider) {
            Throwable told = catchThrowable(() -> provider.deliver(sms()));
            assertThat(told).hasMessageContaining(code.isEmpty() ? "answered " + status : code);
            switch (verdict) {
                case LATER, CREDENTIALS ->
                        assertThat(told).isInstanceOf(UnavailableException.class);
                case NO_RECIPIENT, REFUSED ->
                        assertThat(told)
                                .isInstanceOfSatisfying(
                                        UndeliverableException.class,
                                        refused ->
                                                assertThat(refused.isBounced())
                                                        .isEqualTo(
                                                                verdict
                                                                        == ProviderClient.Verdict
                                                                                .NO_RECIPIENT));
            }
        }
    }

    @Test
    void givesUpWhatNoTemplateIsRegisteredFor() {
        try (var provider = aliyun(AliyunDouble.SECRET, Duration.ZERO)) {
            assertThatThrownBy(() -> provider.deliver(sms("+8613800138000", "welcome", "zh-CN")))
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessage(
                            "messages.aliyun.templates has no template of the provider for"
                                    + " \"welcome\"");
        }
        assertThat(aliyun.received).isEmpty();
    }

    /// The example with fixed parameters in Alibaba Cloud's "V3 request structure and signature".
    @Test
    void signsAsAliyunDocuments() {
        var headers =
                new TreeMap<>(
                        Map.of(
                                "host", "ecs.cn-shanghai.aliyuncs.com",
                                "x-acs-action", "RunInstances",
                                "x-acs-content-sha256", Signatures.sha256(new byte[0]),
                                "x-acs-date", "2023-10-26T10:22:32Z",
                                "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d",
                                "x-acs-version", "2014-05-26"));
        assertThat(
                        AliyunProvider.authorization(
                                "YourAccessKeyId",
                                "YourAccessKeySecret",
                                "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
                                        + "&RegionId=cn-shanghai",
                                headers))
                .isEqualTo(
                        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;"
                                + "x-acs-action;x-acs-content-sha256;x-acs-date;"
                                + "x-acs-signature-nonce;x-acs-version,Signature="
                                + "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    }

    /// The example in Tencent Cloud's "Signature v3".
    @Test
    void signsAsTencentDocuments() {
        var headers =
                new TreeMap<>(
                        Map.of(
                                "content-type", "application/json; charset=utf-8",
                                "host", "cvm.tencentcloudapi.com"));
        String body =
                "{\"Limit\": 1, \"Filters\": [{\"Values\": [\"\\u672a\\u547d\\u540d\"], \"Name\":"
                        + " \"instance-name\"}]}";
        assertThat(
                        new TencentProvider.Signer(
                                        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                                        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                                        "cvm")
                                .authorization(
                                        Instant.ofEpochSecond(1_551_113_065),
                                        headers,
                                        Signatures.bytes(body)))
                .isEqualTo(
                        "TC3-HMAC-SHA256"
                                + " Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request,"
                                + " SignedHeaders=content-type;host, Signature="
                                + "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168");
    }

    /// The example in Twilio's "Webhooks security".
    @Test
    void signsAsTwilioDocuments() {
        assertThat(
                        TwilioReports.signature(
                                "12345",
                                "https://mycompany.com/myapp.php?foo=1&bar=2",
                                Map.of(
                                        "CallSid", "CA1234567890ABCDE",
                                        "Caller", "+12349013030",
                                        "Digits", "1234",
                                        "From", "+12349013030",
                                        "To", "+18005551212")))
                .isEqualTo("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }
}
