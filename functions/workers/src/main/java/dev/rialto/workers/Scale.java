package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import java.time.Duration;

/// How many instances a micro app may have, and when.
///
/// @param provisioned how many run even when nothing is called
/// @param most how many may run
/// @param concurrency how many calls one instance takes at once
/// @param queue how many calls may wait for an instance
/// @param idle how long the last instance runs on when nothing is called
public record Scale(int provisioned, int most, int concurrency, int queue, Duration idle) {
    /// The most calls that one instance takes at once.
    public static final int MAX_CONCURRENCY = 1_000;

    private static final int MAX_IDLE_SECONDS = 24 * 60 * 60;

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

    /// What a micro app asks for in place of the usual, in `scale` of its descriptor.
    ///
    /// @throws dev.rialto.functions.spi.RefusedException when it asks for more than the operator
    ///   allows, or for too little
    Scale declaredBy(Artifact artifact) {
        return declaredBy(artifact, this);
    }

    /// What a micro app asks for in `scale` of its descriptor, where this is what it may ask for.
    ///
    /// @param usual what it has if it asks for nothing; its concurrency is that of its number of
    ///   instances
    /// @throws dev.rialto.functions.spi.RefusedException when it asks for more than the operator
    ///   allows, or for too little
    public Scale declaredBy(Artifact artifact, Scale usual) {
        var declared = new DeclaredNumbers(artifact, "scale");
        long instances = declared.number("instances", 1, most, usual.most);
        long kept = declared.number("provisioned", 0, instances, usual.provisioned);
        int atOnce = instances == usual.most ? usual.concurrency : concurrency;
        long calls = declared.number("concurrency", 1, MAX_CONCURRENCY, atOnce);
        long seconds = declared.number("idleSeconds", 1, MAX_IDLE_SECONDS, usual.idle.toSeconds());
        declared.require();
        return new Scale(
                (int) kept, (int) instances, (int) calls, queue, Duration.ofSeconds(seconds));
    }
}
