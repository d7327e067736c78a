package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
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
        assertThat(router.find(Method.GET, "/p/q").orElseThrow().parameter("rest"))
                .isEqualTo("p/q");
    }

    @Test
    void namesParametersAsEachOperationDoes() {
        add("/files/{name}", Method.POST);
        add("/files/{id}", Method.GET);
        var post = router.find(Method.POST, "/files/a%20b").orElseThrow();
        assertThat(post.parameter("name")).isEqualTo("a b");
        assertThatThrownBy(() -> post.parameter("id")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passesPlacesOfOtherMethods() {
        add("/files/{name}", Method.POST);
        add("/files/{app}/{name*}", Method.GET);
        add("/files/{name*}", Method.DELETE);
        for (var path : List.of("a.txt", "a/b.txt", "a/b/c.txt")) {
            var route = router.find(Method.DELETE, "/files/" + path).orElseThrow();
            assertThat(route.parameter("name")).isEqualTo(path);
        }
        assertThat(router.find(Method.PUT, "/files/a.txt")).isEmpty();
        assertThat(router.isPlace("/files/a.txt")).isTrue();
    }

    @Test
    void findsNothingWhereNothingIs() {
        add("/a/b");
        for (var path :
                new String[] {
                    "", "a", "/", "//", "/a", "/a/", "///a/b", "/a/b/c", "/a//b", "//a//b"
                }) {
            assertThat(router.find(Method.GET, path)).as(path).isEmpty();
            assertThat(router.isPlace(path)).as(path).isFalse();
        }
    }

    @Test
    void takesASecondSlashAtTheRootAlone() {
        add("/a/{x}");
        assertThat(router.find(Method.GET, "//a/b").orElseThrow().parameter("x")).isEqualTo("b");
        assertThat(router.isPlace("//a/b")).isTrue();
    }

    @Test
    void refusesWhatPercentDecodingCannotRead() {
        add("/{x}");
        for (var path : new String[] {"/%", "/%1", "/%zz", "/%ff", "/%00", "/%c0%80", "/\u00e9"}) {
            var route = router.find(Method.GET, path).orElseThrow();
            assertThatThrownBy(() -> route.parameter("x"))
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
                Operation.of(method, "test.route", path)
                        .access(Access.PUBLIC)
                        .summary("Tests.")
                        .handle(_ -> Answer.ok(Json.object())));
    }

    private String found(String path) {
        return router.find(Method.GET, path)
                .map(route -> route.operation().path())
                .orElse("nothing");
    }
}
