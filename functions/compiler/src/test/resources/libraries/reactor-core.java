// io.projectreactor:reactor-core:3.7.6
// [[4,9,16,25],"ab",["x","xx","y","yy"],"ok"]
package app;

import reactor.core.publisher.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                Flux.range(1, 5).map(x -> x * x).filter(x -> x > 3).collectList().block(),
                Mono.just("a").zipWith(Mono.just("b"), (a, b) -> a + b).block(),
                Flux.just("x", "y").flatMap(x -> Flux.just(x, x + x)).collectList().block(),
                Mono.error(new IllegalStateException("no")).onErrorReturn("ok").block());
    }
}
