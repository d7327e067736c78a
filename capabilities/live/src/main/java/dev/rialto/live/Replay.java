package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import java.util.ArrayList;
import java.util.List;

/// Reads the change log from a position for a subscription that resumes there.
final class Replay {
    private static final int PAGE = 500;

    private final ChangeLog log;
    private final Watching watching;
    private final AccessChanges access;

    Replay(ChangeLog log, Watching watching, AccessChanges access) {
        this.log = log;
        this.watching = watching;
        this.access = access;
    }

    /// Whether all changes since a position are known.
    boolean reaches(LogPosition position) {
        return log.read(position, new ChangeLog.Scope.Everything(), 1).isPresent();
    }

    /// Refuses to resume for a caller who may see other objects now than at the position: what they
    /// saw then is unknown. Looks also at what the log still holds back, since the roles of a
    /// caller are those of now.
    void requireSameAccess(Subscription subscription, LogPosition position) {
        var scope =
                new ChangeLog.Scope.Tables(subscription.guest().app().schema(), access.tables());
        List<Change> since = log.committedSince(position, scope, PAGE);
        String className = subscription.request().className();
        if (since.size() == PAGE
                || since.stream()
                        .anyMatch(change ->
                                access.mayShowOthers(change, subscription.caller(), className))) {
            throw expired();
        }
    }

    /// Tells a subscription what happened since a position, up to now.
    LogPosition catchUp(Subscription subscription, LogPosition from) {
        App app = subscription.guest().app();
        String className = subscription.request().className();
        String table = watching.table(className);
        List<String> tables = new ArrayList<>(access.tables());
        tables.add(table);
        var scope = new ChangeLog.Scope.Tables(app.schema(), tables);
        LogPosition at = from;
        while (true) {
            ChangeLog.Page page = log.read(at, scope, PAGE).orElseThrow(Replay::expired);
            for (Change each : page.changes()) {
                awaitRoom(subscription.delivery());
                if (access.mayShowOthers(each, subscription.caller(), className)) {
                    throw expired();
                }
                if (!each.table().equals(table)) {
                    continue;
                }
                ObjectChange change = decode(app, className, each);
                change.event(
                                subscription.watch().view(),
                                change.match(subscription.watch().query()))
                        .ifPresent(subscription::tell);
            }
            at = page.next();
            if (page.isLast()) {
                return at;
            }
        }
    }

    private static void awaitRoom(Delivery delivery) {
        try {
            delivery.awaitRoom();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new RialtoException(ErrorCode.OVERLOADED, "the server is stopping", stop);
        }
    }

    ObjectChange decode(App app, String className, Change change) {
        return new ObjectChange(
                change.position(),
                change.before().flatMap(row -> watching.object(app, className, row)),
                change.after().flatMap(row -> watching.object(app, className, row)));
    }

    static RialtoException expired() {
        return new RialtoException(
                ErrorCode.RESUME_EXPIRED,
                "the changes since this position are no longer known: query again, then subscribe");
    }
}
