package dev.rialto.hardening;

import java.util.Set;
import java.util.stream.Collectors;

/// The packages in which the JDK has classes that a revision's class loader finds before its own.
final class JdkPackages {
    private static final Set<String> ALL =
            ModuleLayer.boot().modules().stream()
                    .filter(each -> isOfJdk(each.getClassLoader()))
                    .flatMap(each -> each.getPackages().stream())
                    .map(each -> each.replace('.', '/'))
                    .collect(Collectors.toUnmodifiableSet());

    private JdkPackages() {}

    /// @param className internal
    static boolean hold(String className) {
        int end = className.lastIndexOf('/');
        return end > 0 && ALL.contains(className.substring(0, end));
    }

    private static boolean isOfJdk(@org.jspecify.annotations.Nullable ClassLoader loader) {
        return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
    }
}
