package dev.rialto.spi;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What capabilities do for each other, each by an interface in the `spi` package of the one that
/// does it. A capability offers its services when it is made, and finds those of capabilities that
/// were made before it.
public final class Services {
    private final Map<Class<?>, Object> offered = new ConcurrentHashMap<>();

    /// Offers a service.
    ///
    /// @throws IllegalStateException when another capability offers the same
    public <T> void offer(Class<T> service, T by) {
        if (offered.putIfAbsent(service, by) != null) {
            throw new IllegalStateException("two capabilities offer " + service.getName());
        }
    }

    /// A service.
    ///
    /// @throws IllegalStateException when no capability that was made before offers it
    public <T> T get(Class<T> service) {
        return find(service)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "no capability offers "
                                        + service.getName()
                                        + "; the one that does must be wired before"));
    }

    /// A service that a capability can do without.
    public <T> Optional<T> find(Class<T> service) {
        return Optional.ofNullable(offered.get(service)).map(service::cast);
    }
}
