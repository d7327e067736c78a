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
    private final Map<WatchedQuery, ViewGroup> groups = new LinkedHashMap<>();
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
        return groups.isEmpty();
    }

    Collection<Subscription> all() {
        List<Subscription> all = new ArrayList<>();
        groups.values()
                .forEach(each ->
                        each.byView
                                .values()
                                .forEach(subscribers -> all.addAll(subscribers.subscriptions())));
        return all;
    }

    void add(Subscription subscription) {
        Watch watch = subscription.watch();
        ViewGroup group = groups.get(watch.query());
        if (group == null) {
            group = new ViewGroup(watch.query());
            groups.put(watch.query(), group);
            place(group);
        }
        SubscriberSet subscribers =
                group.byView.computeIfAbsent(
                        watch.view(), view -> new SubscriberSet(view, new LinkedHashSet<>()));
        subscribers.subscriptions().add(subscription);
        // Thousands may ask the same: they share what was made of it.
        subscription.readmit(subscription.caller(), new Watch(group.query, subscribers.view()));
    }

    private void place(ViewGroup group) {
        Optional<Anchor> anchor = group.query.anchor();
        if (anchor.isPresent()) {
            anchored.computeIfAbsent(anchor.get().field(), _ -> new HashMap<>())
                    .computeIfAbsent(anchor.get().value(), _ -> new LinkedHashSet<>())
                    .add(group);
        } else {
            others.add(group);
        }
    }

    /// @return whether it was there
    boolean remove(Subscription subscription) {
        Watch watch = subscription.watch();
        ViewGroup group = groups.get(watch.query());
        SubscriberSet subscribers = group == null ? null : group.byView.get(watch.view());
        if (group == null
                || subscribers == null
                || !subscribers.subscriptions().remove(subscription)) {
            return false;
        }
        if (subscribers.subscriptions().isEmpty()) {
            group.byView.remove(watch.view());
        }
        if (group.byView.isEmpty()) {
            groups.remove(watch.query());
            displace(group);
        }
        return true;
    }

    private void displace(ViewGroup group) {
        others.remove(group);
        group.query
                .anchor()
                .ifPresent(anchor ->
                        anchored.computeIfPresent(
                                anchor.field(),
                                (_, byValue) -> {
                                    byValue.computeIfPresent(
                                            anchor.value(),
                                            (_, same) -> {
                                                same.remove(group);
                                                return same.isEmpty() ? null : same;
                                            });
                                    return byValue.isEmpty() ? null : byValue;
                                }));
    }

    /// Tells a change to all whom it concerns.
    void pass(ObjectChange change) {
        for (ViewGroup group : concerned(change)) {
            ObjectChange.Match match = change.match(group.query);
            if (match.isAny()) {
                for (SubscriberSet subscribers : group.byView.values()) {
                    change.event(subscribers.view(), match)
                            .ifPresent(event ->
                                    subscribers.subscriptions().forEach(each -> each.tell(event)));
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
