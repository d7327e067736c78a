package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import org.junit.jupiter.api.Test;

final class RouterTest {
    private final Router router = new Router();

    @Test
    void prefersFixedSegmentsAndComesBackFromDeadEnds() {
        add("/a/{x}/c");
        add("/a/b/d");
        add("/a/{rest*}");
        assertThat(found("/a/b/d")).isEqualTo("/a/b/d");
        assertThat(found("/a/b/c")).isEqualTo("/a/{x}/c");
        assertThat(found("/a/b/e/f")).isEqualTo("/a/{rest*}");
        assertThat(found("/a/b")).isEqualTo("/a/{rest*}");
    }

    @Test
    void forgetsWhatADeadEndCaptured() {
        add("/{x}/y");
        add("/{rest*}");
        var place = router.find("/p/q").orElseThrow();
        var operation = place.operation(Method.GET).orElseThrow();
        assertThat(place.parameter(operation, "rest")).isEqualTo("p/q");
    }

    @Test
    void namesParametersAsEachOperationDoes() {
        add("/files/{name}", Method.POST);
        add("/files/{id}", Method.GET);
        var place = router.find("/files/a%20b").orElseThrow();
        var post = place.operation(Method.POST).orElseThrow();
        assertThat(place.parameter(post, "name")).isEqualTo("a b");
        assertThatThrownBy(() -> place.parameter(post, "id"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsNothingWhereNothingIs() {
        add("/a/b");
        for (var path : new String[] {"", "a", "/", "/a", "/a/", "//a/b", "/a/b/c", "/a//b"}) {
            assertThat(router.find(path)).as(path).isEmpty();
        }
    }

    @Test
    void refusesWhatPercentDecodingCannotRead() {
        add("/{x}");
        for (var path : new String[] {"/%", "/%1", "/%zz", "/%ff", "/%00", "/%c0%80", "/\u00e9"}) {
            var place = router.find(path).orElseThrow();
            var operation = place.operation(Method.GET).orElseThrow();
            assertThatThrownBy(() -> place.parameter(operation, "x"))
                    .as(path)
                    .isInstanceOf(RialtoException.class);
        }
    }

    @Test
    void refusesAPathThatDoesNotStartAtTheRoot() {
        assertThatThrownBy(() -> add("a")).hasMessageContaining("starts with a slash");
    }

    private void add(String path) {
        add(path, Method.GET);
    }

    private void add(String path, Method method) {
        router.add(
                new Operation(
                        "test",
                        path,
                        method,
                        path,
                        Access.PUBLIC,
                        "Tests.",
                        _ -> Answer.ok(Json.object())));
    }

    private String found(String path) {
        return router.find(path)
                .flatMap(place -> place.operation(Method.GET))
                .map(Operation::path)
                .orElse("nothing");
    }
}
