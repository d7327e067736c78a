package dev.rialto.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A client that keeps a copy of what a query finds, as docs/live.md says, over a connection that
/// breaks after any frame. Each object has a `version` that grows by one with every write.
final class CopyingClient implements Subscription.Receiver {
    private final Subscriptions subscriptions;
    private final Watching watching;
    private final ChangeLog log;
    private final Guest guest;
    private final Watching.Request request;
    private final Map<String, Integer> copy = new HashMap<>();
    private final List<LiveEvent> early = new ArrayList<>();
    private @Nullable Subscription subscription;
    private @Nullable LogPosition token;

    /// Up to where the query had seen everything; empty before it was asked.
    private @Nullable LogPosition queried;

    private int framesLeft;

    CopyingClient(
            Subscriptions subscriptions,
            Watching watching,
            ChangeLog log,
            Guest guest,
            Watching.Request request) {
        this.subscriptions = subscriptions;
        this.watching = watching;
        this.log = log;
        this.guest = guest;
        this.request = request;
    }

    boolean isConnected() {
        return subscription != null && framesLeft > 0;
    }

    boolean isMaster() {
        return guest.holder().seesEverything();
    }

    /// Where it would resume.
    Optional<LogPosition> token() {
        return Optional.ofNullable(token);
    }

    /// Connects if it is not, and resumes if it can.
    ///
    /// @param frames after how many the connection breaks
    /// @param meanwhile happens between the answer to `subscribe` and the query
    /// @return whether it had to start over
    boolean connect(int frames, Runnable meanwhile) {
        if (isConnected()) {
            return false;
        }
        disconnect();
        framesLeft = frames;
        Optional<LogPosition> resume = token();
        try {
            subscription =
                    subscriptions.subscribe(
                            guest, subscriptions.caller(guest), request, this, resume);
            if (resume.isEmpty()) {
                meanwhile.run();
                query();
            }
            return false;
        } catch (RialtoException refused) {
            assertThat(refused.code())
                    .isIn(ErrorCode.RESUME_EXPIRED, ErrorCode.OPERATION_FORBIDDEN);
            startOver();
            return true;
        }
    }

    private void query() {
        if (!isConnected()) {
            startOver();
            return;
        }
        queried = log.end();
        watching.find(guest.app(), subscriptions.caller(guest), request, 1_000)
                .forEach(each -> copy.put(id(each), version(each)));
        early.forEach(this::apply);
        early.clear();
    }

    private void startOver() {
        disconnect();
        copy.clear();
        early.clear();
        token = null;
        queried = null;
    }

    void disconnect() {
        if (subscription != null) {
            subscriptions.unsubscribe(subscription);
            subscription = null;
        }
        if (queried == null) {
            token = null;
            early.clear();
        }
        framesLeft = 0;
    }

    private boolean takesFrame() {
        return framesLeft > 0 && --framesLeft > 0;
    }

    @Override
    public void started(LogPosition position) {
        if (takesFrame()) {
            token = position;
        }
    }

    @Override
    public void happened(LiveEvent event) {
        if (!takesFrame()) {
            return;
        }
        if (queried == null) {
            early.add(event);
        } else {
            apply(event);
        }
    }

    @Override
    public void ended(RialtoException why) {
        assertThat(why.code()).isIn(ErrorCode.RESUME_EXPIRED, ErrorCode.OPERATION_FORBIDDEN);
        startOver();
    }

    private void apply(LiveEvent event) {
        String what = event.kind() + " " + event.object() + " at " + event.position();
        LogPosition last = Objects.requireNonNull(token);
        assertThat(event.position()).as(what).isGreaterThan(last);
        token = event.position();
        String id = id(event.object());
        // What the query saw already may come again.
        if (event.position().compareTo(Objects.requireNonNull(queried)) > 0) {
            assertFollows(event, copy.get(id), what);
        }
        switch (event.kind()) {
            case CREATE, ENTER, UPDATE -> copy.put(id, version(event.object()));
            case LEAVE, DELETE -> copy.remove(id);
        }
    }

    private static void assertFollows(LiveEvent event, @Nullable Integer known, String what) {
        switch (event.kind()) {
            case CREATE, ENTER -> assertThat(known).as(what).isNull();
            case UPDATE -> {
                assertThat(known).as(what).isEqualTo(version(event.original().orElseThrow()));
                assertThat(known).as(what).isEqualTo(version(event.object()) - 1);
            }
            case LEAVE, DELETE -> assertThat(known).as(what).isNotNull();
        }
    }

    /// What it has is what a query finds.
    void assertUpToDate() {
        Map<String, Integer> found = new HashMap<>();
        watching.find(guest.app(), subscriptions.caller(guest), request, 1_000)
                .forEach(each -> found.put(id(each), version(each)));
        assertThat(copy).isEqualTo(found);
    }

    private static String id(ObjectNode object) {
        return object.path("objectId").asString("");
    }

    private static int version(ObjectNode object) {
        return object.path("version").asInt();
    }
}
