package dev.rialto.sync;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Scanning;
import dev.rialto.spi.Watching;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings a client's copy up to date: first by a walk through its classes, then by what the change
/// log tells since the walk began.
///
/// The log only tells which objects changed. What is answered of them is read again, as the caller
/// may see it now; the logged states decide whether the caller is told that an object is gone.
public final class Pull {
    /// The table that the log calls the schemas of classes by.
    private static final String SCHEMAS = "_schema";

    private static final long MAX_RESPONSE_BYTES = 32L << 20;

    private final ChangeLog log;
    private final Scanning scanning;
    private final Watching watching;

    public Pull(Database database, Scanning scanning, Watching watching) {
        this.log = new ChangeLog(database);
        this.scanning = scanning;
        this.watching = watching;
    }

    /// Answers `{"changes": [...], "token": "...", "more": true}`.
    ///
    /// @throws RialtoException SYNC_TOKEN_EXPIRED when the client has to start over
    ObjectNode pull(Call call, SyncRequest request) {
        App app = call.app();
        Caller caller = call.caller();
        String asker = Fingerprint.of(app, caller);
        String wanted = request.fingerprint();
        if (request.token().isEmpty()) {
            var copy = new Copy(call, request, watches(app, caller, request));
            var walk = new SyncToken.Walk(0, Optional.empty());
            // The position is read before the first object is: what changes under the walk is seen
            // again.
            return copy.walk(new SyncToken(log.end(), asker, wanted, Optional.of(walk)), walk);
        }
        SyncToken token = SyncToken.read(request.token().get());
        if (!token.asker().equals(asker)) {
            throw expired("it was made for another app or user, or the user's roles have changed");
        }
        if (!token.request().equals(wanted)) {
            throw expired("it was made for other classes");
        }
        var copy = new Copy(call, request, watchesStill(app, caller, request));
        return token.walk().isPresent() ? copy.walk(token, token.walk().get()) : copy.follow(token);
    }

    private static RialtoException expired(String reason) {
        return new RialtoException(
                ErrorCode.SYNC_TOKEN_EXPIRED,
                "The token can't be used: "
                        + reason
                        + ". Discard the copy and start without a token.");
    }

    private Map<String, Watching.Watch> watches(App app, Caller caller, SyncRequest request) {
        Map<String, Watching.Watch> watches = new HashMap<>();
        request.classes()
                .forEach((name, where) ->
                        watches.put(name, watch(app, caller, Watching.all(name, where))));
        return watches;
    }

    /// Of what a trigger hides nobody is told that it is gone.
    private Watching.Watch watch(App app, Caller caller, Watching.Request request) {
        Watching.Watch watch = watching.watch(app, caller, request);
        return watching.restricts(app, request.className())
                ? watching.watch(app, caller, watching.asked(app, caller, request))
                : watch;
    }

    /// What was admitted before and is not now, is to be forgotten by the client.
    private Map<String, Watching.Watch> watchesStill(App app, Caller caller, SyncRequest request) {
        try {
            return watches(app, caller, request);
        } catch (RialtoException refused) {
            switch (refused.code()) {
                case OPERATION_FORBIDDEN, OBJECT_NOT_FOUND ->
                        throw expired("the permissions of a class have changed");
                default -> throw refused;
            }
        }
    }

    /// One request of one client.
    private final class Copy {
        private final Call call;
        private final App app;
        private final Caller caller;
        private final SyncRequest request;
        private final Map<String, Watching.Watch> watches;
        private final ArrayNode changes = Json.nodes().arrayNode();

        Copy(Call call, SyncRequest request, Map<String, Watching.Watch> watches) {
            this.call = call;
            this.app = call.app();
            this.caller = call.caller();
            this.request = request;
            this.watches = watches;
        }

        private ObjectNode answer(SyncToken token, boolean more) {
            ObjectNode answer = Json.object();
            answer.set("changes", changes);
            return answer.put("token", token.write()).put("more", more);
        }

        private void changed(String className, ObjectNode object) {
            changes.addObject()
                    .put("className", className)
                    .put("objectId", object.path("objectId").asString(""))
                    .set("object", object);
        }

