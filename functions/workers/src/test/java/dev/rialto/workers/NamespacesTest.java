package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Whom workers run as.
class NamespacesTest {
    private static final Namespaces.View VIEW =
            new Namespaces.View(Path.of("/root-of-it"), Map.of(), "/", 1, false, 64);

    /// The system limits some things for all processes of a user together: one worker must not take
    /// them from another.
    @Test
    void eachWorkerIsAUserOfItsOwn() {
        assertThat(users(Namespaces.User.OWN))
                .hasSize(3)
                .allMatch(each -> Long.parseLong(each) >= 1_900_000_000L);
        assertThat(users(Namespaces.User.NOBODY)).containsExactly("65534");
        assertThat(users(Namespaces.User.SERVER)).containsExactly("");
    }

    private static Set<String> users(Namespaces.User user) {
        var namespaces = new Namespaces(Path.of("unshare"), user, true);
        return IntStream.range(0, 3)
                .mapToObj(_ -> namespaces.command(VIEW, List.of("program")))
                .map(each -> each.get(each.indexOf("confine") + 3))
                .collect(Collectors.toSet());
    }
}
