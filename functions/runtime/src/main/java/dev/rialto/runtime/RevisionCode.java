package dev.rialto.runtime;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.CallStopped;
import dev.rialto.hardening.RevisionStrings;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// The loaded code of a revision.
///
/// @param entryPoints its interfaces by their targets
/// @param functions their instances
record RevisionCode(
        RevisionLoader loader, Map<String, EntryPoint> entryPoints, List<Object> functions) {
    /// Finds the methods behind the interfaces.
    ///
    /// @param resultSize the maximum bytes of JSON that a function may return or pass on at once
    /// @throws RefusedException if classes or methods are missing
    static RevisionCode of(Descriptor descriptor, RevisionLoader loader, long resultSize) {
        var values = new Values(resultSize, RevisionStrings.of(loader)::of);
        Map<String, EntryPoint> all = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            if (all.containsKey(each.target())) {
                continue;
            }
            try {
                all.put(each.target(), EntryPoint.of(each, loader, values));
            } catch (RefusedException refused) {
                problems.addAll(refused.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return new RevisionCode(loader, all, new CopyOnWriteArrayList<>());
    }

    /// Constructs the functions, which runs user code. Must be called on a function thread.
    ///
    /// @return true
    boolean construct(Budget budget, Brake brake) throws Exception {
        return budget.run(
                brake,
                () -> {
                    Map<Class<?>, Object> instances = new HashMap<>();
                    for (EntryPoint each : entryPoints.values()) {
                        each.instance(
                                instances.computeIfAbsent(each.owner(), RevisionCode::instance));
                    }
                    functions.addAll(instances.values());
                    return true;
                });
    }

    private static Object instance(Class<?> owner) {
        try {
            return owner.getConstructor().newInstance();
        } catch (InvocationTargetException failure) {
            throw refused(
                    owner,
                    "its constructor failed: ",
                    Objects.requireNonNullElse(failure.getCause(), failure));
        } catch (ReflectiveOperationException | LinkageError failure) {
            if (failure.getCause() instanceof CallStopped stopped) {
                throw stopped;
            }
            throw refused(owner, "can't be constructed: ", failure);
        }
    }

    private static RefusedException refused(Class<?> owner, String why, Throwable failure) {
        if (failure instanceof CallStopped stopped) {
            throw stopped;
        }
        return new RefusedException(
                Problem.of(
                        owner.getName()
                                + " "
                                + why
                                + CodeFailure.of(failure)
                                + "; it needs a public constructor without parameters that"
                                + " returns quickly"));
    }
}
