package dev.rialto.messages;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Settings of SMS.
///
/// @param by who delivers them
public record SmsSettings(
        By by, AliyunSettings aliyun, TencentSettings tencent, TwilioSettings twilio) {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    /// What delivers SMS.
    public enum By {
        /// Nobody: they are kept and shown to the owner of the app.
        KEPT,
        WEBHOOK,
        ALIYUN,
        TENCENT,
        TWILIO
    }

    public SmsSettings {
        switch (by) {
            case KEPT, WEBHOOK -> {}
            case ALIYUN -> aliyun.requireComplete();
            case TENCENT -> tencent.requireComplete();
            case TWILIO -> twilio.requireComplete();
        }
    }

    /// Alibaba Cloud.
    ///
    /// @param signName what SMS are signed with, as registered
    public record AliyunSettings(
            URI endpoint,
            Optional<String> accessKeyId,
            Optional<String> accessKeySecret,
            String signName,
            VendorTemplates templates) {
        private void requireComplete() {
            if (accessKeyId.isEmpty()
                    || accessKeySecret.isEmpty()
                    || signName.isEmpty()
                    || templates.isEmpty()) {
                throw new IllegalArgumentException(
                        "messages.sms=aliyun needs messages.aliyun.access-key-id,"
                                + " messages.aliyun.access-key-secret, messages.aliyun.sign-name"
                                + " and messages.aliyun.templates");
            }
        }

        static AliyunSettings defaults() {
            return new AliyunSettings(
                    URI.create("https://dysmsapi.aliyuncs.com"),
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    new VendorTemplates(Map.of()));
        }

        private static AliyunSettings read(Settings in) {
            AliyunSettings standard = defaults();
            String endpoint = in.text("messages.aliyun.endpoint", standard.endpoint().toString());
            Optional<String> keyId = in.text("messages.aliyun.access-key-id");
            Optional<String> keySecret = in.secret("messages.aliyun.access-key-secret");
            String signName = in.text("messages.aliyun.sign-name", standard.signName());
            List<String> templates = in.list("messages.aliyun.templates", List.of());
            return in.build(
                    standard,
                    () ->
                            new AliyunSettings(
                                    SmsSettings.endpoint("messages.aliyun.endpoint", endpoint),
                                    keyId,
                                    keySecret,
                                    signName,
                                    VendorTemplates.parse("messages.aliyun.templates", templates)));
        }

        /// Doesn't show the secret.
        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /// Tencent Cloud.
    ///
    /// @param appId the application of the SMS service
    /// @param signName what SMS are signed with, as registered; may be empty outside of China
    public record TencentSettings(
            URI endpoint,
            String region,
            Optional<String> secretId,
            Optional<String> secretKey,
            String appId,
            String signName,
            VendorTemplates templates) {
        private void requireComplete() {
            if (secretId.isEmpty()
                    || secretKey.isEmpty()
                    || appId.isEmpty()
                    || templates.isEmpty()) {
                throw new IllegalArgumentException(
                        "messages.sms=tencent needs messages.tencent.secret-id,"
                                + " messages.tencent.secret-key, messages.tencent.app-id and"
                                + " messages.tencent.templates");
            }
        }

        static TencentSettings defaults() {
            return new TencentSettings(
                    URI.create("https://sms.tencentcloudapi.com"),
                    "ap-guangzhou",
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    "",
                    new VendorTemplates(Map.of()));
        }

        private static TencentSettings read(Settings in) {
            TencentSettings standard = defaults();
            String endpoint = in.text("messages.tencent.endpoint", standard.endpoint().toString());
            String region = in.text("messages.tencent.region", standard.region());
            Optional<String> secretId = in.text("messages.tencent.secret-id");
            Optional<String> secretKey = in.secret("messages.tencent.secret-key");
            String appId = in.text("messages.tencent.app-id", standard.appId());
            String signName = in.text("messages.tencent.sign-name", standard.signName());
            List<String> templates = in.list("messages.tencent.templates", List.of());
            return in.build(
                    standard,
                    () ->
                            new TencentSettings(
                                    SmsSettings.endpoint("messages.tencent.endpoint", endpoint),
                                    SmsSettings.region("messages.tencent.region", region),
                                    secretId,
                                    secretKey,
                                    appId,
                                    signName,
                                    VendorTemplates.parse(
                                            "messages.tencent.templates", templates)));
        }

        /// Doesn't show the secret.
        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /// Twilio.
    ///
    /// @param from the number that SMS come from
    /// @param service what chooses that number otherwise
    public record TwilioSettings(
            URI endpoint,
            Optional<String> account,
            Optional<String> token,
            Optional<String> from,
            Optional<String> service) {
        private void requireComplete() {
            if (account.isEmpty() || token.isEmpty() || from.isPresent() == service.isPresent()) {
                throw new IllegalArgumentException(
                        "messages.sms=twilio needs messages.twilio.account, messages.twilio.token"
                                + " and one of messages.twilio.from and messages.twilio.service");
            }
        }

        static TwilioSettings defaults() {
            return new TwilioSettings(
                    URI.create("https://api.twilio.com"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private static TwilioSettings read(Settings in) {
            TwilioSettings standard = defaults();
            String endpoint = in.text("messages.twilio.endpoint", standard.endpoint().toString());
            Optional<String> account = in.text("messages.twilio.account");
            Optional<String> token = in.secret("messages.twilio.token");
            Optional<String> from = in.text("messages.twilio.from");
            Optional<String> service = in.text("messages.twilio.service");
            return in.build(
                    standard,
                    () ->
                            new TwilioSettings(
                                    SmsSettings.endpoint("messages.twilio.endpoint", endpoint),
                                    account,
                                    token,
                                    from,
                                    service));
        }

        /// Doesn't show the token.
        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    static SmsSettings defaults() {
        return new SmsSettings(
                By.KEPT,
                AliyunSettings.defaults(),
                TencentSettings.defaults(),
                TwilioSettings.defaults());
    }

    static SmsSettings read(Settings in) {
        SmsSettings standard = defaults();
        By by = in.choice("messages.sms", By.class, standard.by());
        AliyunSettings aliyun = AliyunSettings.read(in);
        TencentSettings tencent = TencentSettings.read(in);
        TwilioSettings twilio = TwilioSettings.read(in);
        return in.build(standard, () -> new SmsSettings(by, aliyun, tencent, twilio));
    }

    private static String region(String setting, String text) {
        if (!REGION.matcher(text).matches()) {
            throw new IllegalArgumentException(setting + " must be like ap-guangzhou");
        }
        return text;
    }

    /// An address without a path.
    private static URI endpoint(String setting, String text) {
        URI url = MessagesSettings.address(setting, text);
        if (!(url.getPath().isEmpty() || url.getPath().equals("/")) || url.getRawQuery() != null) {
            throw new IllegalArgumentException(setting + " must be an address without a path");
        }
        return url;
    }
}
