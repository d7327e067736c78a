package dev.rialto.server;

import dev.rialto.kernel.Settings;
import dev.rialto.store.Replicas;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which replicas of the database answer reads.
///
/// @param addresses of one server each
record ReplicaOptions(List<DatabaseAddress> addresses, Replicas.Limits limits) {
    private static final String ADDRESSES = "database.replicas";
    private static final Duration MIN_WAIT = Duration.ofMillis(1);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /// The lag is looked at once a second.
    private static final Duration MIN_STALENESS = Duration.ofSeconds(2);

    static final ReplicaOptions NONE =
            new ReplicaOptions(
                    List.of(), new Replicas.Limits(Duration.ofMillis(20), Duration.ZERO));

    ReplicaOptions {
        addresses = List.copyOf(addresses);
        if (limits.patience().compareTo(MIN_WAIT) < 0
                || limits.patience().compareTo(MAX_WAIT) > 0) {
            throw new IllegalArgumentException("database.replica-wait must be 1ms to 5s");
        }
        if (!limits.staleness().isZero() && limits.staleness().compareTo(MIN_STALENESS) < 0) {
            throw new IllegalArgumentException(
                    "database.replica-staleness must be 0s, or at least 2s");
        }
    }

    static ReplicaOptions read(Settings in) {
        Optional<String> addresses = in.secret(ADDRESSES);
        Duration wait = in.duration("database.replica-wait", NONE.limits().patience());
        Duration staleness = in.duration("database.replica-staleness", NONE.limits().staleness());
        return in.build(
                NONE,
                () ->
                        new ReplicaOptions(
                                addresses.stream()
                                        .flatMap(each -> Arrays.stream(each.split(",")))
                                        .map(String::strip)
                                        .map(each -> DatabaseAddress.of(ADDRESSES, each))
                                        .toList(),
                                new Replicas.Limits(wait, staleness)));
    }
}
