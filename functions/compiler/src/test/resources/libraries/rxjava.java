// io.reactivex.rxjava3:rxjava:3.1.10
// [[4,9,16,25],6,"ab",["x","xx","y","yy"],"ok",3]
package app;

import io.reactivex.rxjava3.core.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                Observable.range(1, 5).map(x -> x * x).filter(x -> x > 3).toList().blockingGet(),
                Flowable.fromArray(1, 2, 3).reduce(Integer::sum).blockingGet(),
                Single.just("a").zipWith(Single.just("b"), (a, b) -> a + b).blockingGet(),
                Observable.just("x", "y")
                        .flatMap(x -> Observable.just(x, x + x))
                        .toList()
                        .blockingGet(),
                Observable.error(new IllegalStateException("no"))
                        .onErrorReturnItem("ok")
                        .blockingFirst(),
                Flowable.range(1, 10).buffer(4).count().blockingGet());
    }
}
