package dev.rialto.hardening;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Values for which the JDK keeps something for as long as the server runs. Functions may bring so
/// many, and those of one owner so many of them and an eighth of what is free, so that owners that
/// took all they could leave room for others.
final class KeptValues<T> {
    private static final int FREE_FOR_EACH = 8;

    private final String kind;
    private final int most;
    private final int mostOfOwner;
    private final Set<T> admitted = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> broughtBy = new HashMap<>();
    private int brought;

    /// @param kind what the values are, for messages
    /// @param free values that are not counted
    KeptValues(String kind, Set<T> free, int most, int mostOfOwner) {
        this.kind = kind;
        this.most = most;
        this.mostOfOwner = mostOfOwner;
        admitted.addAll(free);
    }

    /// @param owner who brings the value if it is a new one
    /// @throws IllegalArgumentException when there is no room for another one
    void admit(T value, String owner) {
        if (!admitted.contains(value)) {
            admitNew(value, owner);
        }
    }

    private synchronized void admitNew(T value, String owner) {
        if (admitted.contains(value)) {
            return;
        }
        int own = broughtBy.getOrDefault(owner, 0);
        if (own >= mostOfOwner || own * FREE_FOR_EACH >= most - brought) {
            throw new IllegalArgumentException(
                    "%s %s is one too many: %d unknown to the JDK per app, %d in all, and an eighth of those left"
                            .formatted(kind, value, mostOfOwner, most));
        }
        brought++;
        broughtBy.put(owner, own + 1);
        admitted.add(value);
    }
}
