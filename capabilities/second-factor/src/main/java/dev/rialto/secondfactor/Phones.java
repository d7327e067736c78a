package dev.rialto.secondfactor;

import dev.rialto.codes.spi.Address;
import dev.rialto.codes.spi.OneTimeCodes;
import dev.rialto.http.Call;

/// Codes that are sent to phones.
final class Phones {
    private static final String PURPOSE = "second-factor";

    /// What is pending for a phone begins with it; no secret of an authenticator app does.
    private static final String PENDING = "sms:";

    private final OneTimeCodes codes;

    Phones(OneTimeCodes codes) {
        this.codes = codes;
    }

    /// Sends a code, within limits.
    void send(Call call, String number) {
        codes.send(call.app(), call, Address.phone(number), PURPOSE);
    }

    /// Checks a code and uses it up.
    boolean check(Call call, String number, String code) {
        return codes.check(call.app(), call, Address.phone(number), PURPOSE, code);
    }

    /// How a number is kept until it is confirmed.
    static String pending(String number) {
        return PENDING + number;
    }

    static boolean isPending(String pending) {
        return pending.startsWith(PENDING);
    }
}
