package dev.rialto.hosting;

/// How many lines a micro app may log in each second, and how many were dropped.
final class LineRate {
    private final int perSecond;
    private long second;
    private int admitted;
    private long dropped;

    LineRate(int perSecond) {
        this.perSecond = perSecond;
    }

    synchronized boolean admits(long now) {
        if (now != second) {
            second = now;
            admitted = 0;
        }
        if (admitted >= perSecond) {
            dropped++;
            return false;
        }
        admitted++;
        return true;
    }

    /// A line that was admitted was dropped after all.
    synchronized void drop() {
        dropped++;
    }

    /// How many lines were dropped since this was last asked.
    synchronized long takeDropped() {
        long count = dropped;
        dropped = 0;
        return count;
    }
}
