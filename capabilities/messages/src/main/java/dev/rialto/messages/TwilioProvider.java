package dev.rialto.messages;

import dev.rialto.messages.ProviderClient.Reply;
import dev.rialto.messages.ProviderClient.Verdict;
import dev.rialto.messages.SmsSettings.TwilioSettings;
import dev.rialto.messages.spi.MessageProvider;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Hands SMS over to Twilio: its resource `Messages` of version 2010-04-01.
final class TwilioProvider implements MessageProvider {
    static final String NAME = "twilio";

    private static final String FORM = "application/x-www-form-urlencoded";

    /// Errors of a number that is not valid or not a mobile one, or that has unsubscribed.
    private static final Set<Integer> NO_RECIPIENT = Set.of(21_211, 21_217, 21_610, 21_614);

    /// Errors of limits and of full queues.
    private static final Set<Integer> LATER =
            Set.of(14_107, 20_429, 20_500, 20_503, 21_611, 30_001, 63_038);

    /// Errors of the account or its token.
    private static final Set<Integer> CREDENTIALS = Set.of(20_003, 20_005, 20_404);

    private final TwilioSettings settings;
    private final Function<Outgoing, Optional<String>> reports;
    private final ProviderClient client = new ProviderClient("Twilio", ProviderClient.TIMEOUT);

    /// @param reports the address for what becomes of a message; without one that isn't told
    TwilioProvider(TwilioSettings settings, Function<Outgoing, Optional<String>> reports) {
        this.settings = settings;
        this.reports = reports;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        Reply reply = client.send(request(message));
        JsonNode answer = reply.json();
        if (reply.isSuccess()) {
            return answer.path("sid").asString(message.id());
        }
        int code = answer.path("code").asInt(0);
        if (code == 0) {
            client.requireFinal(reply);
            throw new UndeliverableException(client.told(String.valueOf(reply.status())), false);
        }
        throw client.refused(
                verdict(code, reply.status()),
                String.valueOf(code),
                answer.path("message").asString(""));
    }

    private HttpRequest request(Outgoing message) {
        String account = settings.account().orElseThrow();
        String login = account + ":" + settings.token().orElseThrow();
        var form = new TreeMap<String, String>();
        form.put("To", message.recipient());
        form.put("Body", message.text().body().strip());
        settings.from().ifPresent(number -> form.put("From", number));
        settings.service().ifPresent(service -> form.put("MessagingServiceSid", service));
        reports.apply(message).ifPresent(url -> form.put("StatusCallback", url));
        return HttpRequest.newBuilder(
                        settings.endpoint()
                                .resolve(
                                        "/2010-04-01/Accounts/"
                                                + PercentEncoding.of(account)
                                                + "/Messages.json"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(Signatures.bytes(login)))
                .header("Content-Type", FORM)
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(PercentEncoding.query(form)))
                .build();
    }

    private static Verdict verdict(int code, int status) {
        if (NO_RECIPIENT.contains(code)) {
            return Verdict.NO_RECIPIENT;
        }
        if (CREDENTIALS.contains(code) || status == 401 || status == 403) {
            return Verdict.CREDENTIALS;
        }
        return LATER.contains(code) || status == 429 || status >= 500
                ? Verdict.LATER
                : Verdict.REFUSED;
    }

    @Override
    public void close() {
        client.close();
    }
}
