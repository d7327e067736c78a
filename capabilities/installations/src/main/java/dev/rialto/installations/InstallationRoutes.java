package dev.rialto.installations;

import dev.rialto.http.Operation;
import dev.rialto.spi.ClassRoutes;
import java.util.List;

/// The operations on installations: those of the class, under a path of their own.
public final class InstallationRoutes {
    private final ClassRoutes routes;

    public InstallationRoutes(ClassRoutes routes) {
        this.routes = routes;
    }

    public List<Operation> operations() {
        return routes.operations("installations", "/installations", InstallationStore.CLASS_NAME);
    }
}