        /// A page of one class.
        ObjectNode walk(SyncToken token, SyncToken.Walk place) {
            List<String> names = List.copyOf(request.classes().keySet());
            if (place.at() >= names.size()) {
                return answer(token.walking(Optional.empty()), true);
            }
            String className = names.get(place.at());
            Scanning.Page page =
                    scanning.page(
                            scan(className, request.where(className)),
                            place.cursor(),
                            request.limit());
            page.objects().forEach(object -> changed(className, object));
            boolean last = page.next().isEmpty() && place.at() + 1 == names.size();
            SyncToken.Walk next =
                    page.next().isPresent()
                            ? new SyncToken.Walk(place.at(), page.next())
                            : new SyncToken.Walk(place.at() + 1, Optional.empty());
            return answer(token.walking(last ? Optional.empty() : Optional.of(next)), true);
        }

        private Scanning.Walk scan(String className, ObjectNode where) {
            return new Scanning.Walk(app, caller, Optional.of(call), className, where);
        }

        /// A page of the log.
        ObjectNode follow(SyncToken token) {
            Map<String, String> tables = new HashMap<>();
            request.classes().keySet().forEach(name -> tables.put(watching.table(name), name));
            List<String> followed = new ArrayList<>(tables.keySet());
            followed.add(SCHEMAS);
            ChangeLog.Page page =
                    log.read(
                                    token.position(),
                                    new ChangeLog.Scope.Tables(app.schema(), followed),
                                    request.limit())
                            .orElseThrow(
                                    () -> expired("the changes since then are no longer kept"));
            Map<String, Map<String, List<Change>>> byClass = new LinkedHashMap<>();
            for (Change change : page.changes()) {
                String className = tables.get(change.table());
                if (className == null) {
                    requireSameAccess(change);
                } else {
                    byClass.computeIfAbsent(className, _ -> new LinkedHashMap<>())
                            .computeIfAbsent(change.key(), _ -> new ArrayList<>())
                            .add(change);
                }
            }
            byClass.forEach(this::fold);
            requireModest();
            return answer(token.at(page.next()), !page.isLast());
        }

        /// Objects may come into sight or go out of it when permissions change, without a change of
        /// their own; and a field that is taken from a class goes from all its objects.
        private void requireSameAccess(Change schema) {
            if (!request.classes().containsKey(schema.key()) || schema.before().isEmpty()) {
                return;
            }
            JsonNode before = Json.read(schema.before().get());
            JsonNode after = schema.after().map(Json::read).orElseGet(Json::object);
            boolean keepsFields =
                    before.path("fields").properties().stream()
                            .allMatch(field ->
                                    field.getValue()
                                            .equals(after.path("fields").path(field.getKey())));
            if (!keepsFields || !before.path("permissions").equals(after.path("permissions"))) {
                throw expired("the class " + schema.key() + " has changed");
            }
        }

        /// Each class was read within the limits of a query, but there may be many.
        private void requireModest() {
            long bytes = 0;
            for (JsonNode change : changes) {
                bytes += watches.size() > 1 ? Json.write(change).length() : 0;
                if (bytes > MAX_RESPONSE_BYTES) {
                    throw new RialtoException(
                            ErrorCode.INVALID_QUERY,
                            "the changes are too large for one response; request fewer with limit");
                }
            }
        }

        /// Tells each object once, as it is now.
        private void fold(String className, Map<String, List<Change>> byId) {
            ObjectNode where = Json.object();
            ArrayNode both = where.putArray("$and");
            both.add(request.where(className));
            ArrayNode ids = both.addObject().putObject("objectId").putArray("$in");
            byId.keySet().forEach(ids::add);
            Scanning.Page found =
                    scanning.page(scan(className, where), Optional.empty(), byId.size());
            Set<String> visible = new HashSet<>();
            for (ObjectNode object : found.objects()) {
                visible.add(object.path("objectId").asString(""));
                changed(className, object);
            }
            byId.forEach((id, logged) -> {
                if (!visible.contains(id) && wasVisible(className, logged)) {
                    changes.addObject()
                            .put("className", className)
                            .put("objectId", id)
                            .put("gone", true);
                }
            });
        }

        private boolean wasVisible(String className, List<Change> logged) {
            Watching.Watch watch = watches.get(className);
            return watch != null
                    && logged.stream()
                            .flatMap(change ->
                                    Stream.concat(
                                            change.before().stream(), change.after().stream()))
                            .flatMap(row -> watching.object(app, className, row).stream())
                            .anyMatch(object ->
                                    watch.view().mayRead(object) && watch.query().holds(object));
        }
    }
}
