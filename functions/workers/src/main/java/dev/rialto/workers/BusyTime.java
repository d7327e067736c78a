package dev.rialto.workers;

import java.time.Duration;
import java.util.Optional;

/// Measures how long unresponsive processes have been busy. Processor time counts: a process that
/// got none on a busy machine is not to blame for being silent. A process that sleeps instead of
/// working may take several times as long, and so may one on another machine, of which nothing is
/// known.
record BusyTime(ProcessTree processes, Duration patience, long begun, Optional<Duration> used) {
    private static final int ASLEEP = 6;

    /// Starts counting.
    static BusyTime from(ProcessTree processes, Duration patience) {
        return new BusyTime(processes, patience, System.nanoTime(), processes.processorTime());
    }

    boolean isTooLong() {
        Duration passed = Duration.ofNanos(System.nanoTime() - begun);
        Optional<Duration> worked =
                processes.processorTime().flatMap(now -> used.map(before -> now.minus(before)));
        return worked.map(time -> time.compareTo(patience) > 0)
                        .orElse(processes.found().isPresent() && passed.compareTo(patience) > 0)
                || passed.compareTo(patience.multipliedBy(ASLEEP)) > 0;
    }
}
