package dev.rialto.runtime;

import java.util.Map;
import java.util.Optional;

/// Finds a thread that holds a class loader, as far as that is possible without a heap dump.
final class HoldingThread {
    private HoldingThread() {}

    /// A thread whose context class loader it is, or that runs its code.
    static Optional<String> of(RetiredLoader loader) {
        Map<Thread, StackTraceElement[]> threads = Thread.getAllStackTraces();
        for (Thread each : threads.keySet()) {
            ClassLoader context = each.getContextClassLoader();
            if (context != null && loader.refersTo(context)) {
                return Optional.of("thread \"" + each.getName() + "\" -> its context class loader");
            }
            ClassLoader own = each.getClass().getClassLoader();
            if (own != null && loader.refersTo(own)) {
                return Optional.of(
                        "thread \"%s\" -> an instance of %s -> the class loader"
                                .formatted(each.getName(), each.getClass().getName()));
            }
        }
        String name = loader.loaderName;
        if (name == null) {
            return Optional.empty();
        }
        for (var each : threads.entrySet()) {
            for (StackTraceElement frame : each.getValue()) {
                if (name.equals(frame.getClassLoaderName())) {
                    return Optional.of(
                            "thread \"%s\" -> runs %s.%s"
                                    .formatted(
                                            each.getKey().getName(),
                                            frame.getClassName(),
                                            frame.getMethodName()));
                }
            }
        }
        return Optional.empty();
    }
}
