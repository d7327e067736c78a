package dev.rialto.workers;

import java.time.Duration;

/// How many instances a micro app may have, and when.
///
/// @param provisioned how many run even when nothing is called
/// @param most how many may run
/// @param concurrency how many calls one instance takes at once
/// @param queue how many calls may wait for an instance
/// @param idle how long the last instance runs on when nothing is called
public record Scale(int provisioned, int most, int concurrency, int queue, Duration idle) {
    public Scale {
        if (provisioned < 0 || most < 1 || provisioned > most) {
            throw new IllegalArgumentException(
                    "a micro app has from 0 to at least 1 instances, not from "
                            + provisioned
                            + " to "
                            + most);
        }
        if (concurrency < 1 || queue < 1) {
            throw new IllegalArgumentException(
                    "an instance takes at least 1 call, and at least 1 may wait");
        }
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("the idle time must be positive");
        }
    }
}
