package dev.rialto.workers;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The room of this node for instances of one kind. When it is full, a fleet that needs an instance
/// takes the place of one that has been idle for longest; for lack of memory, also that of one of
/// another kind.
public final class Capacity {
    private final int most;
    private final int mostOfApp;
    private final int mostKept;
    private final DeclaredMemory memory;
    private final Map<String, Integer> ofApp = new HashMap<>();
    private final Set<Holder> holders = new LinkedHashSet<>();
    private final Map<Holder, Kept> kept = new LinkedHashMap<>();
    private int taken;

    /// What a fleet never gives up.
    private record Kept(String microApp, int instances) {}

    /// Whoever has instances.
    interface Holder {
        /// The app that it belongs to.
        String app();

        /// Since when it has an instance that does nothing and that it need not keep, as of
        /// [dev.rialto.kernel.Timing#nanos]; empty when it has none.
        Optional<Long> idleSince();

        /// How much memory each of its instances may use, in bytes.
        long memory();

        /// Ends that instance, waits for its end, and gives back its place.
        ///
        /// @return false when it has work meanwhile, or does not end in time
        boolean endIdle();
    }

    /// One that may keep half of its instances, so that there is room for the others.
    ///
    /// @param most instances at once
    /// @param mostOfApp instances of one app
    /// @param memory of all instances
    Capacity(int most, int mostOfApp, DeclaredMemory memory) {
        this(most, mostOfApp, Math.max(1, most / 2), memory);
    }

    /// @param most instances at once
    /// @param mostOfApp instances of one app
    /// @param mostKept instances that all micro apps together may keep even if they are idle
    /// @param memory of all instances
    public Capacity(int most, int mostOfApp, int mostKept, DeclaredMemory memory) {
        if (mostOfApp < 1 || most < mostOfApp) {
            throw new IllegalArgumentException(
                    "an app has at least 1 instance, and no more than all apps together");
        }
        this.most = most;
        this.mostOfApp = mostOfApp;
        this.mostKept = mostKept;
        this.memory = memory;
    }

    /// Reserves places for instances that a fleet keeps even if they are idle. While a micro app
    /// has several fleets, as during a deployment, only that which keeps the most counts.
    ///
    /// @return false when others keep too many
    synchronized boolean keep(Holder holder, String microApp, int instances) {
        kept.put(holder, new Kept(holder.app() + "/" + microApp, instances));
        Map<String, Integer> most = new HashMap<>();
        kept.values().forEach(each -> most.merge(each.microApp(), each.instances(), Math::max));
        boolean fits = most.values().stream().mapToInt(each -> each).sum() <= mostKept;
        if (!fits) {
            kept.remove(holder);
        }
        return fits;
    }

    /// How many instances all micro apps together may keep.
    int mostKept() {
        return mostKept;
    }

    /// Takes a place for an instance.
    ///
    /// @return false when there is none, and nobody is idle
    boolean take(Holder holder) {
        if (!memory.canFit(holder.memory())) {
            return false;
        }
        for (Lack lack = tryTake(holder); lack != Lack.NOTHING; lack = tryTake(holder)) {
            Optional<Holder> idle = idle(holder, lack);
            if (idle.isEmpty() || !idle.get().endIdle()) {
                return false;
            }
        }
        return true;
    }

    /// What there is too little of for an instance.
    private enum Lack {
        NOTHING,
        PLACES_OF_APP,
        PLACES,
        MEMORY
    }

    private synchronized Lack tryTake(Holder holder) {
        if (ofApp.getOrDefault(holder.app(), 0) >= mostOfApp) {
            return Lack.PLACES_OF_APP;
        }
        if (taken >= most) {
            return Lack.PLACES;
        }
        if (!memory.tryTake(holder)) {
            return Lack.MEMORY;
        }
        holders.add(holder);
        taken++;
        ofApp.merge(holder.app(), 1, Integer::sum);
        return Lack.NOTHING;
    }

    /// The one that has been idle for longest of those that have what is lacking.
    @SuppressWarnings("ReferenceEquality") // a holder is an identity
    private Optional<Holder> idle(Holder holder, Lack lack) {
        List<Holder> all = lack == Lack.MEMORY ? memory.holders() : holders();
        return all.stream()
                .filter(each -> each != holder)
                .filter(each -> lack != Lack.PLACES_OF_APP || each.app().equals(holder.app()))
                .filter(each -> each.idleSince().isPresent())
                .min(Comparator.comparing(each -> each.idleSince().orElse(0L)));
    }

    private synchronized List<Holder> holders() {
        return List.copyOf(holders);
    }

    /// Gives back a place.
    synchronized void give(Holder holder) {
        taken--;
        memory.give(holder.memory());
        ofApp.computeIfPresent(holder.app(), (_, count) -> count == 1 ? null : count - 1);
    }

    /// Forgets a holder that has no instances and wants none.
    synchronized void forget(Holder holder) {
        holders.remove(holder);
        kept.remove(holder);
        memory.forget(holder);
    }

    /// How many instances there are.
    synchronized int taken() {
        return taken;
    }
}
