// com.google.guava:guava:33.4.8-jre
// ["a, b",["a","b","c"],[2,1,3],"a","{a=[1, 2]}","two",5,3,2,"2d711642",1343918321,6,[1,2,3],"NBUQ====",[2],3,"[[1..9)]",[[1,2],[3]],[2],"P{x=1}","FOO_BAR",[3,2],2,"007",2,true]
package app;

import com.google.common.base.*;
import com.google.common.cache.*;
import com.google.common.collect.*;
import com.google.common.graph.*;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.common.math.IntMath;
import com.google.common.primitives.Ints;
import com.google.common.util.concurrent.Futures;

import java.nio.charset.StandardCharsets;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Multimap<String, Integer> grouped = ArrayListMultimap.create();
        grouped.put("a", 1);
        grouped.put("a", 2);
        BiMap<String, Integer> both = ImmutableBiMap.of("one", 1, "two", 2);
        Table<String, String, Integer> table = HashBasedTable.create();
        table.put("r", "c", 5);
        LoadingCache<String, Integer> lengths =
                CacheBuilder.newBuilder().maximumSize(10).build(CacheLoader.from(String::length));
        lengths.get("hello");
        lengths.getUnchecked("hello");
        MutableGraph<Integer> graph = GraphBuilder.directed().build();
        graph.putEdge(1, 2);
        graph.putEdge(2, 3);
        RangeSet<Integer> ranges = TreeRangeSet.create();
        ranges.add(com.google.common.collect.Range.closed(1, 5));
        ranges.add(com.google.common.collect.Range.closedOpen(5, 9));
        return List.of(
                Joiner.on(", ").skipNulls().join("a", null, "b"),
                Splitter.on(',').trimResults().omitEmptyStrings().splitToList("a, b,,c"),
                ImmutableList.of(3, 1, 2).reverse(),
                ImmutableSortedSet.of("b", "a").first(),
                grouped.toString(),
                both.inverse().get(2),
                table.get("r", "c"),
                lengths.get("abc"),
                lengths.size(),
                Hashing.sha256().hashString("x", StandardCharsets.UTF_8).toString().substring(0, 8),
                Hashing.murmur3_32_fixed().hashInt(7).asInt(),
                IntMath.gcd(12, 18),
                Ints.asList(1, 2, 3),
                BaseEncoding.base32().encode("hi".getBytes(StandardCharsets.UTF_8)),
                graph.successors(1),
                Graphs.reachableNodes(graph, 1).size(),
                ranges.toString(),
                Lists.partition(List.of(1, 2, 3), 2),
                Sets.intersection(ImmutableSet.of(1, 2), ImmutableSet.of(2, 3)),
                MoreObjects.toStringHelper("P").add("x", 1).toString(),
                CaseFormat.LOWER_CAMEL.to(CaseFormat.UPPER_UNDERSCORE, "fooBar"),
                Ordering.natural().greatestOf(List.of(1, 3, 2), 2),
                Iterables.getLast(List.of(1, 2)),
                Strings.padStart("7", 3, '0'),
                HashMultiset.create(List.of("a", "a")).count("a"),
                Futures.immediateFuture("done").toString().length() > 3);
    }
}
