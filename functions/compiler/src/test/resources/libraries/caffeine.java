// com.github.ben-manes.caffeine:caffeine:3.2.0
// [3,"{x=1, yy=2}",1,0,1]
package app;

import com.github.benmanes.caffeine.cache.*;

import java.time.Duration;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        LoadingCache<String, Integer> lengths =
                Caffeine.newBuilder()
                        .maximumSize(100)
                        .expireAfterWrite(Duration.ofMinutes(5))
                        .executor(Runnable::run)
                        .recordStats()
                        .build(String::length);
        lengths.get("abc");
        Cache<String, Integer> plain = Caffeine.newBuilder().executor(Runnable::run).build();
        plain.put("a", 1);
        plain.invalidate("a");
        return List.of(
                lengths.get("abc"),
                lengths.getAll(List.of("x", "yy")).toString(),
                lengths.stats().hitCount(),
                plain.estimatedSize(),
                plain.get("b", String::length));
    }
}
