package dev.rialto.server;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which replicas of the database answer reads.
///
/// @param addresses of one server each
/// @param patience how long a read waits for a replica to show what it must
record ReplicaOptions(List<DatabaseAddress> addresses, Duration patience) {
    private static final String ADDRESSES = "database.replicas";
    private static final Duration MAX_PATIENCE = Duration.ofSeconds(5);

    static final ReplicaOptions NONE = new ReplicaOptions(List.of(), Duration.ofMillis(20));

    ReplicaOptions {
        addresses = List.copyOf(addresses);
        if (patience.isNegative() || patience.compareTo(MAX_PATIENCE) > 0) {
            throw new IllegalArgumentException("database.replica-wait must be 0s to 5s");
        }
    }

    static ReplicaOptions read(Settings in) {
        Optional<String> addresses = in.secret(ADDRESSES);
        Duration patience = in.duration("database.replica-wait", NONE.patience());
        return in.build(
                NONE,
                () ->
                        new ReplicaOptions(
                                addresses.stream()
                                        .flatMap(each -> Arrays.stream(each.split(",")))
                                        .map(String::strip)
                                        .map(each -> DatabaseAddress.of(ADDRESSES, each))
                                        .toList(),
                                patience));
    }
}
