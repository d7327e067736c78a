package dev.rialto.transfer;

import java.util.Collections;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;

/// What an import left out, other than rows, and why. Each reason is noted once, however many
/// objects it concerns.
final class ImportNotes {
    private static final int MAX_NOTES = 1000;

    private final SortedSet<String> notes = new ConcurrentSkipListSet<>();

    void leftOut(String what, String why) {
        if (notes.size() < MAX_NOTES) {
            notes.add(what + ": " + why);
        }
    }

    /// Notes a field of all objects of a class.
    void leftOut(String className, String field, String why) {
        leftOut(className + "." + field, why);
    }

    SortedSet<String> all() {
        return Collections.unmodifiableSortedSet(notes);
    }
}
