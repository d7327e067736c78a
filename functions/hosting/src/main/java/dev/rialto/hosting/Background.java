package dev.rialto.hosting;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import java.util.List;

/// All calls for which nobody waits: jobs, schedules, and subscribers to changes and events.
final class Background implements AutoCloseable {
    private final HostServices hostServices;
    private final JobStates states;
    private final Jobs jobs;
    private final ScheduleStore times;
    private final Schedules schedules;
    private final FunctionLog log;
    private final Subscribers subscribers;
    private final LiveBindings bindings;

    Background(
            FunctionsModule.Dependencies dependencies,
            FunctionCalls calls,
            FunctionLog log,
            RevisionStore revisions,
            LiveNames names) {
        FunctionsModule.Changes changes = dependencies.changes();
        hostServices = dependencies.hostServices();
        this.log = log;
        states = new JobStates(hostServices.objects(), dependencies.clock(), dependencies.timing());
        jobs = new Jobs(calls, states, log, dependencies.timing());
        var background = new MasterCalls(calls, log);
        times = new ScheduleStore(dependencies.database(), dependencies.clock());
        schedules = new Schedules(times, background, dependencies.clock(), dependencies.timing());
        var followed =
                new SubscriberStore(
                        dependencies.database(),
                        changes.log(),
                        new Ids().hex(16),
                        Subscribers.LEASE);
        subscribers =
                new Subscribers(
                        followed,
                        changes.tail(),
                        new SubscriberMessages(changes.watching()),
                        background,
                        dependencies.timing());
        bindings =
                new LiveBindings(revisions, names, times, followed, dependencies.invalidations());
    }

    LiveBindings bindings() {
        return bindings;
    }

    List<Operation> operations() {
        return new JobRoutes(jobs, times, log).operations();
    }

    void start() {
        states.start();
        schedules.start();
        subscribers.start();
    }

    void tidy(App app) {
        states.tidy(app);
        hostServices.events().tidy(app);
    }

    @Override
    public void close() {
        schedules.close();
        subscribers.close();
        states.close();
    }
}
