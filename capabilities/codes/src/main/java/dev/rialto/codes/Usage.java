package dev.rialto.codes;

import dev.rialto.codes.Limit.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How much of some limits is used.
record Usage(List<Counted> all) {
    /// The count of one limit.
    ///
    /// @param until when the count starts over
    record Counted(Limit limit, int count, Instant until) {
        boolean isFull() {
            return count >= limit.most();
        }

        double share() {
            return limit.most() == 0 ? 1 : (double) count / limit.most();
        }
    }

    /// The limit that is reached and lasts longest.
    Optional<Counted> full() {
        return all.stream().filter(Counted::isFull).max(Comparator.comparing(Counted::until));
    }

    /// How near the nearest limit is: 0 to 1.
    double pressure() {
        return all.stream().mapToDouble(Counted::share).max().orElse(0);
    }

    /// The same of some limits alone.
    Usage of(Set<Kind> kinds) {
        return new Usage(all.stream().filter(each -> kinds.contains(each.limit().kind())).toList());
    }
}
