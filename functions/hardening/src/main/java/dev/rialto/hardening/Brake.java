package dev.rialto.hardening;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Stops the code of one revision. All its checks call one call site that does nothing, which costs
/// compiled code nothing. To stop a call, the call site is redirected to check the call's budget:
/// the JVM discards the code that was compiled for the former target, and compiles again.
///
/// See docs/decisions/0008-budget-checks.md.
public final class Brake {
    /// The class that hardening adds to each revision; its `check()` is what hardened code calls.
    static final String CHECK_CLASS = "rialto/guarded/Check";

    private static final long MAX_LINGER_NANOS = 10_000_000_000L;
    private static final long FIRST_LINGER_NANOS = 100_000_000L;

    private static final MethodHandle NOTHING =
            MethodHandles.zero(void.class).asType(MethodType.methodType(void.class));
    private static final MethodHandle LOOK = look();

    private static final Map<Brake, Boolean> ALL = new WeakHashMap<>();

    private final MutableCallSite site = new MutableCallSite(NOTHING);
    private final Monitors monitors = new Monitors();

    private boolean pulled;
    private int holders;
    private long restAt;
    private long lingerNanos;
    private volatile String owner = "";

    /// For the class that hardening adds.
    public Brake() {
        synchronized (ALL) {
            ALL.put(this, true);
        }
    }

    /// The brakes of all revisions that are loaded.
    static List<Brake> all() {
        synchronized (ALL) {
            return List.copyOf(ALL.keySet());
        }
    }

    /// The brake of the revision that was loaded by a loader.
    public static Brake of(ClassLoader revision) {
        try {
            Class<?> check = Class.forName(CHECK_CLASS.replace('/', '.'), true, revision);
            return (Brake) check.getField("BRAKE").get(null);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalArgumentException("no hardened classes in " + revision, absent);
        }
    }

    /// Links what the added class calls.
    public static CallSite site(MethodHandles.Lookup added, String name, MethodType type) {
        return of(added.lookupClass().getClassLoader()).site;
    }

    /// Says whose revision it is.
    public void belongTo(String app) {
        owner = app;
    }

    /// Whose code runs on the current thread; empty when that is not known.
    static String currentOwner() {
        Budget innermost = Budget.innermost();
        Brake brake = innermost == null ? null : innermost.brake();
        return brake == null ? "" : brake.owner;
    }

    /// The brakes of the revisions that run within budgets, as far as that is known.
    static Set<Brake> within(@Nullable Budget innermost) {
        Set<Brake> found = new HashSet<>();
        for (Budget each = innermost; each != null; each = each.outer()) {
            Brake known = each.brake();
            if (known == null) {
                found.addAll(all());
            } else {
                found.add(known);
            }
        }
        return found;
    }

    Monitors monitors() {
        return monitors;
    }

    /// Makes all checks look, until as many have eased it as have pulled it.
    synchronized void pull() {
        holders++;
        if (!pulled) {
            pulled = true;
            // Somebody who is stopped again and again is left with the slower checks for some time,
            // which is better than compiling again and again.
            lingerNanos =
                    System.nanoTime() - restAt < MAX_LINGER_NANOS
                            ? Math.clamp(lingerNanos * 2, FIRST_LINGER_NANOS, MAX_LINGER_NANOS)
                            : 0;
            aim(LOOK);
        }
    }

    synchronized void ease() {
        holders--;
        if (holders == 0) {
            restAt = System.nanoTime() + lingerNanos;
        }
    }

    /// Makes the checks do nothing when nobody needs them.
    ///
    /// @return false when it is too early
    synchronized boolean rest() {
        if (pulled && holders == 0 && System.nanoTime() - restAt >= 0) {
            pulled = false;
            aim(NOTHING);
        }
        return !pulled;
    }

    private void aim(MethodHandle target) {
        site.setTarget(target);
        MutableCallSite.syncAll(new MutableCallSite[] {site});
    }

    private static MethodHandle look() {
        try {
            return MethodHandles.lookup()
                    .findStatic(Budget.class, "checkStopped", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("no Budget.checkStopped", impossible);
        }
    }
}
