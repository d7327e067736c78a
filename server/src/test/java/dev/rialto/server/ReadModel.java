package dev.rialto.server;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.ModelWrites.Acl;
import dev.rialto.server.TestServer.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// What reads may show in [CacheModelTest].
final class ReadModel {
    /// How late other nodes may show a write of an object, as docs/objects.md promises.
    static final long BOUND = Duration.ofSeconds(2).toNanos();

    /// An object as one write left it.
    record Version(int n, Acl acl) {}

    /// What the class permits.
    record Rules(boolean open, boolean showsSecret) {}

    /// One object that is written to by one writer alone.
    record Thing(String id, int group, History<Version> versions) {}

    /// A read, and what the caller may have been at that time.
    record Asked(int node, Reader reader, long begun, long ended) {
        boolean may(Acl acl, Set<Boolean> membership) {
            return switch (reader) {
                case MASTER -> acl != Acl.GONE;
                case ANONYMOUS, OUTSIDER -> acl == Acl.EVERYBODY;
                case MEMBER ->
                        acl == Acl.EVERYBODY || (acl == Acl.ROLE && membership.contains(true));
            };
        }

        boolean mayNot(Acl acl, Set<Boolean> membership) {
            return switch (reader) {
                case MASTER -> acl == Acl.GONE;
                case ANONYMOUS, OUTSIDER -> acl != Acl.EVERYBODY;
                case MEMBER ->
                        acl != Acl.EVERYBODY && (acl != Acl.ROLE || membership.contains(false));
            };
        }

        <T> Set<T> possible(History<T> history, long bound) {
            return history.possible(node, bound, begun, ended);
        }
    }

    private final Stalls stalls;
    private final History<Boolean> membership = new History<>();
    private final History<Rules> rules = new History<>();
    private final History<Boolean> extra = new History<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();

    ReadModel(Stalls stalls) {
        this.stalls = stalls;
    }

    /// Whether the member is in the role.
    History<Boolean> membership() {
        return membership;
    }

    History<Rules> rules() {
        return rules;
    }

    /// Whether the class has a field more.
    History<Boolean> extra() {
        return extra;
    }

    /// What has gone wrong.
    Queue<String> wrong() {
        return wrong;
    }

    /// How many reads have shown an object.
    int served() {
        return served.get();
    }

    /// @param shown the object as the answer shows it
    void check(Asked asked, Thing thing, Reply reply, Optional<JsonNode> shown) {
        Set<Version> versions = asked.possible(thing.versions(), BOUND);
        // Nodes are told of roles and classes by messages, which nothing checks as the log is.
        long messages = BOUND + stalls.longest();
        Set<Boolean> roles = asked.possible(membership, messages);
        Set<Rules> permitted = asked.possible(rules, messages);
        boolean right;
        if (shown.isPresent()) {
            served.incrementAndGet();
            int n = shown.get().path("n").asInt(-1);
            Predicate<Version> fits = each -> each.n() == n && asked.may(each.acl(), roles);
            right =
                    versions.stream().anyMatch(fits)
                            && (!shown.get().has("extra")
                                    || asked.possible(extra, messages).contains(true))
                            && permitted.stream().anyMatch(each -> fits(asked, each, shown.get()));
        } else {
            right =
                    (asked.reader() == Reader.ANONYMOUS
                                    && permitted.stream().anyMatch(each -> !each.open()))
                            || versions.stream().anyMatch(each -> asked.mayNot(each.acl(), roles));
        }
        if (!right || reply.status() == 500) {
            wrong.add(
                    "%s: %s %s; possible: %s, membership %s, %s"
                            .formatted(asked, thing.id(), reply, versions, roles, permitted));
        }
    }

    private static boolean fits(Asked asked, Rules permitted, JsonNode shown) {
        return asked.reader() == Reader.MASTER
                ? shown.has("secret")
                : (permitted.open() || asked.reader() != Reader.ANONYMOUS)
                        && permitted.showsSecret() == shown.has("secret");
    }
}
