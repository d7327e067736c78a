package dev.rialto.live;

import dev.rialto.http.Authenticator;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import dev.rialto.spi.Watching.Watch;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.LogPosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// All subscriptions of this node, and the changes on their way to them.
///
/// Each change is held once against each distinct query that it could concern, and once against
/// each distinct view of those who asked it. One lock guards all: a change is passed on while
/// nobody comes or goes, so each subscription misses nothing and hears nothing twice.
final class Subscriptions implements ChangeSource.Listener {
    private static final Logger LOG = Logger.getLogger(Subscriptions.class.getName());

    /// How often subscribing is retried because access changed meanwhile.
    private static final int MAX_TRIES = 100;

    /// How many events are prepared at the same time, on which triggers are called or objects
    /// included.
    private static final int MAX_PREPARING = 16;

    private final ChangeLog log;
    private final ChangeSource tail;
    private final Watching watching;
    private final Authenticator authenticator;
    private final AccessChanges access;
    private final VisibilityChange visibility;
    private final Replay replay;
    private final LiveTriggers triggers;

    private final Semaphore preparing = new Semaphore(MAX_PREPARING);
    private final ReentrantLock beginning = new ReentrantLock();
    private volatile boolean follows;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, FollowedApp> apps = new HashMap<>();
    private Optional<LogPosition> passedOn = Optional.empty();

    /// How often it changed who may see what, by app.
    private final Map<String, Long> accessChanges = new HashMap<>();

    /// @param authenticator asks the database every time
    Subscriptions(
            ChangeLog log,
            ChangeSource tail,
            Watching watching,
            Authenticator authenticator,
            AccessChanges access,
            LiveTriggers triggers) {
        this.access = access;
        this.triggers = triggers;
        this.log = log;
        this.tail = tail;
        this.watching = watching;
        this.authenticator = authenticator;
        this.visibility = new VisibilityChange(log, watching);
        this.replay = new Replay(log, watching, access);
    }

