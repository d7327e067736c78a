package dev.rialto.certificates;

import java.time.Duration;

/// How long to wait between orders, so that no authority's limits are reached. Those of Let's
/// Encrypt are five failures in an hour and five certificates for the same domains in a week.
///
/// @param first after an order that failed; each further failure doubles it
/// @param longest after many failures
/// @param success after a certificate was issued
record AcmePauses(Duration first, Duration longest, Duration success) {
    static final AcmePauses STANDARD =
            new AcmePauses(Duration.ofMinutes(15), Duration.ofHours(12), Duration.ofHours(36));

    private static final int MAX_DOUBLINGS = 16;

    /// The pause when this many orders have failed in a row.
    Duration after(int failures) {
        Duration pause = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
