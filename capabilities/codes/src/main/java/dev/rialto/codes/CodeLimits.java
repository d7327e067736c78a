package dev.rialto.codes;

import dev.rialto.codes.Limit.Kind;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.messages.spi.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Which limits hold for a code that is sent or tried.
final class CodeLimits {
    /// How many wrong codes one address may be tried with, whatever they are for.
    static final int MAX_TRIES = 10;

    /// The same in a day.
    static final int MAX_TRIES_A_DAY = 20;

    /// How many wrong codes may come from one network in an hour.
    static final int MAX_TRIES_OF_CLIENT = 30;

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ALL_APPS = "";

    private final ServerCodesSettings server;

    CodeLimits(ServerCodesSettings server) {
        this.server = server;
    }

    /// The limits of a code that is to be sent.
    List<Limit> ofSending(App app, Call call, CodesSettings.Most most, Recipient to) {
        String id = app.id();
        List<Limit> all = new ArrayList<>(ofCaller(app, call, most));
        all.add(new Limit(id, Kind.RECIPIENT, to.limited(), most.perRecipient(), HOUR));
        all.add(new Limit(id, Kind.RECIPIENT_A_DAY, to.limited(), most.perRecipientADay(), DAY));
        all.addAll(ofApp(app, most, to.channel()));
        to.country()
                .ifPresent(country -> {
                    all.add(new Limit(id, Kind.COUNTRY, country, most.perCountry(), HOUR));
                    all.add(
                            new Limit(
                                    ALL_APPS,
                                    Kind.EVERYWHERE,
                                    to.limited(),
                                    server.smsPerNumber(),
                                    DAY));
                    all.add(new Limit(ALL_APPS, Kind.SERVER, "", server.smsPerServer(), DAY));
                });
        return all;
    }

    /// The limits of who asks for a code, whoever is to get it.
    List<Limit> ofCaller(App app, Call call, CodesSettings.Most most) {
        List<Limit> all = new ArrayList<>();
        if (!call.remoteAddress().isEmpty()) {
            String network = ClientNetwork.of(call.remoteAddress());
            all.add(new Limit(app.id(), Kind.CLIENT, network, most.perClient(), HOUR));
        }
        call.installationId()
                .filter(each -> !each.isEmpty())
                .ifPresent(each ->
                        all.add(
                                new Limit(
                                        app.id(),
                                        Kind.INSTALLATION,
                                        each,
                                        most.perInstallation(),
                                        HOUR)));
        if (call.caller() instanceof Caller.User user) {
            all.add(new Limit(app.id(), Kind.USER, user.id(), most.perInstallation(), HOUR));
        }
        return all;
    }

    /// The limits of all that an app sends.
    List<Limit> ofApp(App app, CodesSettings.Most most, Channel channel) {
        return switch (channel) {
            case MAIL -> List.of(new Limit(app.id(), Kind.MAIL, "", most.mails(), HOUR));
            case SMS ->
                    List.of(
                            new Limit(app.id(), Kind.SMS, "", most.sms(), HOUR),
                            new Limit(app.id(), Kind.SMS_A_DAY, "", most.smsADay(), DAY));
        };
    }

    /// The limits of a code that is to be tried. Asking for another code gives no more tries.
    static List<Limit> ofTrying(App app, Call call, Recipient from) {
        String id = app.id();
        List<Limit> all = new ArrayList<>();
        all.add(new Limit(id, Kind.TRIES_OF_RECIPIENT, from.key(), MAX_TRIES, HOUR));
        all.add(new Limit(id, Kind.TRIES_OF_RECIPIENT_A_DAY, from.key(), MAX_TRIES_A_DAY, DAY));
        if (!call.remoteAddress().isEmpty()) {
            String network = ClientNetwork.of(call.remoteAddress());
            all.add(new Limit(id, Kind.TRIES_OF_CLIENT, network, MAX_TRIES_OF_CLIENT, HOUR));
        }
        return all;
    }
}
