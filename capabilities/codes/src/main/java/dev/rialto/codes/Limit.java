package dev.rialto.codes;

import java.time.Duration;

/// How often something may happen to one subject, such as messages to one phone.
///
/// @param app whose count it is; empty when all apps count together
/// @param subject who or what is limited, e.g. a phone number; empty when the app itself is
/// @param most how often within a window, which begins with the first time
record Limit(String app, Kind kind, String subject, int most, Duration window) {
    /// Clients choose the ids of installations. What is longer than an index takes counts by its
    /// beginning.
    private static final int MAX_SUBJECT = 300;

    Limit {
        subject = subject.substring(0, Math.min(subject.length(), MAX_SUBJECT));
    }

    /// What is limited. Counted in this order, so that nothing waits for each other in a circle.
    enum Kind {
        TRIES_OF_RECIPIENT("wrong codes for this address"),
        TRIES_OF_RECIPIENT_A_DAY("wrong codes for this address"),
        TRIES_OF_CLIENT("wrong codes from your network"),
        RECIPIENT("codes to this address"),
        RECIPIENT_A_DAY("codes to this address"),
        CLIENT("codes from your network"),
        INSTALLATION("codes for this installation"),
        USER("codes for this user"),
        COUNTRY("codes to this country"),
        SMS("codes by SMS"),
        SMS_A_DAY("codes by SMS"),
        MAIL("codes by mail"),
        EVERYWHERE("codes to this address"),
        SERVER("codes by SMS");

        private final String what;

        Kind(String what) {
            this.what = what;
        }

        /// What there were too many of, for messages.
        String what() {
            return what;
        }
    }
}
