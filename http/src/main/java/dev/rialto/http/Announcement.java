package dev.rialto.http;

import dev.rialto.kernel.Contract;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// What the answers of something deprecated tell their readers: since when it is (RFC 9745), and
/// when it is likely to be gone (RFC 8594). Days begin in UTC.
final class Announcement {
    static final String DEPRECATION = "Deprecation";
    static final String SUNSET = "Sunset";

    private Announcement() {}

    /// The answer, with the dates that the contract names.
    static Answer on(Answer answer, Contract contract) {
        var deprecation = contract.lifecycle().deprecation();
        if (deprecation.isEmpty()) {
            return answer;
        }
        var told = answer;
        var on = deprecation.get().on();
        if (on.isPresent()) {
            told = told.withHeader(DEPRECATION, "@" + start(on.get()).getEpochSecond());
        }
        var sunset = deprecation.get().sunset();
        if (sunset.isPresent()) {
            told = told.withHeader(SUNSET, HttpDate.format(start(sunset.get())));
        }
        return told;
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
