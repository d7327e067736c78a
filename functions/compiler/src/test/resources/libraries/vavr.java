// io.vavr:vavr:0.10.6
// [12,-1,"A",true,2,"(a, 1)",3,"Stream(2, ?)",4,"(a, 2)"]
package app;

import io.vavr.Function2;
import io.vavr.Tuple;
import io.vavr.collection.HashMap;
import io.vavr.control.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                io.vavr.collection.List.of(1, 2, 3).map(x -> x * 2).sum().intValue(),
                Try.of(() -> Integer.parseInt("x")).getOrElse(-1),
                Option.of("a").map(String::toUpperCase).get(),
                Either.<String, Integer>left("no").isLeft(),
                HashMap.of("a", 1).put("b", 2).size(),
                Tuple.of("a", 1).toString(),
                Function2.<Integer, Integer, Integer>of(Math::addExact).curried().apply(1).apply(2),
                io.vavr.collection.Stream.from(1).filter(x -> x % 2 == 0).take(3).toString(),
                io.vavr.collection.Vector.range(0, 100).grouped(30).size(),
                io.vavr.collection.TreeMap.of("b", 1, "a", 2).head().toString());
    }
}
