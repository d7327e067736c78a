package dev.rialto.workers;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Decides how many instances a micro app should have, from how many calls it has had at once: soon
/// after that rises, and late after it falls, so that a load that comes and goes does not start and
/// end processes all the time. Not thread-safe.
final class Scaler {
    /// Demand is averaged over this time before instances are added.
    static final Duration GROWTH = Duration.ofSeconds(2);

    /// Instances are ended when none of this time would have needed them.
    static final Duration SHRINKING = Duration.ofSeconds(60);

    /// How full instances are kept, so that there is room for calls until others have started.
    private static final double FILL = 0.7;

    private final Scale scale;
    private final Deque<Sample> recent = new ArrayDeque<>();
    private final Deque<Sample> needed = new ArrayDeque<>();
    private long lastDemand;

    /// A number at a time of [dev.rialto.kernel.Timing#nanos].
    private record Sample(long time, int number) {}

    /// @param now as of [dev.rialto.kernel.Timing#nanos]
    Scaler(Scale scale, long now) {
        this.scale = scale;
        this.lastDemand = now;
    }

    /// How many instances there should be.
    ///
    /// @param now not before that of the last call
    /// @param demand calls that run or wait
    int wanted(long now, int demand) {
        recent.addLast(new Sample(now, demand));
        forget(recent, now - GROWTH.toNanos());
        if (demand > 0) {
            lastDemand = now;
        }
        double average = recent.stream().mapToInt(Sample::number).sum() / (double) recent.size();
        int need = (int) Math.ceil(average / (scale.concurrency() * FILL));
        // Only what is not smaller than a later need can be the largest of the window.
        while (!needed.isEmpty() && needed.getLast().number() <= need) {
            needed.removeLast();
        }
        needed.addLast(new Sample(now, need));
        forget(needed, now - SHRINKING.toNanos());
        boolean isIdle = now - lastDemand > scale.idle().toNanos();
        int least = Math.max(scale.provisioned(), isIdle ? 0 : 1);
        int most = needed.getFirst().number();
        return Math.clamp(isIdle ? 0 : most, least, scale.most());
    }

    private static void forget(Deque<Sample> samples, long before) {
        while (samples.size() > 1 && samples.getFirst().time() - before < 0) {
            samples.removeFirst();
        }
    }
}
