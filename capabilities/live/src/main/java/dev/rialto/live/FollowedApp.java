package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.spi.Watching;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is followed in one app: by class, and by the user who follows.
final class FollowedApp {
    private final App app;
    private final Watching watching;
    private final Map<String, FollowedClass> byTable = new HashMap<>();
    private final Map<String, Set<Subscription>> byUser = new HashMap<>();

    FollowedApp(App app, Watching watching) {
        this.app = app;
        this.watching = watching;
    }

    App app() {
        return app;
    }

    boolean isEmpty() {
        return byTable.isEmpty();
    }

    Collection<Subscription> all() {
        List<Subscription> all = new ArrayList<>();
        byTable.values().forEach(each -> all.addAll(each.all()));
        return all;
    }

    Optional<FollowedClass> classOf(String table) {
        return Optional.ofNullable(byTable.get(table));
    }

    void add(Subscription subscription) {
        String className = subscription.request().className();
        byTable.computeIfAbsent(watching.table(className), _ -> new FollowedClass(className))
                .add(subscription);
        if (subscription.caller() instanceof Caller.User user) {
            byUser.computeIfAbsent(user.id(), _ -> new LinkedHashSet<>()).add(subscription);
        }
    }

    /// @return whether it was there
    boolean remove(Subscription subscription) {
        String table = watching.table(subscription.request().className());
        FollowedClass followed = byTable.get(table);
        if (followed == null || !followed.remove(subscription)) {
            return false;
        }
        if (followed.isEmpty()) {
            byTable.remove(table);
        }
        if (subscription.caller() instanceof Caller.User user) {
            byUser.computeIfPresent(
                    user.id(),
                    (_, theirs) -> {
                        theirs.remove(subscription);
                        return theirs.isEmpty() ? null : theirs;
                    });
        }
        return true;
    }

    /// The subscriptions that may see something else after a change of access.
    List<Subscription> affected(AccessChange change) {
        return switch (change) {
            case AccessChange.OfUser(var id) -> List.copyOf(byUser.getOrDefault(id, Set.of()));
            case AccessChange.OfAllUsers _ ->
                    byUser.values().stream().flatMap(Set::stream).toList();
            case AccessChange.OfClass(var className) ->
                    classOf(watching.table(className))
                            .map(each -> List.copyOf(each.all()))
                            .orElse(List.of());
        };
    }
}
