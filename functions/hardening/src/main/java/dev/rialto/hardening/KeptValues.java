package dev.rialto.hardening;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Values for which the JDK keeps something as long as the server runs. Functions may add a limited
/// number, and those of one owner a limited share and at most an eighth of what is free, so that
/// greedy owners leave room for others.
final class KeptValues<T> {
    private static final int FREE_FOR_EACH = 8;

    private final String kind;
    private final int max;
    private final int maxOfOwner;
    private final Set<T> admitted = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> broughtBy = new HashMap<>();
    private int brought;

    /// @param kind what the values are, for messages
    /// @param free values that are not counted
    KeptValues(String kind, Set<T> free, int max, int maxOfOwner) {
        this.kind = kind;
        this.max = max;
        this.maxOfOwner = maxOfOwner;
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
        if (own >= maxOfOwner || own * FREE_FOR_EACH >= max - brought) {
            throw new IllegalArgumentException(
                    ("%s %s is one too many: an app may use %d that the JDK does not know,"
                                    + " all apps %d, and each app an eighth of those that are left")
                            .formatted(kind, value, maxOfOwner, max));
        }
        brought++;
        broughtBy.put(owner, own + 1);
        admitted.add(value);
    }
}