    /// Begins to follow a query. The receiver is told that it has started before anything else.
    ///
    /// @param asking who the guest is now
    /// @param resume after which change to begin; empty is from now on
    /// @throws RialtoException as a find by the guest would, and RESUME_EXPIRED
    Subscription subscribe(
            Guest guest,
            Caller asking,
            Watching.Request request,
            Subscription.Receiver receiver,
            Optional<LogPosition> resume) {
        followTail();
        App app = guest.app();
        Watching.Request asked = asked(guest, asking, request);
        var delivery =
                new Delivery(app, request.className(), watching, triggers, receiver, preparing);
        Optional<LogPosition> reached = resume;
        boolean started = false;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            long before = locked(() -> accessChanges(app));
            Caller caller = caller(guest);
            Watch watch = watching.watch(app, caller, asked);
            LogPosition from = reached.orElseGet(log::end);
            var subscription = new Subscription(guest, asked, delivery, caller, watch, from);
            if (resume.isPresent()) {
                if (!started && !replay.reaches(from)) {
                    throw Replay.expired();
                }
                replay.requireSameAccess(subscription, from);
                if (!started) {
                    receiver.started(from);
                    started = true;
                }
                reached = Optional.of(replay.catchUp(subscription, from));
            } else {
                reached = Optional.of(from);
            }
            subscription.startFrom(reached.get());
            if (register(subscription, before, resume.isPresent(), !started)) {
                return subscription;
            }
        }
        throw new RialtoException(
                ErrorCode.OVERLOADED,
                "too many changes in this app at the moment; try again later");
    }

    /// The request as the triggers before finds want it, which are asked for what they let the
    /// caller follow once it is known that the caller may.
    private Watching.Request asked(Guest guest, Caller caller, Watching.Request request) {
        watching.watch(guest.app(), caller, request);
        Watching.Request wanted = triggers.subscribing(guest.app(), caller, request);
        watching.watch(guest.app(), caller, wanted);
        return watching.asked(guest.app(), caller, wanted);
    }

    private long accessChanges(App app) {
        return accessChanges.getOrDefault(app.schema(), 0L);
    }

    /// @return false when access or the log has moved on, and subscribing must be retried
    private boolean register(
            Subscription subscription, long accessBefore, boolean resumes, boolean announce) {
        lock.lock();
        try {
            boolean behind =
                    resumes
                            && passedOn.filter(at -> at.compareTo(subscription.since()) > 0)
                                    .isPresent();
            App app = subscription.guest().app();
            if (accessChanges(app) != accessBefore || behind) {
                return false;
            }
            apps.computeIfAbsent(app.schema(), _ -> new FollowedApp(app, watching))
                    .add(subscription);
            if (announce) {
                subscription.delivery().receiver().started(subscription.since());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Refuses what a guest may not follow, without following it.
    ///
    /// @throws RialtoException as a find by the guest would
    void requireAllowed(Guest guest, Watching.Request request) {
        watching.watch(guest.app(), caller(guest), request);
    }

    /// Up to which change all receivers have been told. Empty before there was any.
    Optional<LogPosition> passedOn() {
        return locked(() -> passedOn);
    }

    /// How many there are.
    int count() {
        return locked(() -> apps.values().stream().mapToInt(app -> app.all().size()).sum());
    }

    void unsubscribe(Subscription subscription) {
        subscription.delivery().stop();
        locked(() -> remove(subscription));
    }

    private boolean remove(Subscription subscription) {
        String schema = subscription.guest().app().schema();
        FollowedApp app = apps.get(schema);
        if (app == null || !app.remove(subscription)) {
            return false;
        }
        if (app.isEmpty()) {
            apps.remove(schema);
        }
        return true;
    }

    private void followTail() {
        if (follows) {
            return;
        }
        // Not under the lock: the tail calls back while it holds its own.
        beginning.lock();
        try {
            if (!follows) {
                tail.follow(this);
                follows = true;
            }
        } finally {
            beginning.unlock();
        }
    }

    @Override
    public void changed(List<Change> changes, LogPosition next) {
        lock.lock();
        try {
            changes.forEach(this::passSafely);
            passedOn = Optional.of(next);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void lost(LogPosition next) {
        lock.lock();
        try {
            List<Subscription> all =
                    apps.values().stream().flatMap(app -> app.all().stream()).toList();
            apps.clear();
            passedOn = Optional.of(next);
            all.forEach(each -> each.end(Replay.expired()));
        } finally {
            lock.unlock();
        }
    }

    /// A change that can't be told ends what is followed in its app, and nothing else.
    private void passSafely(Change change) {
        try {
            pass(change);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.SEVERE,
                    "a change of " + change.table() + " " + change.key() + " can't be sent",
                    failure);
            FollowedApp app = apps.remove(change.schema());
            if (app != null) {
                app.all().forEach(each -> each.end(Replay.expired()));
            }
        }
    }

    private void pass(Change change) {
        Optional<AccessChange> turned = access.of(change);
        turned.ifPresent(_ -> accessChanges.merge(change.schema(), 1L, Long::sum));
        FollowedApp app = apps.get(change.schema());
        if (app == null) {
            return;
        }
        turned.ifPresent(meaning -> {
            if (meaning instanceof AccessChange.OfClass(var className)) {
                watching.classChanged(app.app(), className);
                if (change.after().isEmpty()) {
                    end(app.affected(meaning), Replay.expired());
                }
            }
            var callers = new HashMap<Guest, Caller>();
            app.affected(meaning)
                    .forEach(each -> readmit(each, meaning, callers, change.position()));
        });
        app.classOf(change.table())
                .ifPresent(each -> each.pass(replay.decode(app.app(), each.className(), change)));
    }

    private void end(List<Subscription> subscriptions, RialtoException why) {
        for (Subscription each : subscriptions) {
            if (remove(each)) {
                each.end(why);
            }
        }
    }

    /// Asks again who the guest is and what they may see.
    ///
    /// @param meaning what changed
    /// @param callers who guests are now, as far as it was asked for this change
    private void readmit(
            Subscription subscription,
            AccessChange meaning,
            Map<Guest, Caller> callers,
            LogPosition position) {
        FollowedApp app = apps.get(subscription.guest().app().schema());
        if (app == null) {
            return;
        }
        try {
            boolean ofClass = meaning instanceof AccessChange.OfClass;
            Optional<Caller> old = ofClass ? Optional.empty() : Optional.of(subscription.caller());
            Caller now = callers.computeIfAbsent(subscription.guest(), this::caller);
            Watch watch = watching.watch(app.app(), now, subscription.request());
            Watch former = subscription.watch();
            if (watch.equals(former)) {
                return;
            }
            if (subscription.delivery().isRestricted()) {
                // A trigger allowed the former caller to follow; it must be asked again for this
                // one.
                end(List.of(subscription), Replay.expired());
                return;
            }
            app.remove(subscription);
            subscription.readmit(now, watch);
            app.add(subscription);
            // A change from before the start may only be passed on when later ones have taken
            // effect.
            LogPosition seen = subscription.since();
            LogPosition at = position.compareTo(seen) > 0 ? position : seen;
            visibility.events(subscription, old, former, at).forEach(subscription::pass);
        } catch (RialtoException refused) {
            // A failure of the server is not a refusal, but what happened is unknown.
            remove(subscription);
            subscription.end(
                    refused.code().kind() == ErrorCode.Kind.CALLER ? refused : Replay.expired());
        }
    }

    /// Ends the subscriptions of sessions that expired and of apps that are gone.
    ///
    /// @param exists whether there is still such an app
    void sweep(Predicate<App> exists, Authenticator known) {
        List<Subscription> all =
                locked(() -> apps.values().stream().flatMap(app -> app.all().stream()).toList());
        for (Subscription each : all) {
            Guest guest = each.guest();
            try {
                if (!exists.test(guest.app())) {
                    throw new RialtoException(ErrorCode.UNAUTHORIZED, "the app was deleted");
                }
                guest.sessionToken().ifPresent(token -> known.authenticate(guest.app(), token));
            } catch (RialtoException over) {
                if (over.code().kind() == ErrorCode.Kind.CALLER && locked(() -> remove(each))) {
                    each.end(over);
                }
            }
        }
    }

    /// Who a guest is now.
    ///
    /// @throws RialtoException INVALID_SESSION_TOKEN
    Caller caller(Guest guest) {
        return guest.sessionToken().isPresent()
                ? authenticator.authenticate(guest.app(), guest.sessionToken().get())
                : guest.holder();
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
