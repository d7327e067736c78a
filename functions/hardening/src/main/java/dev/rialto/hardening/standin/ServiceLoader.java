package dev.rialto.hardening.standin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.jspecify.annotations.Nullable;

/// Providers that the revision itself names below `META-INF/services` and has the classes of.
public final class ServiceLoader<S> implements Iterable<S> {
    private final Class<S> service;
    private final RevisionAccess revision;
    private @Nullable List<S> found;

    private ServiceLoader(Class<S> service, RevisionAccess revision) {
        this.service = service;
        this.revision = revision;
    }

    public static <S> ServiceLoader<S> load(Class<S> service) {
        return new ServiceLoader<>(service, RevisionAccess.ofCaller());
    }

    public static <S> ServiceLoader<S> load(Class<S> service, @Nullable ClassLoader loader) {
        return new ServiceLoader<>(service, RevisionAccess.ofCaller());
    }

    public static <S> ServiceLoader<S> loadInstalled(Class<S> service) {
        return new ServiceLoader<>(service, RevisionAccess.ofCaller());
    }

    @Override
    public Iterator<S> iterator() {
        return providers().iterator();
    }

    public Optional<S> findFirst() {
        return providers().stream().findFirst();
    }

    public void reload() {
        found = null;
    }

    private List<S> providers() {
        List<S> known = found;
        if (known == null) {
            known = new ArrayList<>();
            try (InputStream in = revision.resource("META-INF/services/" + service.getName())) {
                if (in != null) {
                    read(in, known);
                }
            } catch (IOException | ReflectiveOperationException | ClassCastException broken) {
                throw new ServiceConfigurationError(
                        service.getName() + " has a provider that can't be created", broken);
            }
            found = known;
        }
        return known;
    }

    private void read(InputStream in, List<S> into)
            throws IOException, ReflectiveOperationException {
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int comment = line.indexOf('#');
            String name = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!name.isEmpty()) {
                into.add(service.cast(revision.instance(revision.type(name, true))));
            }
        }
    }
}
