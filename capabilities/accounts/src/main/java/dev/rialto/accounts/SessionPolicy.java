package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// How long sessions last, and what is noted in them.
///
/// @param length how long a session lasts
/// @param expire whether sessions end after that time
/// @param extend whether a session that is used lasts that long from then on
/// @param idle how long a session may be unused; zero for no limit
/// @param address what is noted of the client's address
/// @param newDeviceMessage whether a user is told of a log-in from a device that it has not had
/// @param tokens what a token is
public record SessionPolicy(
        Duration length,
        boolean expire,
        boolean extend,
        Duration idle,
        NotedAddress address,
        boolean newDeviceMessage,
        Tokens tokens) {
    private static final Duration MIN_IDLE = Duration.ofMinutes(10);
    private static final Duration MAX_TIME = Duration.ofDays(36_500);
    private static final Duration MAX_GRAIN = Duration.ofHours(1);

    /// The part of a client's address that is noted.
    public enum NotedAddress {
        NONE,
        NETWORK,
        FULL
    }

    /// What a session token is: a random text, or a signed one that need not be looked up.
    public enum Tokens {
        OPAQUE,
        JWT
    }

    public SessionPolicy {
        if (!length.isPositive()
                || length.compareTo(MAX_TIME) > 0
                || idle.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException(
                    "accounts.session-length must be positive, and neither it nor"
                            + " accounts.session-idle longer than 36500d");
        }
        if (!idle.isZero() && idle.compareTo(MIN_IDLE) < 0) {
            throw new IllegalArgumentException("accounts.session-idle must be 0s or at least 10m");
        }
    }

    /// Sessions last a year, as Parse's do.
    public static SessionPolicy defaults() {
        return new SessionPolicy(
                Duration.ofDays(365),
                true,
                false,
                Duration.ZERO,
                NotedAddress.NETWORK,
                false,
                Tokens.OPAQUE);
    }

    static SessionPolicy read(Settings in) {
        SessionPolicy standard = defaults();
        var length = in.duration("accounts.session-length", standard.length());
        boolean expire = in.yes("accounts.expire-inactive-sessions", standard.expire());
        boolean extend = in.yes("accounts.extend-session-on-use", standard.extend());
        var idle = in.duration("accounts.session-idle", standard.idle());
        var address = in.choice("accounts.session-address", NotedAddress.class, standard.address());
        boolean message = in.yes("accounts.new-device-message", standard.newDeviceMessage());
        Tokens tokens = in.choice("accounts.session-tokens", Tokens.class, standard.tokens());
        return in.build(
                standard,
                () -> new SessionPolicy(length, expire, extend, idle, address, message, tokens));
    }

    /// How exactly the time of the last use is known: it is written once in this time at most.
    Duration grain() {
        Duration grain = MAX_GRAIN;
        if (!idle.isZero()) {
            grain = shorter(grain, idle.dividedBy(4));
        }
        return extend ? shorter(grain, length.dividedBy(4)) : grain;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
