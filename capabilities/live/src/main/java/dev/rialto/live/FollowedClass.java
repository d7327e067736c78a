package dev.rialto.live;

import dev.rialto.spi.Watching.Anchor;
import dev.rialto.spi.Watching.View;
import dev.rialto.spi.Watching.Watch;
import dev.rialto.spi.Watching.WatchedQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The queries that are followed in one class, so ordered that a change touches only those that it
/// could concern: a query that asks for one value of a field is found by that value.
final class FollowedClass {
    private final String className;
    private final Map<WatchedQuery, ViewGroup> audiences = new LinkedHashMap<>();
    private final Map<String, Map<JsonNode, Set<ViewGroup>>> anchored = new HashMap<>();
    private final Set<ViewGroup> others = new LinkedHashSet<>();

    /// Those who follow one query, by what they may see.
    private static final class ViewGroup {
        private final WatchedQuery query;
        private final Map<View, SubscriberSet> byView = new LinkedHashMap<>();

        ViewGroup(WatchedQuery query) {
            this.query = query;
        }
    }

    /// Those who follow one query with the same view.
    private record SubscriberSet(View view, Set<Subscription> subscriptions) {}

    FollowedClass(String className) {
        this.className = className;
    }

    String className() {
        return className;
    }

    boolean isEmpty() {
        return audiences.isEmpty();
    }

    Collection<Subscription> all() {
        List<Subscription> all = new ArrayList<>();
        audiences
                .values()
                .forEach(each ->
                        each.byView.values().forEach(seats -> all.addAll(seats.subscriptions())));
        return all;
    }

    void add(Subscription subscription) {
        Watch watch = subscription.watch();
        ViewGroup audience = audiences.get(watch.query());
        if (audience == null) {
            audience = new ViewGroup(watch.query());
            audiences.put(watch.query(), audience);
            place(audience);
        }
        SubscriberSet seats =
                audience.byView.computeIfAbsent(
                        watch.view(), view -> new SubscriberSet(view, new LinkedHashSet<>()));
        seats.subscriptions().add(subscription);
        // Thousands may ask the same: they share what was made of it.
        subscription.readmit(subscription.caller(), new Watch(audience.query, seats.view()));
    }

    private void place(ViewGroup audience) {
        Optional<Anchor> anchor = audience.query.anchor();
        if (anchor.isPresent()) {
            anchored.computeIfAbsent(anchor.get().field(), _ -> new HashMap<>())
                    .computeIfAbsent(anchor.get().value(), _ -> new LinkedHashSet<>())
                    .add(audience);
        } else {
            others.add(audience);
        }
    }

    /// @return whether it was there
    boolean remove(Subscription subscription) {
        Watch watch = subscription.watch();
        ViewGroup audience = audiences.get(watch.query());
        SubscriberSet seats = audience == null ? null : audience.byView.get(watch.view());
        if (audience == null || seats == null || !seats.subscriptions().remove(subscription)) {
            return false;
        }
        if (seats.subscriptions().isEmpty()) {
            audience.byView.remove(watch.view());
        }
        if (audience.byView.isEmpty()) {
            audiences.remove(watch.query());
            displace(audience);
        }
        return true;
    }

    private void displace(ViewGroup audience) {
        others.remove(audience);
        audience.query
                .anchor()
                .ifPresent(anchor ->
                        anchored.computeIfPresent(
                                anchor.field(),
                                (_, byValue) -> {
                                    byValue.computeIfPresent(
                                            anchor.value(),
                                            (_, same) -> {
                                                same.remove(audience);
                                                return same.isEmpty() ? null : same;
                                            });
                                    return byValue.isEmpty() ? null : byValue;
                                }));
    }

    /// Tells a change to all whom it concerns.
    void pass(ObjectChange change) {
        for (ViewGroup audience : concerned(change)) {
            ObjectChange.Match match = change.match(audience.query);
            if (match.isAny()) {
                for (SubscriberSet seats : audience.byView.values()) {
                    change.event(seats.view(), match)
                            .ifPresent(event ->
                                    seats.subscriptions().forEach(each -> each.tell(event)));
                }
            }
        }
    }

    private Set<ViewGroup> concerned(ObjectChange change) {
        if (anchored.isEmpty()) {
            return others;
        }
        Set<ViewGroup> concerned = new LinkedHashSet<>(others);
        anchored.forEach((field, byValue) -> {
            find(change.before(), field, byValue, concerned);
            find(change.after(), field, byValue, concerned);
        });
        return concerned;
    }

    private static void find(
            Optional<ObjectNode> object,
            String field,
            Map<JsonNode, Set<ViewGroup>> byValue,
            Set<ViewGroup> found) {
        object.map(each -> each.get(field)).map(byValue::get).ifPresent(found::addAll);
    }
}
