package dev.rialto.sdk.testing;

import dev.rialto.sdk.Caller;
import dev.rialto.sdk.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A context for tests, with nothing in it at first. Contexts that are made of one another share
/// their objects, files, cache, events, log and stand-ins, so that a test can act as several
/// callers.
///
/// ```java
/// var context = TestContext.create().as(Caller.user("ann")).config("currency", "EUR");
/// var order = new Desk().order(new NewOrder("tea", 2), context);
/// assertEquals(1, context.objects().count(Query.of("Order")));
/// ```
///
/// Triggers, class permissions, schemas and limits are the server's and do not act here; ACLs do.
public final class TestContext implements Context {
    private static final Duration USUAL_DEADLINE = Duration.ofSeconds(10);

    private final World world;
    private final Caller caller;
    private final Map<String, String> config;
    private final Instant deadline;

    /// What contexts share.
    private record World(
            Clock clock,
            MemoryObjects objects,
            MemoryUsers users,
            StandInRest rest,
            StandInHttp http,
            MemoryFiles files,
            MemoryCache cache,
            RecordedEvents events,
            RecordedLog log,
            StandInFunctions functions,
            List<String> progress) {}

    private TestContext(World world, Caller caller, Map<String, String> config, Instant deadline) {
        this.world = world;
        this.caller = caller;
        this.config = config;
        this.deadline = deadline;
    }

    /// A context of somebody who is not logged in.
    public static TestContext create() {
        return create(Clock.systemUTC());
    }

    /// A context of somebody who is not logged in, with a clock that the test sets.
    public static TestContext create(Clock clock) {
        var objects = new MemoryObjects(clock);
        var world =
                new World(
                        clock,
                        objects,
                        new MemoryUsers(objects),
                        new StandInRest(),
                        new StandInHttp(),
                        new MemoryFiles(),
                        new MemoryCache(clock),
                        new RecordedEvents(clock),
                        new RecordedLog(),
                        new StandInFunctions(),
                        new CopyOnWriteArrayList<>());
        return new TestContext(
                world, Caller.anonymous(), Map.of(), clock.instant().plus(USUAL_DEADLINE));
    }

    /// The same for another caller.
    public TestContext as(Caller other) {
        return new TestContext(world, other, config, deadline);
    }

    /// The same with one more entry of configuration.
    public TestContext config(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(config);
        more.put(key, value);
        return new TestContext(world, caller, Map.copyOf(more), deadline);
    }

    /// The same with another deadline.
    public TestContext until(Instant time) {
        return new TestContext(world, caller, config, time);
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public String app() {
        return "test";
    }

    @Override
    public String requestId() {
        return "request1";
    }

    @Override
    public RecordedLog log() {
        return world.log;
    }

    @Override
    public Map<String, String> config() {
        return config;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public MemoryObjects objects() {
        return world.objects.as(caller);
    }

    @Override
    public MemoryUsers users() {
        return world.users;
    }

    @Override
    public StandInRest rest() {
        return world.rest;
    }

    @Override
    public StandInHttp http() {
        return world.http;
    }

    @Override
    public MemoryFiles files() {
        return world.files;
    }

    @Override
    public MemoryCache cache() {
        return world.cache;
    }

    @Override
    public RecordedEvents events() {
        return world.events;
    }

    @Override
    public StandInFunctions functions() {
        return world.functions;
    }

    @Override
    public void progress(String message) {
        world.progress.add(message);
    }

    /// What was said of a job's progress.
    public List<String> progress() {
        return List.copyOf(world.progress);
    }
}
