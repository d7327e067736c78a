package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.sdk.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the micro apps of one app expose at a time; another one comes in its place when that
/// changes.
final class AppFunctions {
    /// An interface of a revision.
    static final class ServedInterface {
        private final MicroApp microApp;
        private final ServedRevision served;
        private final InterfaceDescriptor descriptor;
        private final String address;
        private final Optional<Duration> deadline;
        private final boolean alone;
        private final UndeclaredErrors undeclared;
        private volatile @Nullable FunctionGauge gauge;
        private volatile @Nullable LoadedInterface loaded;

        private ServedInterface(
                MicroApp microApp, ServedRevision served, InterfaceDescriptor descriptor) {
            this.microApp = microApp;
            this.served = served;
            this.descriptor = descriptor;
            this.address = served.revision().descriptor().address(descriptor);
            this.deadline = descriptor.limits().deadline();
            this.alone = microApp.traffic().isAllTo(number());
            this.undeclared = new UndeclaredErrors(descriptor.contract().errors());
        }

        MicroApp microApp() {
            return microApp;
        }

        ServedRevision served() {
            return served;
        }

        InterfaceDescriptor descriptor() {
            return descriptor;
        }

        String address() {
            return address;
        }

        /// How long a call may take, if it asks for other than the usual.
        Optional<Duration> deadline() {
            return deadline;
        }

        /// Whether all calls are for it, but those that ask for a preview.
        boolean isAlone() {
            return alone;
        }

        int number() {
            return served.revision().number();
        }

        /// Where it runs.
        String runtime() {
            return served.setup().runtime();
        }

        /// Whether it is of the live revision.
        boolean isLive() {
            return number() == microApp.traffic().live();
        }

        /// The loaded interface; looked up once per revision.
        LoadedInterface in(LoadedRevision revision) {
            LoadedInterface known = loaded;
            if (known == null) {
                known = revision.find(descriptor);
                loaded = known;
            }
            return known;
        }

        /// What its developers are to know of a failure that they did not declare, once.
        Optional<String> undeclared(Throwable failure) {
            return undeclared
                    .note(failure)
                    .map(code -> address + " failed with " + code + ", which it does not declare");
        }

        /// How many calls were given up and still run.
        int stuck() {
            LoadedInterface known = loaded;
            return known == null ? 0 : known.stuck();
        }

        /// What counts its calls: looked up once.
        FunctionGauge gauge(Supplier<FunctionGauge> found) {
            FunctionGauge known = gauge;
            if (known == null) {
                known = found.get();
                gauge = known;
            }
            return known;
        }
    }

    /// A trigger's place.
    private record TriggerKey(Moment moment, String className) {}

    private final Map<String, ServedInterface> byName = new HashMap<>();

    /// Further ones, of names that are taken in [#byName]: mostly those of another revision.
    private final Map<String, List<ServedInterface>> further = new HashMap<>();

    private final Map<TriggerKey, List<ServedInterface>> triggers = new HashMap<>();
    private final Map<String, List<ServedInterface>> jobs = new HashMap<>();
    private final EndpointTable endpoints = new EndpointTable();
    private final List<ServedInterface> all = new ArrayList<>();
    private final List<ServedRevision> revisions;

    /// @param microApps by name
    AppFunctions(Map<String, MicroApp> microApps, List<ServedRevision> revisions) {
        // Triggers of one class are called in this order.
        this.revisions =
                revisions.stream()
                        .sorted(
                                Comparator.comparing(
                                                (ServedRevision each) -> each.revision().microApp())
                                        .thenComparingInt(each -> each.revision().number()))
                        .toList();
        for (ServedRevision each : this.revisions) {
            MicroApp microApp = microApps.get(each.revision().microApp());
            if (microApp != null) {
                add(microApp, each);
            }
        }
        freeze(further);
        freeze(triggers);
        freeze(jobs);
    }

    private static <K> void freeze(Map<K, List<ServedInterface>> map) {
        map.replaceAll((_, same) -> List.copyOf(same));
    }

    private void add(MicroApp microApp, ServedRevision served) {
        for (InterfaceDescriptor each : served.revision().descriptor().interfaces()) {
            var exposed = new ServedInterface(microApp, served, each);
            all.add(exposed);
            name(exposed.address(), exposed);
            for (Binding binding : each.bindings()) {
                switch (binding) {
                    case Binding.CloudFunction(String name) -> name(name, exposed);
                    case Binding.Trigger(Moment moment, String className) ->
                            put(triggers, new TriggerKey(moment, className), exposed);
                    case Binding.Job(String name) -> put(jobs, name, exposed);
                    case Binding.Endpoint endpoint -> endpoints.add(endpoint, exposed);
                    case Binding.Schedule _, Binding.OnChange _, Binding.OnEvent _ -> {}
                }
            }
        }
    }

    private void name(String name, ServedInterface exposed) {
        if (byName.putIfAbsent(name, exposed) != null) {
            put(further, name, exposed);
        }
    }

    private static <K> void put(Map<K, List<ServedInterface>> map, K key, ServedInterface exposed) {
        map.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(exposed);
    }

    /// The function of a name or address, in the revision that is meant.
    ///
    /// @param meant tells which revision of a micro app a call is for
    Optional<ServedInterface> function(String name, Predicate<ServedInterface> meant) {
        ServedInterface found = byName.get(name);
        return found == null || meant.test(found)
                ? Optional.ofNullable(found)
                : first(further.get(name), meant);
    }

    /// Whether whatever a call of this name may reach declares that it may be done twice.
    boolean isRepeatable(String name) {
        ServedInterface first = byName.get(name);
        return first != null
                && first.descriptor().declarations().repeatable()
                && isRepeatable(further.getOrDefault(name, List.of()));
    }

    /// The same of a job.
    boolean isRepeatableJob(String name) {
        return jobs.containsKey(name) && isRepeatable(jobs.get(name));
    }

    private static boolean isRepeatable(List<ServedInterface> all) {
        return all.stream().allMatch(each -> each.descriptor().declarations().repeatable());
    }

    Optional<ServedInterface> job(String name, Predicate<ServedInterface> meant) {
        return first(jobs.get(name), meant);
    }

    /// The triggers of a class, by the names of their micro apps, and within one in the order of
    /// its descriptor.
    List<ServedInterface> triggers(
            Moment moment, String className, Predicate<ServedInterface> meant) {
        List<ServedInterface> found = triggers.get(new TriggerKey(moment, className));
        return found == null ? List.of() : found.stream().filter(meant).toList();
    }

    boolean hasTrigger(Moment moment, String className) {
        return !triggers.isEmpty() && triggers.containsKey(new TriggerKey(moment, className));
    }

    Optional<EndpointTable.Match> endpoint(
            String method, String path, Predicate<ServedInterface> meant) {
        return endpoints.find(method, path, meant);
    }

    List<ServedInterface> all() {
        return all;
    }

    List<ServedRevision> revisions() {
        return revisions;
    }

    private static Optional<ServedInterface> first(
            @Nullable List<ServedInterface> found, Predicate<ServedInterface> meant) {
        if (found == null) {
            return Optional.empty();
        }
        for (ServedInterface each : found) {
            if (meant.test(each)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
