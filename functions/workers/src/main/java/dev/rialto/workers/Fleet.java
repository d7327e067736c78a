package dev.rialto.workers;

import dev.rialto.functions.spi.Occupancy;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The instances of one revision: as many as its calls need, within its [Scale] and the node's
/// [Capacity]. A call goes to the instance that has the least to do, or waits its turn.
///
/// @param <I> what an instance is
final class Fleet<I extends Fleet.Instance> implements Capacity.Holder, AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONG_LIFE = Duration.ofSeconds(30);
    private static final Duration WAIT_FOR_CALLS = Duration.ofSeconds(30);

    /// How long to wait for instances to end, which may have some time for that.
    private static final Duration WAIT_FOR_ENDS = Duration.ofSeconds(10);

    private final String app;
    private final Scale scale;
    private final Capacity capacity;
    private final Starter<I> starter;
    private final Timing timing;
    private final Consumer<String> log;
    private final Scaler scaler;
    private final List<Member<I>> members = new ArrayList<>();
    private final List<Member<I>> leaving = new ArrayList<>();
    private final CallQueue<Member<I>> queue;
    private int starting;
    private int present;
    private long started;
    private Duration pause = Duration.ZERO;
    private long notBefore;
    private boolean looking;
    private boolean closed;

    /// What takes calls.
    interface Instance extends AutoCloseable {
        /// Calls an action when it takes no more calls, and will end when it has done those it has.
        void onLeave(Runnable action);

        /// How many calls it still runs for which nobody waits any more.
        default int abandoned() {
            return 0;
        }

        /// Calls an action once, when it has ended for whatever reason.
        void onEnd(Consumer<String> action);

        /// Ends it, at once or soon.
        @Override
        void close();
    }

    /// Makes instances.
    interface Starter<I> {
        /// @throws RuntimeException with a message for the callers when it can't be made
        I start();

        /// How much memory an instance may use, in bytes.
        default long memory() {
            return 0;
        }

        /// Makes instances of so much memory.
        static <I> Starter<I> of(long memory, Supplier<I> made) {
            return new Starter<>() {
                @Override
                public I start() {
                    return made.get();
                }

                @Override
                public long memory() {
                    return memory;
                }
            };
        }
    }

    /// An instance and what it has to do.
    private static final class Member<I> {
        private final I instance;
        private final long since;
        private int running;
        private long idleSince;
        private boolean alive = true;

        Member(I instance, long now) {
            this.instance = instance;
            this.since = now;
            this.idleSince = now;
        }
    }

    Fleet(
            String app,
            Scale scale,
            Capacity capacity,
            Starter<I> starter,
            Timing timing,
            Consumer<String> log) {
        this.app = app;
        this.scale = scale;
        this.capacity = capacity;
        this.starter = starter;
        this.timing = timing;
        this.log = log;
        this.queue = new CallQueue<>(scale.queue(), timing);
        this.scaler = new Scaler(scale, timing.nanos());
        this.notBefore = timing.nanos();
    }

    /// Starts the first instance and waits for it, so that whoever deploys is told what is wrong.
    void startFirst() {
        if (!capacity.take(this)) {
            throw noRoom();
        }
        synchronized (this) {
            starting++;
        }
        RuntimeException failure = startOne();
        if (failure != null) {
            throw failure;
        }
        synchronized (this) {
            look();
        }
    }

    /// Does a call on an instance, once one has room for it.
    ///
    /// @param within how long it may wait
    /// @throws RialtoException OVERLOADED when too many wait, or none has room in time
    <T> T call(Duration within, Function<I, T> work) {
        Member<I> member = enter(within);
        try {
            return work.apply(member.instance);
        } finally {
            leave(member);
        }
    }

    private Member<I> enter(Duration within) {
        CallQueue.Waiting<Member<I>> waiting;
        synchronized (this) {
            requireOpen();
            Member<I> free = queue.isEmpty() ? leastBusy() : null;
            if (free != null) {
                return take(free);
            }
            waiting = queue.join();
            look();
        }
        boolean stopped = false;
        try {
            waiting.await(timing.nanos() + within.toNanos());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        return outcome(waiting, stopped);
    }

    private synchronized Member<I> outcome(CallQueue.Waiting<Member<I>> waiting, boolean stopped) {
        try {
            return queue.outcome(waiting);
        } catch (RialtoException late) {
            throw stopped
                    ? new RialtoException(ErrorCode.SCRIPT_FAILED, "the server is stopping", late)
                    : late;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED, "this revision accepts no more calls");
        }
    }

    private @Nullable Member<I> leastBusy() {
        return members.stream()
                .filter(each -> each.alive && busy(each) < scale.concurrency())
                .min(Comparator.comparingInt(this::busy))
                .orElse(null);
    }

    /// The calls that take the place of others.
    private int busy(Member<I> member) {
        return member.running + member.instance.abandoned();
    }

    private Member<I> take(Member<I> member) {
        member.running++;
        return member;
    }

    private synchronized void leave(Member<I> member) {
        release(member);
    }

    private void release(Member<I> member) {
        member.running--;
        if (member.running == 0) {
            member.idleSince = timing.nanos();
        }
        endWhenDone(member);
        serveQueue();
        timing.wake(this);
    }

    /// Gives waiting calls, the first first, to instances that have room.
    private void serveQueue() {
        Member<I> free = leastBusy();
        while (free != null && !queue.isEmpty()) {
            queue.give(take(free));
            free = leastBusy();
        }
    }

    /// Begins to look after the number of instances, if nobody does.
    private void look() {
        if (!looking && !closed) {
            looking = true;
            timing.thread("fleet", this::lookAfter).start();
        }
    }

    private void lookAfter() {
        boolean over = false;
        try {
            while (adjust()) {
                timing.sleep(LOOK_EVERY);
            }
            over = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            if (!over) {
                stopLooking();
            }
        }
    }

    /// The next call begins again.
    private synchronized void stopLooking() {
        looking = false;
    }

    /// Starts and ends instances until there are as many as wanted.
    ///
    /// @return false when there is nothing more to look after
    private boolean adjust() {
        List<Member<I>> surplus = new ArrayList<>();
        int more;
        boolean over;
        synchronized (this) {
            long now = timing.nanos();
            // A call that was given up may have ended meanwhile.
            serveQueue();
            int here = members.size() + starting;
            int wanted = wanted(now, here);
            more = now - notBefore < 0 ? 0 : Math.max(0, wanted - here);
            for (int i = here; i > wanted; i--) {
                idle().ifPresent(each -> {
                    members.remove(each);
                    surplus.add(each);
                });
            }
            starting += more;
            over = wanted == 0 && members.isEmpty() && starting == 0 && queue.isEmpty();
            if (over) {
                // Whoever comes from now on has somebody look again.
                looking = false;
            }
        }
        surplus.forEach(each -> each.instance.close());
        for (int i = 0; i < more; i++) {
            begin();
        }
        return !over;
    }

    /// Without calls, nothing takes the place of an instance that another fleet needed.
    private int wanted(long now, int here) {
        int demand = demand();
        int wanted = scaler.wanted(now, demand);
        if (closed) {
            return 0;
        }
        return demand == 0 && here < wanted ? Math.max(here, scale.provisioned()) : wanted;
    }

    /// Calls that were given up take places, but alone keep no instance.
    private int demand() {
        return hasCalls() ? queue.size() + busy(members) + busy(leaving) : 0;
    }

    /// Whether somebody waits for an answer.
    private boolean hasCalls() {
        return !queue.isEmpty()
                || Stream.concat(members.stream(), leaving.stream())
                        .anyMatch(each -> each.running > 0);
    }

    private int busy(List<Member<I>> some) {
        return some.stream().mapToInt(this::busy).sum();
    }

    private Optional<Member<I>> idle() {
        return members.stream()
                .filter(each -> each.running == 0)
                .min(Comparator.comparingLong(each -> each.idleSince));
    }

    private void begin() {
        if (!capacity.take(this)) {
            synchronized (this) {
                starting--;
            }
            return;
        }
        timing.thread("fleet-start", this::startOne).start();
    }

    /// @return why it could not be started, or null
    private @Nullable RuntimeException startOne() {
        try {
            I made = starter.start();
            add(made);
            return null;
        } catch (RuntimeException failure) {
            capacity.give(this);
            failed(failure);
            return failure;
        } catch (Error failure) {
            capacity.give(this);
            failed(new IllegalStateException(failure));
            throw failure;
        }
    }

    private void add(I made) {
        var member = new Member<>(made, timing.nanos());
        boolean late;
        synchronized (this) {
            starting--;
            present++;
            late = closed;
            if (!late) {
                members.add(member);
                started++;
                serveQueue();
            }
            // Whoever closes waits for it.
            timing.wake(this);
        }
        made.onEnd(why -> ended(member, why));
        made.onLeave(() -> left(member));
        if (late) {
            made.close();
        }
    }

    private synchronized void failed(RuntimeException failure) {
        starting--;
        waitLonger();
        log.accept("an instance did not start: " + failure.getMessage());
        if (members.isEmpty() && starting == 0) {
            var told =
                    new RialtoException(
                            ErrorCode.SCRIPT_FAILED,
                            "this micro app did not start: " + failure.getMessage());
            queue.refuseAll(told);
        }
        timing.wake(this);
    }

    private void waitLonger() {
        Duration next = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = next.compareTo(MAX_PAUSE) < 0 ? next : MAX_PAUSE;
        notBefore = timing.nanos() + pause.toNanos();
    }

    /// An instance wants no more calls: another takes its place already.
    private synchronized void left(Member<I> member) {
        if (members.remove(member)) {
            leaving.add(member);
            restrain(member);
            endWhenDone(member);
            look();
        }
    }

    private void endWhenDone(Member<I> member) {
        if (member.running == 0 && leaving.remove(member)) {
            member.instance.close();
        }
    }

    /// An instance has ended: only now is its place free.
    private synchronized void ended(Member<I> member, String why) {
        member.alive = false;
        present--;
        capacity.give(this);
        if (members.remove(member) || leaving.remove(member)) {
            endedUnexpectedly(member, why);
        }
        timing.wake(this);
    }

    private void endedUnexpectedly(Member<I> member, String why) {
        log.accept(why);
        restrain(member);
        look();
    }

    /// Lets the next instance wait if this one did not last long.
    private void restrain(Member<I> member) {
        if (timing.nanos() - member.since > LONG_LIFE.toNanos()) {
            pause = Duration.ZERO;
        } else {
            waitLonger();
        }
    }

    @Override
    public String app() {
        return app;
    }

    @Override
    public long memory() {
        return starter.memory();
    }

    @Override
    public synchronized Optional<Long> idleSince() {
        return members.size() > scale.provisioned()
                ? idle().map(each -> each.idleSince)
                : Optional.empty();
    }

    @Override
    public boolean endIdle() {
        Member<I> idle;
        synchronized (this) {
            Optional<Member<I>> found = idleSince().isPresent() ? idle() : Optional.empty();
            if (found.isEmpty()) {
                return false;
            }
            idle = found.get();
            members.remove(idle);
        }
        idle.instance.close();
        return awaited(WAIT_FOR_ENDS, () -> !idle.alive);
    }

    /// An instance and how many calls it runs.
    private record Busy<I>(I instance, int running) {}

    /// How many instances it has started.
    synchronized long started() {
        return started;
    }

    /// What it occupies.
    ///
    /// @param view of an instance and how many calls it runs; may take a while
    Occupancy occupancy(BiFunction<I, Integer, Occupancy.Instance> view) {
        List<Busy<I>> busy;
        int calls;
        long begun;
        synchronized (this) {
            busy =
                    Stream.concat(members.stream(), leaving.stream())
                            .map(each -> new Busy<>(each.instance, each.running))
                            .toList();
            calls = queue.size();
            begun = started;
        }
        return new Occupancy(
                busy.stream().map(each -> view.apply(each.instance(), each.running())).toList(),
                calls,
                begun);
    }

    /// The instances that there are.
    synchronized List<I> instances() {
        return members.stream().map(each -> each.instance).toList();
    }

    synchronized int waiting() {
        return queue.size();
    }

    private static RialtoException noRoom() {
        return new RialtoException(
                ErrorCode.OVERLOADED, "this server has no room for another instance");
    }

    /// Lets calls end, then ends all instances, and waits for both within bounds.
    @Override
    public void close() {
        List<Member<I>> all;
        synchronized (this) {
            closed = true;
            var told =
                    new RialtoException(
                            ErrorCode.SCRIPT_FAILED, "this revision accepts no more calls");
            queue.refuseAll(told);
            timing.wake(this);
            awaited(WAIT_FOR_CALLS, () -> !hasCalls() && starting == 0);
            all = Stream.concat(members.stream(), leaving.stream()).toList();
            members.clear();
            leaving.clear();
        }
        all.forEach(each -> each.instance.close());
        if (!awaited(WAIT_FOR_ENDS, () -> present == 0)) {
            log.accept("a process has not ended in time");
        }
        capacity.forget(this);
    }

    /// Waits for a condition.
    ///
    /// @return false when it is not met in time
    private synchronized boolean awaited(Duration atMost, BooleanSupplier condition) {
        long end = timing.nanos() + atMost.toNanos();
        try {
            for (long left = atMost.toNanos();
                    !condition.getAsBoolean() && left > 0;
                    left = end - timing.nanos()) {
                timing.await(this, left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return condition.getAsBoolean();
    }
}
