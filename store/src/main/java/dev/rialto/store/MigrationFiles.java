package dev.rialto.store;

import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/// Gives Flyway migrations that are in memory: it would search the class path again for each
/// schema.
///
/// @param files text by file name
record MigrationFiles(SortedMap<String, String> files) implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
        String text = files.get(name);
        return text == null ? null : new Script(name, text);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return files.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .filter(each -> Stream.of(suffixes).anyMatch(each.getKey()::endsWith))
                .<LoadableResource>map(MigrationFiles::script)
                .toList();
    }

    private static Script script(Map.Entry<String, String> file) {
        return new Script(file.getKey(), file.getValue());
    }

    private static final class Script extends LoadableResource {
        private final String name;
        private final String text;

        Script(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
