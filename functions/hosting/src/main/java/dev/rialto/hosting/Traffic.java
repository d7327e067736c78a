package dev.rialto.hosting;

/// Which revisions of a micro app are called; 0 is none.
///
/// @param live gets all calls that the candidate doesn't get
/// @param previous was live before: where a rollback goes
/// @param candidate gets some of the calls
/// @param percent how many of a hundred calls the candidate gets
record Traffic(int live, int previous, int candidate, int percent) {
    static final Traffic NONE = new Traffic(0, 0, 0, 0);

    Traffic {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be 0 to 100, not " + percent);
        }
    }

    /// A revision gets all calls from now on.
    Traffic publish(int number) {
        return new Traffic(number, number == live ? previous : live, 0, 0);
    }

    /// A revision gets some calls from now on.
    Traffic split(int number, int share) {
        return new Traffic(live, previous, number, share);
    }

    /// The revision that was live before gets all calls again.
    Traffic rollback() {
        return publish(previous);
    }

    boolean uses(int number) {
        return number != 0 && (number == live || number == candidate);
    }

    /// Whether all calls go to this revision.
    boolean isAllTo(int number) {
        return number == live && candidate == 0;
    }

    /// The revision for a call.
    ///
    /// @param key what calls have in common that are to go the same way
    int choose(String key) {
        return candidate != 0 && Math.floorMod(spread(key), 100) < percent ? candidate : live;
    }

    /// Keys that differ in their last letter only are to go different ways: Java's own hash is
    /// mixed once more, as in MurmurHash3's finalizer.
    private static int spread(String key) {
        int hash = key.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }
}
