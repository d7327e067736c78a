package dev.rialto.messages;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache.VariableFetcher;
import com.samskivert.mustache.Template;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Shows templates the values of a map and nothing else: neither methods and fields of objects nor
/// the map itself, over which a template could loop in a loop in a loop.
final class ValuesAlone extends BasicCollector {
    @Override
    public @Nullable VariableFetcher createFetcher(Object context, String name) {
        return context instanceof Map<?, ?> ? ValuesAlone::value : null;
    }

    private static Object value(Object context, String name) {
        Object value = ((Map<?, ?>) context).get(name);
        return value == null ? Template.NO_FETCHER_FOUND : value;
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
        return new ConcurrentHashMap<>();
    }
}
