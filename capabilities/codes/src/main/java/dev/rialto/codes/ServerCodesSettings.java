package dev.rialto.codes;

import dev.rialto.kernel.Settings;

/// Settings of codes that hold for the whole server.
///
/// @param apps what holds for each app, and caps what its owner may set
/// @param smsPerNumber how many SMS all apps together send to one number in a day
/// @param smsPerServer how many SMS all apps together send in a day
public record ServerCodesSettings(CodesSettings apps, int smsPerNumber, int smsPerServer) {
    public ServerCodesSettings {
        if (smsPerNumber < 0 || smsPerServer < 0) {
            throw new IllegalArgumentException(
                    "codes.sms-per-number and codes.sms-per-server must not be negative");
        }
    }

    public static ServerCodesSettings defaults() {
        return new ServerCodesSettings(CodesSettings.defaults(), 20, 5_000);
    }

    /// Reads the operator's settings.
    public static ServerCodesSettings read(Settings in) {
        ServerCodesSettings standard = defaults();
        CodesSettings apps = CodesSettings.read(in);
        int number = in.integer("codes.sms-per-number", standard.smsPerNumber());
        int server = in.integer("codes.sms-per-server", standard.smsPerServer());
        return in.build(standard, () -> new ServerCodesSettings(apps, number, server));
    }
}
