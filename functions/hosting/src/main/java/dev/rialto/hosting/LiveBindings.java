package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The interfaces of live revisions that the platform calls, in tables that all nodes work from.
/// They are changed in the transaction that makes a revision live, so they never say anything else
/// than that does.
final class LiveBindings {
    private final RevisionStore revisions;
    private final LiveNames names;
    private final ScheduleStore schedules;
    private final SubscriberStore subscribers;
    private final Invalidations invalidations;

    LiveBindings(
            RevisionStore revisions,
            LiveNames names,
            ScheduleStore schedules,
            SubscriberStore subscribers,
            Invalidations invalidations) {
        this.revisions = revisions;
        this.names = names;
        this.schedules = schedules;
        this.subscribers = subscribers;
        this.invalidations = invalidations;
    }

    /// Follows a change of a micro app, in its transaction, and announces it to all nodes.
    ///
    /// @throws RefusedException when another micro app has one of its names, or a schedule is not
    ///   valid
    void changed(App app, String microApp) {
        names.align(app, microApp, called(app, microApp));
        Set<ScheduleStore.Entry> times = new HashSet<>();
        Set<SubscriberStore.Entry> subjects = new HashSet<>();
        live(app, microApp)
                .ifPresent(descriptor -> {
                    for (InterfaceDescriptor each : descriptor.interfaces()) {
                        String address = descriptor.address(each);
                        for (Binding binding : each.bindings()) {
                            switch (binding) {
                                case Binding.Schedule schedule ->
                                        times.add(new ScheduleStore.Entry(address, schedule));
                                case Binding.OnChange _, Binding.OnEvent _ ->
                                        subjects.add(new SubscriberStore.Entry(address, binding));
                                case Binding.CloudFunction _,
                                        Binding.Trigger _,
                                        Binding.Job _,
                                        Binding.Endpoint _ -> {}
                            }
                        }
                    }
                });
        try {
            schedules.align(app, microApp, times);
        } catch (IllegalArgumentException wrong) {
            throw new RefusedException(Problem.of(String.valueOf(wrong.getMessage())));
        }
        subscribers.align(app, microApp, subjects);
        invalidations.publish(app, FunctionDirectory.CHANGED, microApp);
    }

    /// Checks the names of a revision that gets no calls yet.
    ///
    /// @throws RefusedException when another micro app has one of the names
    void requireFree(App app, Descriptor descriptor) {
        names.requireFree(app, descriptor);
    }

    private List<Descriptor> called(App app, String microApp) {
        return revisions.called(app, List.of(microApp)).stream().map(Revision::descriptor).toList();
    }

    private Optional<Descriptor> live(App app, String microApp) {
        return revisions
                .microApp(app, microApp)
                .flatMap(each -> revisions.revision(app, microApp, each.traffic().live()))
                .map(Revision::descriptor);
    }
}
